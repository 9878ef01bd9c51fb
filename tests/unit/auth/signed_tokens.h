#pragma once

// What an OpenID provider signs with: a key, its public half as JWK, and tokens made by it.

#include <memory>
#include <string>

#include <nlohmann/json.hpp>

struct evp_pkey_st;

namespace weft::auth::test {

class TestKey {
 public:
  /// `algorithm`: RS256 (of so many bits) or ES256.
  TestKey(std::string id, std::string algorithm, int bits = 2048);

  nlohmann::json jwk() const;
  std::string jwks() const { return nlohmann::json{{"keys", {jwk()}}}.dump(); }
  /// With the header's usual members, and `header` over them.
  std::string sign(const nlohmann::json& claims,
                   const nlohmann::json& header = nlohmann::json::object()) const;
  /// JWS's form of a signature.
  std::string signature_of(const std::string& text) const;

 private:
  const std::string id_, algorithm_;
  std::shared_ptr<evp_pkey_st> key_;
};

/// One made once for all tests: making an RSA key takes its time.
const TestKey& rsa_key();
const TestKey& p256_key();

}  // namespace weft::auth::test
