// Any bytes on a connection: whole answers or a closed connection, never a request that two readers
// understand differently, and nothing protected that is open.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/check.h"
#include "server/auth/access.h"
#include "server/net/io_loop.h"
#include "server/net/server.h"
#include "server/net/target.h"
#include "server/net/worker_pool.h"

namespace {

using namespace weft;

/// Refuses to serve what would be open though it leads to the API once it is cleaned up.
void check_realm(const http::Request& request) {
  WEFT_CHECK(!request.path.empty() && request.path.front() == '/');
  WEFT_CHECK(request.path.find('\0') == std::string::npos);
  std::string clean;
  for (const char c : request.path) {
    if (c == '/' && !clean.empty() && clean.back() == '/') continue;
    clean += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (auth::realm_of(request) == auth::Realm::web) {
    WEFT_CHECK_MSG(!clean.starts_with("/api"), "the API may never pass as a page");
  }
}

class Target {
 public:
  Target() {
    http::ServerOptions options;
    options.listen = {"127.0.0.1", 0};
    options.limits.body_bytes = 4 << 10;
    auto server = http::Server::listen(
        std::move(options), loop_, pool_, [](http::Request request, http::Respond respond) {
          check_realm(request);
          WEFT_CHECK(request.body.size() <= 4 << 10);
          WEFT_CHECK(!(request.headers.contains("content-length") &&
                       request.headers.contains("transfer-encoding")));
          http::Response response;
          response.body = request.method + " " + request.raw_target;
          respond(std::move(response));
        });
    WEFT_CHECK(server.has_value());
    server_ = std::move(*server);
    server_->start();
    loop_.start();
  }
  ~Target() { loop_.stop(); }

  std::string exchange(const std::uint8_t* data, std::size_t size) {
    const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server_->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    WEFT_CHECK(::connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    const timeval limit{20, 0};
    ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    (void)::send(client, data, size, MSG_NOSIGNAL);
    ::shutdown(client, SHUT_WR);
    std::string answer;
    char piece[4096];
    ssize_t got = 0;
    while ((got = ::recv(client, piece, sizeof piece, 0)) > 0) {
      answer.append(piece, static_cast<std::size_t>(got));
    }
    WEFT_CHECK_MSG(got == 0 || errno != EAGAIN, "the server neither answers nor closes");
    ::close(client);
    return answer;
  }

 private:
  http::WorkerPool pool_{1, 16};
  http::IoLoop loop_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Target target;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto parsed = http::parse_target(text)) {
    http::Request request;
    request.method = "GET";
    request.raw_target = text;
    request.path = parsed->path;
    check_realm(request);
  }
  const std::string answer = target.exchange(data, size);
  WEFT_CHECK(answer.empty() || answer.starts_with("HTTP/1.1 "));
  return 0;
}
