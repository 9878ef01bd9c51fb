#pragma once

// The Unix socket between agent and runner, as either side sees it.

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/result.h"
#include "worker/runner/messages.h"
#include "worker/runner/unique_fd.h"

namespace weft::worker {

/// One connection. Never blocks; what does not fit into the socket waits in memory.
class Channel {
 public:
  /// `fd` is a connected, non-blocking stream socket.
  explicit Channel(UniqueFd fd) : fd_(std::move(fd)) {}

  template <class Message>
  void send(const Message& message) {
    append_frame(out_, message);
  }

  /// Writes what the socket takes. False when the peer is gone.
  bool flush();
  bool has_unsent() const { return sent_ < out_.size(); }

  /// Reads all there is and calls `on_frame(text)` for each frame. False when the peer is gone or
  /// speaks nonsense; frames that came before are delivered.
  template <class OnFrame>
  bool receive(OnFrame&& on_frame) {
    bool open = true;
    while (open) {
      const ssize_t got = read_some();
      if (got < 0) break;
      open = got > 0;
      while (true) {
        const auto frame = reader_.next();
        if (!frame) return false;
        if (!*frame) break;
        on_frame(**frame);
      }
      if (got > 0 && static_cast<std::size_t>(got) < read_bytes) break;
    }
    return open;
  }

  int fd() const { return fd_.get(); }
  /// The process at the other end (who called listen or connect); 0 when unknown.
  pid_t peer() const;

 private:
  static constexpr std::size_t read_bytes = 64 << 10;

  /// Bytes read, 0 at the end or an error, -1 when there is nothing to read now.
  ssize_t read_some();

  UniqueFd fd_;
  FrameReader reader_;
  std::string out_;
  std::size_t sent_ = 0;
};

/// A listening socket at `path`, replacing what is left of an earlier one; mode 0600. The path may
/// be longer than a socket address takes.
Result<UniqueFd> listen_at(const std::string& path);

/// A connected, non-blocking socket. Errors: unavailable when nobody listens there.
Result<UniqueFd> connect_to(const std::string& path);

}  // namespace weft::worker
