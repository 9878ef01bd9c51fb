#include "server/auth/jwt.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <optional>

#include "base/digest.h"
#include "base/freed.h"
#include "base/shallow_json.h"

namespace weft::auth {
namespace {

using nlohmann::json;

constexpr std::size_t max_token_bytes = 64 << 10;
constexpr std::size_t max_keys = 100;
constexpr std::size_t min_rsa_bytes = 256, max_rsa_bytes = 1024;
/// Of P-256: each of a point's coordinates, and each half of a signature.
constexpr std::size_t p256_bytes = 32;

using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Number number_of(std::string_view bytes) {
  return Number(BN_bin2bn(octets(bytes), static_cast<int>(bytes.size()), nullptr));
}

tl::unexpected<Error> bad_token(std::string_view what) {
  return fail(ErrorCode::unauthenticated, "the provider's ID token " + std::string(what));
}

std::string member_text(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<json> object_in(std::string_view base64) {
  const auto text = from_base64url(base64);
  if (!text) return std::nullopt;
  ShallowJson read = parse_shallow(*text);
  if (!read.good() || !read.value.is_object()) return std::nullopt;
  return std::move(read.value);
}

/// An integer without its leading zeros; "" when it is none.
std::string integer_of(const json& jwk, const char* name) {
  const auto bytes = from_base64url(member_text(jwk, name));
  if (!bytes) return {};
  const auto first = bytes->find_first_not_of('\0');
  return first == std::string::npos ? std::string() : bytes->substr(first);
}

std::shared_ptr<EVP_PKEY> public_key(const char* kind, OSSL_PARAM_BLD* facts) {
  const Params params(OSSL_PARAM_BLD_to_param(facts));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* key = nullptr;
  if (params && context && EVP_PKEY_fromdata_init(context.get()) == 1)
    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get());
  return {key, &EVP_PKEY_free};
}

std::shared_ptr<EVP_PKEY> rsa_key(const json& jwk) {
  const std::string modulus = integer_of(jwk, "n"), exponent = integer_of(jwk, "e");
  const bool is_fit = modulus.size() >= min_rsa_bytes && modulus.size() <= max_rsa_bytes &&
                      !exponent.empty() && exponent.size() <= 4;
  if (!is_fit) return nullptr;
  const Number n = number_of(modulus), e = number_of(exponent);
  const Builder facts(OSSL_PARAM_BLD_new());
  if (!n || !e || !facts || OSSL_PARAM_BLD_push_BN(facts.get(), "n", n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(facts.get(), "e", e.get()) != 1)
    return nullptr;
  return public_key("RSA", facts.get());
}

std::shared_ptr<EVP_PKEY> p256_key(const json& jwk) {
  const auto x = from_base64url(member_text(jwk, "x")), y = from_base64url(member_text(jwk, "y"));
  if (!x || !y || x->size() != p256_bytes || y->size() != p256_bytes) return nullptr;
  const std::string point = '\x04' + *x + *y;
  const Builder facts(OSSL_PARAM_BLD_new());
  if (!facts ||
      OSSL_PARAM_BLD_push_utf8_string(facts.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) !=
          1 ||
      OSSL_PARAM_BLD_push_octet_string(facts.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1)
    return nullptr;
  return public_key("EC", facts.get());
}

std::optional<SigningKey> signing_key(const json& jwk) {
  if (!jwk.is_object()) return std::nullopt;
  const std::string use = member_text(jwk, "use"), kind = member_text(jwk, "kty"),
                    algorithm = member_text(jwk, "alg");
  if (!use.empty() && use != "sig") return std::nullopt;
  SigningKey key{.id = member_text(jwk, "kid")};
  if (kind == "RSA") {
    key.algorithm = "RS256";
    key.key = rsa_key(jwk);
  } else if (kind == "EC" && member_text(jwk, "crv") == "P-256") {
    key.algorithm = "ES256";
    key.key = p256_key(jwk);
  }
  const bool is_other = !algorithm.empty() && algorithm != key.algorithm;
  if (!key.key || is_other) return std::nullopt;
  return key;
}

/// JWS has the two halves one behind the other, OpenSSL wants DER; "" when it is none.
std::string der_signature(std::string_view halves) {
  if (halves.size() != 2 * p256_bytes) return {};
  Number r = number_of(halves.substr(0, p256_bytes)), s = number_of(halves.substr(p256_bytes));
  const Signature signature(ECDSA_SIG_new());
  if (!r || !s || !signature || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return {};
  (void)r.release();
  (void)s.release();
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  if (size <= 0) return {};
  std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

}  // namespace

Result<Jwt> parse_jwt(std::string_view text) {
  if (text.size() > max_token_bytes) return bad_token("is larger than 64 KiB");
  const auto first = text.find('.');
  const auto second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos)
    return bad_token("is no signed JWT: it does not have three parts");
  const auto header = object_in(text.substr(0, first));
  auto claims = object_in(text.substr(first + 1, second - first - 1));
  auto signature = from_base64url(text.substr(second + 1));
  if (!header || !claims || !signature) return bad_token("is no JWT: a part cannot be read");
  Jwt token{.algorithm = member_text(*header, "alg"),
            .key_id = member_text(*header, "kid"),
            .claims = std::move(*claims),
            .signed_text = std::string(text.substr(0, second)),
            .signature = std::move(*signature)};
  if (token.algorithm != "RS256" && token.algorithm != "ES256")
    return bad_token("is not signed by RS256 or ES256: no other algorithm is accepted");
  // What it says there must be understood, and nothing is.
  if (header->contains("crit")) return bad_token("has critical extensions");
  return token;
}

Result<std::vector<SigningKey>> signing_keys_from(std::string_view text) {
  const ShallowJson read = parse_shallow(text);
  const bool is_set = read.good() && read.value.is_object() && read.value.contains("keys") &&
                      read.value["keys"].is_array();
  if (!is_set)
    return fail(ErrorCode::unavailable,
                "what stands at the provider's jwks_uri is no "
                "JWK set");
  std::vector<SigningKey> keys;
  for (const json& jwk : read.value["keys"]) {
    if (keys.size() == max_keys) break;
    if (auto key = signing_key(jwk)) keys.push_back(std::move(*key));
  }
  return keys;
}

bool is_signed_by(const Jwt& token, const SigningKey& key) {
  if (token.algorithm != key.algorithm) return false;
  const std::string signature =
      token.algorithm == "ES256" ? der_signature(token.signature) : token.signature;
  const DigestContext context(EVP_MD_CTX_new());
  return context && !signature.empty() &&
         EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.key.get()) == 1 &&
         EVP_DigestVerify(context.get(), octets(signature), signature.size(),
                          octets(token.signed_text), token.signed_text.size()) == 1;
}

}  // namespace weft::auth
