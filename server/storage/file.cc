#include "server/storage/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

namespace weft::storage {
namespace {

Error file_error(std::string_view doing, const std::string& path) {
  return {ErrorCode::unavailable,
          fmt::format("{} {} failed: {}", doing, path, std::strerror(errno))};
}

}  // namespace

Result<std::optional<File>> File::open(std::string path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (fd >= 0) return File(fd, std::move(path));
  if (errno == ENOENT) return std::nullopt;
  return tl::unexpected(file_error("opening", path));
}

File::File(File&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  return *this;
}

File::~File() {
  if (fd_ >= 0) ::close(fd_);
}

Error File::error(std::string_view doing) const {
  return file_error(doing, path_);
}

Result<bool> File::lock(bool exclusive) const {
  while (flock(fd_, exclusive ? LOCK_EX : LOCK_SH) != 0)
    if (errno != EINTR) return tl::unexpected(error("locking"));
  struct stat status {};
  if (fstat(fd_, &status) != 0) return tl::unexpected(error("looking at"));
  return status.st_nlink > 0;
}

Result<std::int64_t> File::size() const {
  struct stat status {};
  if (fstat(fd_, &status) != 0) return tl::unexpected(error("looking at"));
  return static_cast<std::int64_t>(status.st_size);
}

Result<std::string> File::read(std::int64_t offset, std::int64_t limit) const {
  TRY_ASSIGN(const auto end, size());
  std::string bytes(static_cast<std::size_t>(std::clamp<std::int64_t>(end - offset, 0, limit)),
                    '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = pread(fd_, bytes.data() + done, bytes.size() - done,
                              static_cast<off_t>(offset + static_cast<std::int64_t>(done)));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected(error("reading"));
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

Result<void> File::write(std::int64_t offset, std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t put = pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return tl::unexpected(error("writing"));
    offset += put;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

Result<void> File::sync() const {
  if (fdatasync(fd_) != 0) return tl::unexpected(error("syncing"));
  return {};
}

Result<void> File::sync_file_system() const {
  if (syncfs(fd_) != 0) return tl::unexpected(error("syncing the file system of"));
  return {};
}

Result<void> make_folders(const std::string& folder) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code)
    return fail(ErrorCode::unavailable,
                fmt::format("cannot make the folder {}: {}", folder, code.message()));
  return {};
}

Result<void> rename_file(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0)
    return tl::unexpected(file_error("renaming", from));
  return {};
}

Result<void> sync_folder_of(const std::string& path) {
  std::error_code code;
  auto file = std::filesystem::absolute(path, code);
  if (!file.has_filename()) file = file.parent_path();  // "data/" is "data"
  const std::string folder = file.parent_path().string();
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 && errno == EACCES) return {};
  if (fd < 0) return tl::unexpected(file_error("opening", folder));
  const int why = ::fsync(fd) == 0 ? 0 : errno;
  ::close(fd);
  errno = why;
  if (why == 0 || why == EINVAL || why == ENOTSUP) return {};
  return tl::unexpected(file_error("syncing", folder));
}

void remove_file(const std::string& path) {
  unlink(path.c_str());
}

}  // namespace weft::storage
