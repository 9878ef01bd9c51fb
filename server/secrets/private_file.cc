#include "server/secrets/private_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace weft::secrets {
namespace {

constexpr std::size_t max_line_bytes = 4 << 10;
/// Coarser than the clocks of file systems.
constexpr std::chrono::seconds clock_grain{2};

tl::unexpected<Error> unreadable(const std::string& path) {
  return fail(ErrorCode::unavailable,
              fmt::format("cannot read {}: {}", path, std::strerror(errno)));
}

std::int64_t nanoseconds(const timespec& at) {
  return std::int64_t{at.tv_sec} * 1'000'000'000 + at.tv_nsec;
}

FileStamp stamp_of(const struct stat& facts) {
  return {.device = facts.st_dev,
          .inode = facts.st_ino,
          .size = facts.st_size,
          .modified_ns = nanoseconds(facts.st_mtim),
          .changed_ns = nanoseconds(facts.st_ctim)};
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

PrivateFile::PrivateFile(std::string path, int fd, FileStamp stamp)
    : path_(std::move(path)), fd_(fd), stamp_(stamp) {}

PrivateFile::PrivateFile(PrivateFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)), stamp_(other.stamp_) {}

PrivateFile::~PrivateFile() {
  if (fd_ >= 0) ::close(fd_);
}

Result<PrivateFile> PrivateFile::open(const std::string& path) {
  // A pipe in its place must not hold the thread that opens it.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return unreadable(path);
  PrivateFile file(path, fd, {});
  struct stat facts {};
  if (::fstat(fd, &facts) != 0) return unreadable(path);
  if (!S_ISREG(facts.st_mode)) return fail(ErrorCode::unavailable, path + " is no file");
  if ((facts.st_mode & 077) != 0)
    return fail(ErrorCode::unavailable,
                fmt::format("others may read or change {}: run chmod 600 on it", path));
  file.stamp_ = stamp_of(facts);
  return file;
}

Result<std::string> PrivateFile::read(std::size_t max_bytes) const {
  // One byte more than there should be: whoever fills it is too large, or is growing.
  std::string text(std::min<std::size_t>(static_cast<std::size_t>(stamp_.size), max_bytes) + 1, 0);
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t got =
        ::pread(fd_, text.data() + filled, text.size() - filled, static_cast<off_t>(filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(path_);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  if (filled > max_bytes)
    return fail(
        ErrorCode::unavailable,
        fmt::format("{} has more than {} KiB: is it the right file?", path_, max_bytes >> 10));
  text.resize(filled);
  return text;
}

bool PrivateFile::may_have_changed() const {
  struct stat facts {};
  if (::fstat(fd_, &facts) != 0 || stamp_of(facts) != stamp_) return true;
  const auto settled = std::chrono::system_clock::now().time_since_epoch() - clock_grain;
  return std::max(stamp_.modified_ns, stamp_.changed_ns) >
         std::chrono::duration_cast<std::chrono::nanoseconds>(settled).count();
}

Result<std::string> read_private_line(const std::string& path) {
  TRY_ASSIGN(const auto file, PrivateFile::open(path));
  TRY_ASSIGN(std::string line, file.read(max_line_bytes));
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  if (!line.empty() && is_printable(line)) return line;
  return fail(ErrorCode::unavailable, path + ": expected one line of printable characters");
}

}  // namespace weft::secrets
