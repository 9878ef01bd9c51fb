#pragma once

// inotify on a tree of folders.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"

namespace weft {

/// What inotify said since the last time.
struct FolderChanges {
  std::set<std::string> files;   ///< absolute paths that may have changed, come or gone
  bool folders_changed = false;  ///< a folder or link came or went, or events were lost: walk again
  bool any() const { return folders_changed || !files.empty(); }
};

class FolderWatch {
 public:
  /// Errors: unavailable (the system's limit of inotify instances).
  static Result<FolderWatch> open();
  FolderWatch(FolderWatch&& other) noexcept;
  FolderWatch& operator=(FolderWatch&&) = delete;
  ~FolderWatch();

  /// Readable when there is something to take.
  int fd() const { return fd_; }

  /// From now on exactly these folders (absolute) are watched. False: the system's limit of watches
  /// is reached; changes in some folders will not be seen.
  bool watch(const std::vector<std::string>& folders);

  /// Adds to `changes`; never blocks.
  void take(FolderChanges& changes);

 private:
  explicit FolderWatch(int fd) : fd_(fd) {}

  int fd_ = -1;
  std::map<int, std::string> folder_of_;  ///< by watch descriptor
};

}  // namespace weft
