#pragma once

// HTTP to the server: libcurl's multi interface driven by the caller's epoll loop.

#include <curl/curl.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weft::worker {

struct HttpRequest {
  std::uint64_t id = 0;         ///< comes back with the answer
  const char* method = "POST";  ///< static storage
  std::string path;
  std::string body;
  const char* content_type = "application/json";
  std::int64_t timeout_ms = 10'000;
};

/// Status 0: no answer came; `body` then says why.
struct HttpAnswer {
  std::uint64_t id = 0;
  int status = 0;
  std::string body;
};

/// Keeps connections alive between calls. Single-threaded. Answers above 64 MiB are cut off as a
/// failure. Loopback addresses are never asked of a proxy.
class HttpClient {
 public:
  /// Bits of epoll data by which the loop knows the sockets of this client.
  static constexpr std::uint64_t event_tag = std::uint64_t{1} << 32;

  /// `ca_cert`: PEM file of the CAs that https:// servers are checked with; "" = the system's.
  HttpClient(std::string base_url, std::string ca_cert, const std::string& token, int epoll_fd);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// What calls show that start from now on.
  void set_token(const std::string& token);

  void start(HttpRequest request);
  /// Forgets everything in flight: no answers come of it.
  void abort_all();

  /// An epoll event whose data carries event_tag.
  void on_event(std::uint64_t data, std::uint32_t events);
  /// To be called when wakeup() has come.
  void on_timeout(std::int64_t now);
  /// Boottime µs at which libcurl wants on_timeout.
  std::int64_t wakeup() const { return wakeup_; }

  std::vector<HttpAnswer> take_answers() { return std::exchange(answers_, {}); }

 private:
  struct Transfer {
    CURL* easy = nullptr;
    HttpRequest request;
    std::string url;
    curl_slist* headers = nullptr;
    int token_number = 0;  ///< which one the headers show
    std::string response;
  };

  static int on_socket(CURL*, curl_socket_t fd, int what, void* self, void* known);
  static int on_timer(CURLM*, long timeout_ms, void* self);
  static std::size_t on_body(char* data, std::size_t, std::size_t size, void* transfer);

  std::unique_ptr<Transfer> idle_transfer(const HttpRequest& request);
  void prepare(Transfer& transfer);
  void act(curl_socket_t fd, int mask);
  void collect();
  static void discard(Transfer& transfer);
  void discard_idle();

  std::string base_url_, ca_cert_;
  std::string authorization_;
  int token_number_ = 0;
  bool is_loopback_ = false;
  int epoll_fd_;
  CURLM* multi_ = nullptr;
  std::map<CURL*, std::unique_ptr<Transfer>> active_;
  std::vector<std::unique_ptr<Transfer>> idle_;
  std::vector<HttpAnswer> answers_;
  std::int64_t wakeup_;
};

}  // namespace weft::worker
