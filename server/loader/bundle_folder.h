#pragma once

// A bundle on disk: the folder that the DAG files stand in. Paths inside are relative, with `/`.

#include <sys/types.h>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace weft {

/// No file of a bundle larger than this is read.
constexpr std::int64_t max_bundle_file_bytes = 32 << 20;

/// Tells one state of a file from another without reading it.
struct FileStamp {
  std::int64_t size = 0, modified_ns = 0, changed_ns = 0;
  std::uint64_t inode = 0;
  auto operator<=>(const FileStamp&) const = default;
};

/// What a walk found. Hidden folders and files (`.git`, editors' own) are passed over.
struct BundleListing {
  std::vector<std::string> dag_files;   ///< *.dag.json, *.dag.jsonc; sorted
  std::vector<std::string> other_json;  ///< *.json but defaults.json; sorted
  std::vector<std::string> folders;     ///< "" is the root
};

class BundleFolder {
 public:
  /// Errors: not_found, invalid_argument (no folder), naming the path.
  static Result<BundleFolder> open(const std::string& path);

  /// Where the path leads to: deployments that swap a link (`current` → `releases/42`) move it.
  const std::string& root() const { return root_; }
  /// True when the path leads elsewhere than root() now, or nowhere.
  bool has_moved() const;
  /// root() becomes where the path leads to now. Errors: as open; root() stays.
  Result<void> follow();
  std::string absolute(const std::string& relative) const;

  /// Errors: unavailable when the root cannot be read (nothing is then known to be gone).
  Result<BundleListing> walk() const;

  /// nullopt when there is no regular file there, or it is a link that leads out of the bundle.
  std::optional<FileStamp> stamp(const std::string& relative) const;

  /// Errors: not_found (as stamp), too_large, unavailable (no permission, broken disk).
  Result<std::string> read(const std::string& relative) const;

  /// `path` as seen from the folder of the file `from`, inside of the bundle; nullopt when it
  /// leads out of it.
  static std::optional<std::string> beside(const std::string& from, const std::string& path);

 private:
  BundleFolder(std::string path, std::string root)
      : path_(std::move(path)), root_(std::move(root)) {}
  bool leads_out(const std::string& relative) const;

  std::string path_;  ///< as it was given
  std::string root_;  ///< absolute, without links
};

}  // namespace weft
