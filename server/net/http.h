#pragma once

// HTTP as the rest of the server sees it: no Beast type, no coroutine. net/ turns sockets into
// these and back; api/ and dispatch/ fill them.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::http {

/// A complete request, within the limits. Header names are lower case.
struct Request {
  std::string method;      ///< "GET" …
  std::string path;        ///< decoded once, without the query; always starts with /
  std::string raw_target;  ///< as it came
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order, doubles kept
  std::map<std::string, std::string, std::less<>> headers;
  std::string body;
  std::string host;       ///< by which the caller called: Host, or what the proxy in front says
  std::string remote;     ///< address of the caller: the peer's, or what the proxy in front says
  bool is_https = false;  ///< the caller speaks TLS, with this server or the proxy in front

  std::string_view header(std::string_view name) const;                 ///< "" when absent
  std::optional<std::string> query_value(std::string_view name) const;  ///< the first
};

/// A body that comes in pieces (a followed log, `wait`). net asks on a pool thread, again whenever
/// Server::wake_streams() says that something changed, and at least every `max_wait`.
class Stream {
 public:
  virtual ~Stream() = default;
  struct Piece {
    std::string bytes;  ///< may be empty: nothing new
    bool done = false;  ///< after these bytes the body ends
  };
  virtual Piece poll() = 0;
};

/// A response that is not ready: as a Stream, until it gives a Response.
struct Response;
class Pending {
 public:
  virtual ~Pending() = default;
  virtual std::optional<Response> poll() = 0;
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;  ///< content-type etc.; not length
  std::string body;
  std::shared_ptr<Stream> stream;    ///< instead of body: sent chunked
  std::shared_ptr<Pending> pending;  ///< instead of everything else
  /// Of a stream or a pending answer: asked on the loop before anything of it is sent. False ends
  /// it: the caller may not hear any more.
  std::function<bool()> may_go_on;
  /// The pattern of a path that it is counted under, in static storage; "" = of no route.
  std::string_view route;
};

/// May be called once, from any thread; a call after the connection is gone does nothing.
using Respond = std::function<void(Response)>;

/// Called on the event loop; must not block.
using Handler = std::function<void(Request, Respond)>;

}  // namespace weft::http
