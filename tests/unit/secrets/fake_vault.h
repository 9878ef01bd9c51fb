#pragma once

// As much of a Vault as a client sees: a socket, and answers that the test writes byte by byte.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

namespace weft::secrets::test {

inline std::string http_answer(int status, const std::string& body,
                               const std::string& more_headers = {}) {
  return "HTTP/1.1 " + std::to_string(status) +
         " x\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         more_headers + "\r\n" + body;
}

/// A secret as the KV engine of version 2 answers it.
inline std::string kv_answer(const nlohmann::json& fields) {
  return http_answer(200,
                     nlohmann::json{{"data", {{"data", fields}, {"metadata", {{"version", 1}}}}},
                                    {"auth", nullptr}}
                         .dump());
}

inline std::string login_answer(const std::string& token, int seconds) {
  return http_answer(
      200, nlohmann::json{{"auth", {{"client_token", token}, {"lease_duration", seconds}}}}.dump());
}

/// One call at a time. An empty answer is none: the caller has to give up.
class FakeVault {
 public:
  struct Call {
    std::string line;  ///< "GET /v1/secret/data/variables/region"
    std::string head, body;

    std::string header(const std::string& name) const {
      const auto at = head.find("\r\n" + name + ": ");
      if (at == std::string::npos) return {};
      const auto start = at + name.size() + 4;
      return head.substr(start, head.find("\r\n", start) - start);
    }
  };
  using Answer = std::function<std::string(const Call&)>;

  explicit FakeVault(Answer answer)
      : answer_(std::move(answer)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 16), 0);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeVault() { stop(); }
  FakeVault(const FakeVault&) = delete;

  /// From now on connections are refused.
  void stop() {
    if (!thread_.joinable()) return;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::vector<Call> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    for (const Call& call : calls()) all.push_back(call.line);
    return all;
  }

 private:
  void serve() {
    for (;;) {
      const int peer = ::accept(listener_, nullptr, nullptr);
      if (peer < 0) return;
      const timeval limit{10, 0};
      ::setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
      talk_to(peer);
      ::close(peer);
    }
  }

  void talk_to(int peer) {
    Call call;
    std::string bytes;
    while (!is_whole(bytes))
      if (!read_some(peer, bytes)) return;
    const auto end = bytes.find("\r\n\r\n");
    call.head = bytes.substr(0, end + 2);
    call.body = bytes.substr(end + 4);
    call.line = call.head.substr(0, call.head.find(" HTTP/1.1\r\n"));
    {
      const std::lock_guard lock(mutex_);
      calls_.push_back(call);
    }
    std::string answer = answer_(call);
    if (answer.empty()) {
      while (read_some(peer, bytes)) continue;
      return;
    }
    for (std::string_view rest = answer; !rest.empty();) {
      const ssize_t sent = ::send(peer, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  static bool is_whole(const std::string& bytes) {
    const auto end = bytes.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const auto length = bytes.find("Content-Length: ");
    if (length == std::string::npos || length > end) return true;
    return bytes.size() - end - 4 >= std::stoul(bytes.substr(length + 16));
  }

  static bool read_some(int peer, std::string& bytes) {
    char buffer[4096];
    const ssize_t got = ::recv(peer, buffer, sizeof buffer, 0);
    if (got > 0) bytes.append(buffer, static_cast<std::size_t>(got));
    return got > 0;
  }

  const Answer answer_;
  int listener_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<Call> calls_;  ///< guarded by mutex_
  std::thread thread_;
};

}  // namespace weft::secrets::test
