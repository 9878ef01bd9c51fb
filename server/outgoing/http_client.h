#pragma once

// Calls to another machine: libcurl, blocking, within a time and a size. The only file of the
// server that knows libcurl. A Vault and an OpenID provider are called by it.

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"

namespace weft::outgoing {

struct Call {
  std::string url;
  std::vector<std::string> headers;  ///< "Name: value"
  std::string body;                  ///< "": GET, else POST
  std::string content_type = "application/json";
};

struct Answer {
  int status = 0;
  std::string body;
};

/// Thread safe; connections stay open between calls. Follows no redirect: what a call carries is
/// for its address alone. Certificates are verified.
class HttpClient {
 public:
  struct Options {
    std::string peer;     ///< for errors: "Vault at https://…"
    std::string ca_file;  ///< "": the system's
    std::chrono::milliseconds timeout;
  };
  static constexpr std::size_t max_answer_bytes = 1 << 20;

  explicit HttpClient(Options options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Errors: unavailable (no answer, none in time), too_large; naming the peer, never what was
  /// sent.
  Result<Answer> call(const Call& call);

 private:
  void* take_handle();
  void give_back(void* handle);

  const Options options_;
  std::mutex mutex_;
  std::vector<void*> idle_;  ///< CURL*; guarded by mutex_
};

}  // namespace weft::outgoing
