#include "server/storage/data_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "server/storage/file.h"

namespace weft::storage {
namespace {

std::string holder(int fd) {
  char text[32] = {};
  const ssize_t size = pread(fd, text, sizeof text - 1, 0);
  std::string pid(text, size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!pid.empty() && (pid.back() == '\n' || pid.back() == ' ')) pid.pop_back();
  return pid.empty() ? "another process" : "process " + pid;
}

}  // namespace

std::string database_path(const std::string& folder) {
  return folder + "/weft.db";
}

Result<std::string> existing_database(const std::string& folder) {
  std::string path = database_path(folder);
  std::error_code error;
  if (std::filesystem::is_regular_file(path, error)) return path;
  return fail(ErrorCode::not_found,
              "there is no database at " + path + "; name the server's folder with --data");
}

Result<DataLock> DataLock::acquire(const std::string& folder) {
  const bool is_made = mkdir(folder.c_str(), 0700) == 0;
  if (!is_made && errno != EEXIST)
    return fail(ErrorCode::unavailable,
                fmt::format("cannot make the data folder {}: {}", folder, std::strerror(errno)));
  // SQLite sees to what is in it, not to the folder's own name.
  if (is_made) TRY(sync_folder_of(folder));
  const std::string path = folder + "/lock";
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail(ErrorCode::unavailable,
                fmt::format("cannot open {}: {}", path, std::strerror(errno)));
  DataLock lock(fd);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0)
    return fail(ErrorCode::conflict,
                fmt::format("the data folder {} is in use by {} (lock file {}): stop it, or give "
                            "another --data",
                            folder, holder(fd), path));
  const std::string pid = fmt::format("{}\n", getpid());
  if (ftruncate(fd, 0) != 0 || pwrite(fd, pid.data(), pid.size(), 0) < 0)
    return fail(ErrorCode::unavailable,
                fmt::format("cannot write {}: {}", path, std::strerror(errno)));
  return lock;
}

DataLock::DataLock(DataLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

DataLock& DataLock::operator=(DataLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

DataLock::~DataLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace weft::storage
