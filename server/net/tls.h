#pragma once

// The certificate that the server shows: read from files, checked, and replaced while it runs.

#include <functional>
#include <memory>
#include <string>

#include "base/instant.h"
#include "base/result.h"

namespace boost::asio::ssl {
class context;
}

namespace weft::http {

/// PEM files.
struct TlsFiles {
  std::string certificate;  ///< the server's own first, then those between it and the root
  std::string key;
};

struct TlsOptions {
  TlsFiles files;
  Duration look_every = std::chrono::seconds(5);  ///< at the files, whether they have changed
  /// Told on the loop, after each try to read changed files: what is shown from now on, or why that
  /// of before stays.
  std::function<void(const Result<std::string>&)> told;
};

/// A certificate and its key, ready for handshakes: TLS 1.2 with forward secrecy, or 1.3.
/// Immutable.
class TlsIdentity {
 public:
  /// Errors, with the file's name: not_found; permission_denied when others can read the key;
  /// invalid_argument for what is no PEM, an encrypted key, the key of another certificate.
  static Result<std::shared_ptr<TlsIdentity>> load(const TlsFiles& files);
  ~TlsIdentity();

  /// Whose it is and until when, for people.
  const std::string& description() const { return description_; }
  boost::asio::ssl::context& context() { return *context_; }

 private:
  TlsIdentity(std::unique_ptr<boost::asio::ssl::context> context, std::string description);

  std::unique_ptr<boost::asio::ssl::context> context_;
  std::string description_;
};

}  // namespace weft::http
