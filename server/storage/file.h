#pragma once

// Files with lifetimes and Results, for what stands beside the database.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weft::storage {

/// An open file. Not copied; closed at the end of its life, which frees its flock too.
class File {
 public:
  /// nullopt when there is no such file (without O_CREAT) or no such folder. `flags` as of open(2);
  /// O_CLOEXEC is added. Errors: unavailable naming the path.
  static Result<std::optional<File>> open(std::string path, int flags);

  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  const std::string& path() const { return path_; }
  /// Shared or exclusive flock; waits. False: the file has no name any more (someone removed it).
  Result<bool> lock(bool exclusive) const;
  Result<std::int64_t> size() const;
  /// Up to `limit` bytes; fewer only at the end.
  Result<std::string> read(std::int64_t offset, std::int64_t limit) const;
  Result<void> write(std::int64_t offset, std::string_view bytes) const;
  Result<void> sync() const;
  /// All that is written to the file system on which it stands.
  Result<void> sync_file_system() const;

 private:
  File(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  Error error(std::string_view doing) const;

  int fd_ = -1;
  std::string path_;
};

/// Makes the folder and those above it. Errors: unavailable.
Result<void> make_folders(const std::string& folder);
/// Errors: unavailable.
Result<void> rename_file(const std::string& from, const std::string& to);
/// That this file or folder got its name, or lost it, is on disk. A folder that may not be read,
/// and a file system that knows no such thing, are taken at their word. Errors: unavailable.
Result<void> sync_folder_of(const std::string& path);
/// No error when it isn't there.
void remove_file(const std::string& path);

}  // namespace weft::storage
