#include "worker/runner/channel.h"

#include <fcntl.h>
#include <libgen.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace weft::worker {
namespace {

constexpr std::size_t keep_capacity = 1 << 20;

/// The address of a socket in the folder that `folder_fd` holds open: /proc/self/fd makes any
/// length fit into the 107 bytes of an address.
Result<sockaddr_un> address_of(const std::string& path, UniqueFd& folder_fd) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash);
  folder_fd.reset(open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder_fd)
    return fail(ErrorCode::unavailable,
                fmt::format("the folder {} cannot be opened: {}", folder, std::strerror(errno)));
  const std::string text =
      fmt::format("/proc/self/fd/{}/{}", folder_fd.get(), path.substr(slash + 1));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (text.size() >= sizeof address.sun_path)
    return fail(ErrorCode::invalid_argument, fmt::format("the socket's name {} is too long", path));
  std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
  return address;
}

UniqueFd stream_socket() {
  return UniqueFd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

}  // namespace

bool Channel::flush() {
  while (has_unsent()) {
    const ssize_t wrote =
        ::send(fd_.get(), out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return errno == EAGAIN;
    sent_ += static_cast<std::size_t>(wrote);
  }
  sent_ = 0;
  out_.clear();
  if (out_.capacity() > keep_capacity) out_.shrink_to_fit();
  return true;
}

ssize_t Channel::read_some() {
  while (true) {
    const ssize_t got = recv(fd_.get(), reader_.space(read_bytes), read_bytes, MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN ? -1 : 0;
    reader_.filled(static_cast<std::size_t>(got));
    return got;
  }
}

pid_t Channel::peer() const {
  ucred credentials{};
  socklen_t length = sizeof credentials;
  if (getsockopt(fd_.get(), SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return 0;
  return credentials.pid;
}

Result<UniqueFd> listen_at(const std::string& path) {
  UniqueFd folder;
  TRY_ASSIGN(const sockaddr_un address, address_of(path, folder));
  UniqueFd fd = stream_socket();
  unlink(path.c_str());
  const mode_t before = umask(0177);
  const bool bound =
      fd && bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  const int why = errno;
  umask(before);
  if (!bound || listen(fd.get(), 8) != 0)
    return fail(ErrorCode::unavailable,
                fmt::format("cannot listen at {}: {}", path, std::strerror(bound ? errno : why)));
  return fd;
}

Result<UniqueFd> connect_to(const std::string& path) {
  UniqueFd folder;
  TRY_ASSIGN(const sockaddr_un address, address_of(path, folder));
  UniqueFd fd = stream_socket();
  if (!fd || connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return fail(ErrorCode::unavailable,
                fmt::format("nobody answers at {}: {}", path, std::strerror(errno)));
  return fd;
}

}  // namespace weft::worker
