#include "server/net/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/asio/ssl/context.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <utility>
#include <vector>

#include "base/freed.h"

namespace weft::http {
namespace {

namespace ssl = boost::asio::ssl;

constexpr std::size_t max_pem_bytes = 1 << 20;
/// Of TLS 1.2, all with ephemeral keys and authenticated encryption. 1.3 has no others.
constexpr const char* ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using File = std::unique_ptr<std::FILE, Freed<std::fclose>>;

tl::unexpected<Error> unusable(const std::string& path, const std::string& why) {
  return fail(ErrorCode::invalid_argument, path + " " + why);
}

/// The last reason that OpenSSL gave, in its words.
std::string openssl_reason() {
  const char* const words = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return words != nullptr ? words : "unknown reason";
}

/// As of a database's key: for its owner alone, or, when that is root, for a group too.
bool is_open_to_others(const struct stat& facts) {
  const mode_t forbidden =
      facts.st_uid == 0 ? S_IWGRP | S_IXGRP | S_IRWXO : mode_t{S_IRWXG | S_IRWXO};
  return (facts.st_mode & forbidden) != 0;
}

enum class Privacy : std::uint8_t { open, secret };

Result<std::string> read_pem(const std::string& path, Privacy privacy) {
  const File file(std::fopen(path.c_str(), "rbe"));
  struct stat facts {};
  if (!file || ::fstat(::fileno(file.get()), &facts) != 0) {
    return fail(ErrorCode::not_found, "cannot read " + path + ": " + std::strerror(errno));
  }
  if (!S_ISREG(facts.st_mode)) return unusable(path, "is no file");
  if (privacy == Privacy::secret && is_open_to_others(facts)) {
    return fail(ErrorCode::permission_denied,
                "the key " + path + " can be read by others: chmod 600 " + path);
  }
  std::string text(max_pem_bytes + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (text.size() > max_pem_bytes) return unusable(path, "is larger than 1 MiB");
  return text;
}

Bio memory(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Result<std::vector<Certificate>> read_chain(const std::string& path) {
  TRY_ASSIGN(const std::string text, read_pem(path, Privacy::open));
  const Bio bio = memory(text);
  std::vector<Certificate> chain;
  while (X509* const one = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    chain.emplace_back(one);
  }
  const int reason = ERR_GET_REASON(ERR_peek_last_error());
  if (reason != PEM_R_NO_START_LINE) {
    return unusable(path, "has a broken certificate, number " + std::to_string(chain.size() + 1) +
                              ": " + openssl_reason());
  }
  ERR_clear_error();
  if (chain.empty()) return unusable(path, "has no certificate (-----BEGIN CERTIFICATE-----)");
  return chain;
}

/// Instead of asking at the terminal.
int no_password(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

Result<Key> read_key(const std::string& path) {
  TRY_ASSIGN(std::string text, read_pem(path, Privacy::secret));
  bool is_encrypted = false;
  Key key;
  {
    const Bio bio = memory(text);
    key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_password, &is_encrypted));
  }
  OPENSSL_cleanse(text.data(), text.size());
  if (is_encrypted) return unusable(path, "is encrypted; the server needs a key without password");
  if (!key) return unusable(path, "has no private key: " + openssl_reason());
  return key;
}

/// HTTP/1.1 and nothing else, when the caller has a list: then no other protocol's server can be
/// mistaken for this one.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_length,
                    const unsigned char* offered, unsigned offered_length, void*) {
  static constexpr unsigned char own[] = "\x08http/1.1";
  unsigned char* match = nullptr;
  const int found =
      SSL_select_next_proto(&match, chosen_length, own, sizeof own - 1, offered, offered_length);
  if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = match;
  return SSL_TLSEXT_ERR_OK;
}

void set_rules(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, ciphers);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  // Idle connections hold no buffers; callers keep what resumes their sessions.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context, &choose_protocol, nullptr);
}

std::string subject_of(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(bio.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  return length > 0 ? std::string(text, static_cast<std::size_t>(length)) : "no subject";
}

std::string describe(X509* certificate) {
  const ASN1_TIME* const end = X509_get0_notAfter(certificate);
  std::tm utc{};
  std::array<char, 40> when{};
  if (ASN1_TIME_to_tm(end, &utc) == 1)
    std::strftime(when.data(), when.size(), "%F %H:%M UTC", &utc);
  const bool is_over = X509_cmp_current_time(end) < 0;
  return subject_of(certificate) + (is_over ? ", EXPIRED on " : ", valid until ") + when.data();
}

}  // namespace

Result<std::shared_ptr<TlsIdentity>> TlsIdentity::load(const TlsFiles& files) {
  ERR_clear_error();
  TRY_ASSIGN(const std::vector<Certificate> chain, read_chain(files.certificate));
  TRY_ASSIGN(const Key key, read_key(files.key));
  X509* const own = chain.front().get();
  if (X509_check_private_key(own, key.get()) != 1) {
    ERR_clear_error();
    return unusable(files.key, "is not the key of the first certificate in " + files.certificate);
  }
  auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
  SSL_CTX* const raw = context->native_handle();
  set_rules(raw);
  bool is_taken =
      SSL_CTX_use_certificate(raw, own) == 1 && SSL_CTX_use_PrivateKey(raw, key.get()) == 1;
  for (std::size_t i = 1; i < chain.size() && is_taken; ++i) {
    is_taken = SSL_CTX_add1_chain_cert(raw, chain[i].get()) == 1;
  }
  if (!is_taken) return unusable(files.certificate, "cannot be used: " + openssl_reason());
  return std::shared_ptr<TlsIdentity>(new TlsIdentity(std::move(context), describe(own)));
}

TlsIdentity::TlsIdentity(std::unique_ptr<ssl::context> context, std::string description)
    : context_(std::move(context)), description_(std::move(description)) {}

TlsIdentity::~TlsIdentity() = default;

}  // namespace weft::http
