#pragma once

// Which folders were synced, and whether a file had its name then. Takes the place of the C
// library's fsync, so that one file of a test program may include it.

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

namespace weft::test {

struct FolderSyncs {
  std::string watched;  ///< this file
  int with_file = 0;    ///< syncs of a folder, its own, while the file was there
};
inline FolderSyncs folder_syncs;

/// Is it the folder of the watched file, and is that in it?
inline bool holds_watched(int fd) {
  struct stat synced {
  }, folder{}, file{};
  const std::string& path = folder_syncs.watched;
  return !path.empty() && ::fstat(fd, &synced) == 0 && S_ISDIR(synced.st_mode) &&
         ::stat(path.substr(0, path.rfind('/')).c_str(), &folder) == 0 &&
         folder.st_ino == synced.st_ino && ::stat(path.c_str(), &file) == 0;
}

}  // namespace weft::test

extern "C" int fsync(int fd) {
  if (weft::test::holds_watched(fd)) ++weft::test::folder_syncs.with_file;
  return static_cast<int>(::syscall(SYS_fsync, fd));
}
