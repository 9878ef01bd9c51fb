#pragma once

// A server on a port of its own and a client that speaks raw bytes to it.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>

#include "server/net/io_loop.h"
#include "server/net/server.h"
#include "server/net/worker_pool.h"

namespace weft::http::test {

/// A blocking connection; every read gives up after 10 s, so that a hanging server fails a test.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval limit{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~RawClient() { hang_up(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  int socket() const { return socket_; }
  void hang_up() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  /// False when the server has closed.
  bool send(std::string_view bytes) {
    return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  /// Everything until `end` has been seen (in what came since the last call), or the connection
  /// ended.
  std::string read_until(std::string_view end) {
    for (;;) {
      const std::size_t at = kept_.find(end);
      if (at != std::string::npos) {
        std::string out = kept_.substr(0, at + end.size());
        kept_.erase(0, at + end.size());
        return out;
      }
      if (!read_some()) return std::exchange(kept_, {});
    }
  }
  /// One message with a content-length: head and body.
  std::string read_message() {
    const std::string head = read_until("\r\n\r\n");
    const std::size_t at = head.find("content-length: ");
    if (at == std::string::npos) return head;
    const std::size_t length = std::stoul(head.substr(at + 16));
    while (kept_.size() < length && read_some()) {
    }
    std::string body = kept_.substr(0, length);
    kept_.erase(0, length);
    return head + body;
  }
  std::string read_to_end() {
    while (read_some()) {
    }
    return std::exchange(kept_, {});
  }
  std::string exchange(std::string_view request) {
    send(request);
    return read_message();
  }

 private:
  bool read_some() {
    char piece[16 << 10];
    const ssize_t got = ::recv(socket_, piece, sizeof piece, 0);
    if (got <= 0) return false;
    kept_.append(piece, static_cast<std::size_t>(got));
    return true;
  }

  int socket_;
  std::string kept_;
};

class ServerTest : public ::testing::Test {
 protected:
  void serve(Handler handler) {
    auto server = Server::listen(options_, loop_, pool_, std::move(handler));
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
    server_->start();
    loop_.start();
  }
  /// Answers with method, path and body of the request.
  void serve_echo() {
    serve([](Request request, Respond respond) {
      Response response;
      response.headers.emplace_back("content-type", "text/plain");
      response.body = request.method + " " + request.path + " " + request.body;
      respond(std::move(response));
    });
  }
  void TearDown() override {
    pool_.stop();
    loop_.stop();
  }

  ServerOptions options_{.listen = {"127.0.0.1", 0}};
  WorkerPool pool_{2, 16};
  IoLoop loop_;
  std::unique_ptr<Server> server_;
};

/// Something that one thread says and another waits for.
class Signal {
 public:
  void raise() {
    const std::lock_guard lock(mutex_);
    raised_ = true;
    wake_.notify_all();
  }
  bool wait() {
    std::unique_lock lock(mutex_);
    return wake_.wait_for(lock, std::chrono::seconds(10), [this] { return raised_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  bool raised_ = false;
};

}  // namespace weft::http::test
