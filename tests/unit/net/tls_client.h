#pragma once

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

#include "tests/unit/net/server_fixture.h"

namespace weft::http::test {

/// A blocking TLS connection that trusts one certificate, for the name localhost.
class TlsClient {
 public:
  struct Offer {
    int max_version = TLS1_3_VERSION;
    const char* ciphers = "DEFAULT:@SECLEVEL=0";
    std::string_view protocols = "\x02h2\x08http/1.1";  ///< as ALPN has them
  };

  TlsClient(std::uint16_t port, const std::string& trusted) : TlsClient(port, trusted, Offer()) {}
  TlsClient(std::uint16_t port, const std::string& trusted, const Offer& offer)
      : raw_(port), context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free) {
    SSL_CTX_set_cipher_list(context_.get(), offer.ciphers);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_.get(), offer.max_version);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    const std::unique_ptr<BIO, decltype(&BIO_free)> pem(
        BIO_new_mem_buf(trusted.data(), static_cast<int>(trusted.size())), &BIO_free);
    const std::unique_ptr<X509, decltype(&X509_free)> ca(
        PEM_read_bio_X509(pem.get(), nullptr, nullptr, nullptr), &X509_free);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), ca.get());
    ssl_.reset(SSL_new(context_.get()));
    SSL_set1_host(ssl_.get(), "localhost");
    SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(offer.protocols.data()),
                        static_cast<unsigned>(offer.protocols.size()));
    SSL_set_fd(ssl_.get(), raw_.socket());
    ERR_clear_error();
    is_connected_ = SSL_connect(ssl_.get()) == 1;
    if (!is_connected_) reason_ = ERR_GET_REASON(ERR_peek_last_error());
  }

  bool is_connected() const { return is_connected_; }
  int reason() const { return reason_; }  ///< of OpenSSL, when it is not
  std::string protocol() const {
    const unsigned char* name = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &length);
    return {reinterpret_cast<const char*>(name), length};
  }
  std::string subject() const {
    const std::unique_ptr<X509, decltype(&X509_free)> peer(SSL_get1_peer_certificate(ssl_.get()),
                                                           &X509_free);
    char name[100] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(peer.get()), NID_commonName, name, sizeof name);
    return name;
  }
  /// False when the server has closed.
  bool send(std::string_view bytes) {
    return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) ==
           static_cast<int>(bytes.size());
  }
  std::string read_until(std::string_view end) {
    std::string out;
    while (out.find(end) == std::string::npos) {
      char piece[16 << 10];
      const int got = SSL_read(ssl_.get(), piece, sizeof piece);
      if (got <= 0) break;
      out.append(piece, static_cast<std::size_t>(got));
    }
    return out;
  }
  std::string read_to_end() { return read_until(std::string_view("\0never", 6)); }
  /// The server has said that nothing is missing.
  bool was_ended() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }
  void say_goodbye() { SSL_shutdown(ssl_.get()); }
  void hang_up() { raw_.hang_up(); }

 private:
  RawClient raw_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, &SSL_free};
  bool is_connected_ = false;
  int reason_ = 0;
};

}  // namespace weft::http::test
