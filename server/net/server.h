#pragma once

// net/ turns sockets into http::Request and back, and knows nothing of DAGs. It is the only folder
// with Beast and co_await. A newcomer reads http.h (the types), this file, then session.cc.
//
//   listener ─► session (one coroutine per connection): read head ─► admit ─► read body
//        ▲                                                                        │
//        └── keep-alive ── write answer ◄── Respond ◄── Handler (loop thread) ◄───┘
//
// Everything here runs on the one thread of the IoLoop; only Respond, wake_streams() and the polls
// of streams (on the WorkerPool) cross threads.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "server/net/address.h"
#include "server/net/http.h"
#include "server/net/io_loop.h"
#include "server/net/tls.h"
#include "server/net/worker_pool.h"
#include "server/telemetry/traffic.h"

namespace weft::http {

/// What a caller may ask for. The defaults are those of a server in use; tests make them small.
struct Limits {
  std::size_t header_bytes = 16 << 10;
  std::size_t header_lines = 100;
  std::size_t body_bytes = 1 << 20;
  /// Path prefix → body limit; the longest prefix that fits wins over body_bytes.
  std::vector<std::pair<std::string, std::size_t>> body_bytes_under;
  /// Beyond them the one that has waited longest for a request gives way; 503 when none waits.
  std::size_t connections = 1024;
  std::uint64_t requests = 100'000;                    ///< of one connection, which is then closed
  Duration header_timeout = std::chrono::seconds(10);  ///< handshake; first byte to the head's end
  Duration body_timeout = std::chrono::seconds(30);    ///< without a byte of the body
  /// Of a body, on average, once body_timeout has passed since its begin.
  std::uint64_t body_bytes_per_second = 1024;
  Duration write_timeout = std::chrono::seconds(30);      ///< without progress of the answer
  Duration idle_timeout = std::chrono::seconds(75);       ///< between requests
  Duration sweep_every = std::chrono::milliseconds(250);  ///< how exactly timeouts are kept
  Duration wake_every = std::chrono::milliseconds(50);    ///< wake_streams() at most this often
  Duration max_wait = std::chrono::seconds(5);            ///< a stream is asked at least this often

  std::size_t body_limit(std::string_view path) const;
};

struct ServerOptions {
  ListenAddress listen;
  std::optional<TlsOptions> tls;  ///< every connection speaks TLS
  /// Allows an address that is not loopback without TLS, and believes X-Forwarded-For, -Proto and
  /// -Host.
  bool behind_proxy = false;
  std::string base_path;                  ///< as of parse_base_path; what handlers see is without
  std::vector<std::string> public_hosts;  ///< names or URLs by which it may be called
  Limits limits;
  std::vector<telemetry::RouteName> routes;  ///< that answers are counted under: Response::route
  /// Sees the head (no body yet), on the loop. A Response refuses the request: then the body is
  /// not read.
  std::function<std::optional<Response>(const Request& head)> admit;
};

/// Listens from construction, answers from start(). Owned by server/daemon.
class Server {
 public:
  /// Errors: invalid_argument (address), unavailable (port in use, no right) with the way out;
  /// those of TlsIdentity::load. `loop` and `pool` must outlive it; `loop` must be stopped before
  /// it is destroyed.
  static Result<std::unique_ptr<Server>> listen(ServerOptions options, IoLoop& loop,
                                                WorkerPool& pool, Handler handler);
  ~Server();

  /// The address in use, with the port that the system chose and the base path.
  std::string url() const;
  std::uint16_t port() const;
  /// As long as the server lives.
  const telemetry::Traffic& traffic() const;

  /// Begins to accept. From any thread.
  void start();

  /// Something changed: streams and pending answers are asked again, at most every `wake_every`.
  /// From any thread; cheap.
  void wake_streams();

  /// Reads certificate and key again, as if they had changed. From any thread.
  void reload_certificate();

  /// Accepts no more, closes idle connections; answers in work are sent with `Connection: close`,
  /// followed streams end. `stopped` is called on the loop when the last connection is gone or
  /// `grace` has passed. From any thread.
  void stop(Duration grace, std::function<void()> stopped);

  struct Impl;

 private:
  explicit Server(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace weft::http
