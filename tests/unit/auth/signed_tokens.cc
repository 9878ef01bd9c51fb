#include "tests/unit/auth/signed_tokens.h"

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <array>
#include <vector>

#include "base/digest.h"

namespace weft::auth::test {
namespace {

std::string number(EVP_PKEY* key, const char* name, int size = 0) {
  BIGNUM* value = nullptr;
  EXPECT_EQ(EVP_PKEY_get_bn_param(key, name, &value), 1) << name;
  std::string bytes(static_cast<std::size_t>(size > 0 ? size : BN_num_bytes(value)), '\0');
  BN_bn2binpad(value, reinterpret_cast<unsigned char*>(bytes.data()),
               static_cast<int>(bytes.size()));
  BN_free(value);
  return to_base64url(bytes);
}

}  // namespace

TestKey::TestKey(std::string id, std::string algorithm, int bits)
    : id_(std::move(id)), algorithm_(std::move(algorithm)) {
  EVP_PKEY* key =
      algorithm_ == "ES256" ? EVP_EC_gen("P-256") : EVP_RSA_gen(static_cast<unsigned>(bits));
  key_ = {key, &EVP_PKEY_free};
}

nlohmann::json TestKey::jwk() const {
  nlohmann::json jwk{{"kid", id_}, {"alg", algorithm_}, {"use", "sig"}};
  if (algorithm_ == "ES256") {
    jwk.update({{"kty", "EC"},
                {"crv", "P-256"},
                {"x", number(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X, 32)},
                {"y", number(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, 32)}});
  } else {
    jwk.update({{"kty", "RSA"},
                {"n", number(key_.get(), OSSL_PKEY_PARAM_RSA_N)},
                {"e", number(key_.get(), OSSL_PKEY_PARAM_RSA_E)}});
  }
  return jwk;
}

std::string TestKey::signature_of(const std::string& text) const {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EXPECT_EQ(EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_.get()), 1);
  std::size_t size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  EXPECT_EQ(EVP_DigestSign(context, nullptr, &size, bytes, text.size()), 1);
  std::vector<unsigned char> signature(size);
  EXPECT_EQ(EVP_DigestSign(context, signature.data(), &size, bytes, text.size()), 1);
  EVP_MD_CTX_free(context);
  signature.resize(size);
  if (algorithm_ != "ES256") return {signature.begin(), signature.end()};
  const unsigned char* der = signature.data();
  ECDSA_SIG* halves = d2i_ECDSA_SIG(nullptr, &der, static_cast<long>(size));
  std::array<unsigned char, 64> raw{};
  BN_bn2binpad(ECDSA_SIG_get0_r(halves), raw.data(), 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(halves), raw.data() + 32, 32);
  ECDSA_SIG_free(halves);
  return {raw.begin(), raw.end()};
}

std::string TestKey::sign(const nlohmann::json& claims, const nlohmann::json& header) const {
  nlohmann::json head{{"alg", algorithm_}, {"kid", id_}, {"typ", "JWT"}};
  head.update(header);
  const std::string text = to_base64url(head.dump()) + "." + to_base64url(claims.dump());
  return text + "." + to_base64url(signature_of(text));
}

const TestKey& rsa_key() {
  static const TestKey key("rsa", "RS256");
  return key;
}

const TestKey& p256_key() {
  static const TestKey key("ec", "ES256");
  return key;
}

}  // namespace weft::auth::test
