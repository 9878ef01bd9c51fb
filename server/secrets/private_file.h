#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace weft::secrets {

/// By what one sees that a file is another than before.
struct FileStamp {
  std::uint64_t device = 0, inode = 0;
  std::int64_t size = 0, modified_ns = 0, changed_ns = 0;
  auto operator<=>(const FileStamp&) const = default;
};

/// A file that is its owner's alone, open for reading.
class PrivateFile {
 public:
  /// Errors: unavailable when it is not there, is no file, or others may read it; each names the
  /// file and the fix.
  static Result<PrivateFile> open(const std::string& path);
  PrivateFile(PrivateFile&& other) noexcept;
  PrivateFile& operator=(PrivateFile&&) = delete;
  ~PrivateFile();

  const FileStamp& stamp() const { return stamp_; }
  /// Errors: unavailable when it cannot be read, or has more than `max_bytes`.
  Result<std::string> read(std::size_t max_bytes) const;
  /// Could what was read since the opening be something else than what the stamp stands for? A file
  /// that has just been written may be written again under the same stamp.
  bool may_have_changed() const;

 private:
  PrivateFile(std::string path, int fd, FileStamp stamp);

  std::string path_;
  int fd_;
  FileStamp stamp_;
};

/// The one line of such a file: a token. Errors: unavailable, as above, and when it is empty, or
/// has more than 4 KiB, or anything but printable ASCII.
Result<std::string> read_private_line(const std::string& path);

}  // namespace weft::secrets
