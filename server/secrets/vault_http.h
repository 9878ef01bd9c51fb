#pragma once

// Calls to a Vault: libcurl, blocking, within a time and a size. The only file of secrets/ that
// knows libcurl.

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weft::secrets {

struct VaultAnswer {
  int status = 0;
  std::string body;
};

/// Thread safe; connections stay open between calls. Follows no redirect: the token is for this
/// address alone. Certificates are verified.
class VaultHttp {
 public:
  struct Options {
    std::string addr, ca_file, name_space;
    std::chrono::milliseconds timeout;
  };
  static constexpr std::size_t max_answer_bytes = 1 << 20;

  explicit VaultHttp(Options options);
  ~VaultHttp();
  VaultHttp(const VaultHttp&) = delete;
  VaultHttp& operator=(const VaultHttp&) = delete;

  /// GET, or POST when there is a body. An empty token is left out. Errors: unavailable (no answer,
  /// none in time), too_large; naming the address, never the token.
  Result<VaultAnswer> call(const std::string& path, const std::string& token,
                           const std::string& body = {});

  /// `text` as one segment of a path.
  static std::string escaped(std::string_view text);

 private:
  void* take_handle();
  void give_back(void* handle);

  const Options options_;
  const bool is_local_;
  std::mutex mutex_;
  std::vector<void*> idle_;  ///< CURL*; guarded by mutex_
};

}  // namespace weft::secrets
