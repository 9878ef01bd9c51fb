#include "server/auth/jwt.h"

#include <gmock/gmock.h>

#include "base/digest.h"
#include "tests/unit/auth/signed_tokens.h"

namespace weft::auth {
namespace {

using nlohmann::json;
using test::p256_key;
using test::rsa_key;
using test::TestKey;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const json some_claims{{"sub", "42"}, {"name", "Ada ä"}};

/// Signed by this key?
bool fits(const std::string& text, const TestKey& key) {
  const auto token = parse_jwt(text);
  const auto keys = signing_keys_from(key.jwks());
  return token && keys && keys->size() == 1 && is_signed_by(*token, keys->front());
}

std::string parts(const json& header, const json& claims, const std::string& signature) {
  return to_base64url(header.dump()) + "." + to_base64url(claims.dump()) + "." +
         to_base64url(signature);
}

TEST(Jwt, is_read_and_its_signature_checked) {
  for (const TestKey* key : {&rsa_key(), &p256_key()}) {
    const std::string text = key->sign(some_claims);
    const auto token = parse_jwt(text);
    ASSERT_TRUE(token) << token.error().message;
    EXPECT_EQ(token->claims, some_claims);
    EXPECT_TRUE(fits(text, *key));
  }
}

TEST(Jwt, signed_by_another_key_or_changed_is_not_signed) {
  const TestKey other_rsa("rsa", "RS256"), other_p256("ec", "ES256");
  EXPECT_FALSE(fits(other_rsa.sign(some_claims), rsa_key()));
  EXPECT_FALSE(fits(other_p256.sign(some_claims), p256_key()));
  for (const TestKey* key : {&rsa_key(), &p256_key()}) {
    const std::string text = key->sign(some_claims);
    const std::string signature = text.substr(text.rfind('.'));
    const std::string head = text.substr(0, text.find('.'));
    EXPECT_FALSE(fits(head + "." + to_base64url(R"({"sub":"43"})") + signature, *key));
    EXPECT_FALSE(fits(text.substr(0, text.rfind('.') + 1), *key));
    EXPECT_FALSE(fits(text + "AAAA", *key));
    EXPECT_FALSE(
        fits(text.substr(0, text.rfind('.') + 1) + to_base64url(std::string(64, '\0')), *key));
  }
}

TEST(Jwt, an_algorithm_is_a_keys_and_no_tokens_to_choose) {
  // Signed with the bytes of the public key, as a verifier takes it that believes the header.
  for (const char* algorithm : {"none", "None", "HS256", "HS512", "RS512", "PS256", "ES384", ""}) {
    const auto refused =
        parse_jwt(parts({{"alg", algorithm}, {"kid", "rsa"}}, some_claims, "signature"));
    ASSERT_FALSE(refused) << algorithm;
    EXPECT_EQ(refused.error().code, ErrorCode::unauthenticated);
    EXPECT_THAT(refused.error().message, HasSubstr("RS256"));
  }
  EXPECT_FALSE(parse_jwt(parts({{"kid", "rsa"}}, some_claims, "s")));
  EXPECT_FALSE(parse_jwt(parts({{"alg", 1}}, some_claims, "s")));
  EXPECT_FALSE(fits(p256_key().sign(some_claims, {{"alg", "RS256"}}), p256_key()));
  EXPECT_FALSE(fits(rsa_key().sign(some_claims, {{"alg", "ES256"}}), rsa_key()));
}

TEST(Jwt, broken_ones_are_refused) {
  const std::string text = rsa_key().sign(some_claims);
  for (const std::string& broken :
       {std::string(), std::string("a"), std::string("a.b"), std::string(".."), text + ".x",
        "!" + text, text + "=", parts("text", some_claims, "s"),
        parts({{"alg", "RS256"}}, json::array(), "s"), std::string(70 << 10, 'a'),
        rsa_key().sign(some_claims, {{"crit", {"exp"}}})}) {
    const auto refused = parse_jwt(broken);
    ASSERT_FALSE(refused) << broken.substr(0, 80);
    EXPECT_EQ(refused.error().code, ErrorCode::unauthenticated);
  }
  std::string deep(100'000, '[');
  EXPECT_FALSE(parse_jwt(to_base64url(deep.substr(0, 20'000)) + ".e30.e30"));
}

TEST(SigningKeys, are_those_that_sign_and_are_strong_enough) {
  const auto count = [](const json& jwk) {
    const auto keys = signing_keys_from(json{{"keys", {jwk}}}.dump());
    return keys ? static_cast<int>(keys->size()) : -1;
  };
  EXPECT_EQ(count(rsa_key().jwk()), 1);
  EXPECT_EQ(count(p256_key().jwk()), 1);
  json bare = rsa_key().jwk();
  for (const char* name : {"alg", "use", "kid"}) bare.erase(name);
  EXPECT_EQ(count(bare), 1);
  const auto changed = [](json jwk, const char* name, json value) {
    jwk[name] = std::move(value);
    return jwk;
  };
  EXPECT_EQ(count(TestKey("weak", "RS256", 1024).jwk()), 0);
  EXPECT_EQ(count(changed(rsa_key().jwk(), "use", "enc")), 0);
  EXPECT_EQ(count(changed(rsa_key().jwk(), "alg", "RS512")), 0);
  EXPECT_EQ(count(changed(rsa_key().jwk(), "n", "!")), 0);
  EXPECT_EQ(count(changed(rsa_key().jwk(), "e", "")), 0);
  EXPECT_EQ(count(changed(p256_key().jwk(), "crv", "P-384")), 0);
  EXPECT_EQ(count(changed(p256_key().jwk(), "x", to_base64url(std::string(32, '\1')))), 0)
      << "no point of the curve";
  EXPECT_EQ(count({{"kty", "oct"}, {"k", "c2VjcmV0"}}), 0);
  EXPECT_EQ(count("text"), 0);
  for (const char* none : {"", "[]", "{}", R"({"keys": {}})"})
    EXPECT_FALSE(signing_keys_from(none)) << none;
  EXPECT_THAT(*signing_keys_from(R"({"keys": []})"), IsEmpty());
  json many = json::array();
  for (int i = 0; i < 200; ++i) many.push_back(p256_key().jwk());
  EXPECT_THAT(*signing_keys_from(json{{"keys", many}}.dump()), SizeIs(100));
}

}  // namespace
}  // namespace weft::auth
