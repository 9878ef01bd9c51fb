#pragma once

// Inside of net/: TLS over a session's socket. Includes Asio and OpenSSL.

#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <utility>

#include "server/net/server_impl.h"
#include "server/net/tls.h"

namespace weft::http {

struct TlsStream {
  TlsStream(Socket& socket, std::shared_ptr<TlsIdentity> shown)
      : identity(std::move(shown)), stream(socket, identity->context()) {}

  std::shared_ptr<TlsIdentity> identity;  ///< as long as the connection lives
  asio::ssl::stream<Socket&> stream;
  bool is_ready = false;  ///< the handshake is done
};

}  // namespace weft::http
