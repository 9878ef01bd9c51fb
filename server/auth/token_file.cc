#include "server/auth/token_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "server/auth/token.h"
#include "server/storage/file.h"

namespace weft::auth {
namespace {

constexpr std::size_t token_size = 69;

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

tl::unexpected<Error> broken(const std::string& path, const char* doing) {
  return fail(ErrorCode::unavailable,
              "cannot " + std::string(doing) + " " + path + ": " + std::strerror(errno));
}

Result<std::string> read_token(const File& file, const std::string& path) {
  struct stat facts {};
  if (::fstat(file.fd(), &facts) != 0) return broken(path, "read");
  if ((facts.st_mode & 077) != 0) {
    return fail(ErrorCode::conflict, "others may read the token in " + path +
                                         ": run chmod 600 on it, or delete it to " +
                                         "get a new one");
  }
  std::array<char, token_size + 2> text{};
  const ssize_t got = ::read(file.fd(), text.data(), text.size());
  if (got < 0) return broken(path, "read");
  std::string token(text.data(), static_cast<std::size_t>(got));
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  if (!is_token(token)) {
    return fail(ErrorCode::conflict, "what stands in " + path +
                                         " is no token (weft_ and 64 hex digits): delete the "
                                         "file to get a new one");
  }
  return token;
}

Result<void> write_all(const File& file, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = ::write(file.fd(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return broken(path, "write");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.fd()) != 0) return broken(path, "write");
  return {};
}

}  // namespace

Result<std::string> load_token(const std::string& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.fd() >= 0) return read_token(file, path);
  if (errno != ENOENT) return broken(path, "read");
  return std::string();
}

/// Through a file beside it, so that a start that was cut short leaves no half a token.
Result<std::string> make_token_file(const std::string& path) {
  const std::string beside = path + ".new";
  ::unlink(beside.c_str());
  const File file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.fd() < 0) return broken(beside, "make");
  std::string token = make_token();
  TRY(write_all(file, token + "\n", beside));
  if (::rename(beside.c_str(), path.c_str()) != 0) return broken(path, "make");
  // The database keeps its hash: without the file nobody would know the token.
  TRY(storage::sync_folder_of(path));
  return token;
}

Result<std::string> load_or_make_token(const std::string& path) {
  TRY_ASSIGN(auto token, load_token(path));
  if (!token.empty()) return token;
  return make_token_file(path);
}

}  // namespace weft::auth
