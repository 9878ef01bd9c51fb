#include "server/auth/oidc_provider.h"

#include <gmock/gmock.h>

#include "base/digest.h"
#include "tests/unit/auth/signed_tokens.h"
#include "tests/unit/secrets/fake_vault.h"

namespace weft::auth {
namespace {

using nlohmann::json;
using secrets::test::FakeVault;
using secrets::test::http_answer;
using test::p256_key;
using test::rsa_key;
using test::TestKey;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// A provider on a socket; the test says what it answers for each path.
class OidcProviderTest : public ::testing::Test {
 protected:
  OidcProviderTest() {
    settings_ = {.issuer = server_.url(), .client_id = "weft", .timeout = timeout_};
    answers_["GET /.well-known/openid-configuration"] = discovery();
    answers_["GET /jwks"] = http_answer(200, rsa_key().jwks());
    answer_token(rsa_key().sign(claims_));
  }
  std::string discovery(const json& changes = json::object()) const {
    json document{{"issuer", settings_.issuer},
                  {"authorization_endpoint", settings_.issuer + "/authorize"},
                  {"token_endpoint", settings_.issuer + "/token"},
                  {"jwks_uri", settings_.issuer + "/jwks"}};
    document.merge_patch(changes);
    return http_answer(200, document.dump());
  }
  void answer_token(const std::string& id_token) {
    answers_["POST /token"] = http_answer(
        200, json{{"access_token", "x"}, {"token_type", "Bearer"}, {"id_token", id_token}}.dump());
  }
  OidcProvider& provider() {
    if (!provider_) provider_ = std::make_unique<OidcProvider>(settings_, [this] { return now_; });
    return *provider_;
  }
  Result<json> redeem() { return provider().redeem("the code", secrets_, redirect_); }
  /// What is wrong with a sign-in now; "" when nothing is.
  std::string fault() {
    const auto claims = redeem();
    return claims ? "" : claims.error().message;
  }
  int asked_for(const std::string& line) const {
    const auto lines = server_.lines();
    return static_cast<int>(std::count(lines.begin(), lines.end(), line));
  }

  const json claims_{{"sub", "42"}};
  const OidcSecrets secrets_{"the state", "the nonce", "the verifier"};
  const std::string redirect_ = "https://weft.example.com/auth/oidc/callback";
  std::chrono::milliseconds timeout_{5'000};
  std::chrono::steady_clock::time_point now_{std::chrono::hours(1)};
  std::map<std::string, std::string> answers_;
  FakeVault server_{[this](const FakeVault::Call& call) {
    const auto found = answers_.find(call.line);
    return found == answers_.end() ? http_answer(404, "{}") : found->second;
  }};
  OidcSettings settings_;
  std::unique_ptr<OidcProvider> provider_;
};

TEST_F(OidcProviderTest, sends_the_browser_off_with_hashes_only) {
  const auto url = provider().sign_in_url(secrets_, redirect_);
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_THAT(*url,
              AllOf(StartsWith(settings_.issuer + "/authorize?response_type=code&client_id=weft"),
                    HasSubstr("&redirect_uri=https%3A%2F%2Fweft.example.com%2Fauth%2Foidc"),
                    HasSubstr("&scope=openid%20profile%20email&state=the%20state&nonce=the%20"),
                    HasSubstr("&code_challenge=" + to_base64url(sha256("the verifier"))),
                    HasSubstr("&code_challenge_method=S256"), Not(HasSubstr("verifier"))));
  EXPECT_TRUE(provider().sign_in_url(secrets_, redirect_));
  EXPECT_EQ(server_.calls().size(), 1u) << "discovery is known for a while";
  now_ += OidcProvider::endpoints_time;
  answers_["GET /.well-known/openid-configuration"] =
      discovery({{"authorization_endpoint", settings_.issuer + "/a?tenant=1"}});
  EXPECT_THAT(*provider().sign_in_url(secrets_, redirect_),
              StartsWith(settings_.issuer + "/a?tenant=1&response_type=code"));
}

TEST_F(OidcProviderTest, redeems_a_code_with_the_verifier) {
  const auto claims = redeem();
  ASSERT_TRUE(claims) << claims.error().message;
  EXPECT_EQ(*claims, claims_);
  const auto call = server_.calls().at(1);
  EXPECT_EQ(call.line, "POST /token");
  EXPECT_EQ(call.body,
            "grant_type=authorization_code&code=the%20code&redirect_uri=https%3A%2F%2Fweft."
            "example.com%2Fauth%2Foidc%2Fcallback&client_id=weft&code_verifier=the%20verifier");
  EXPECT_EQ(call.header("Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(call.header("Authorization"), "");
}

TEST_F(OidcProviderTest, shows_its_secret_in_the_way_that_the_provider_takes) {
  settings_.client_secret = "s/ä";
  EXPECT_EQ(fault(), "");
  EXPECT_EQ(server_.calls().at(1).header("Authorization"), "Basic d2VmdDpzJTJGJUMzJUE0");
  EXPECT_THAT(server_.calls().at(1).body, Not(HasSubstr("client_secret")));
  answers_["GET /.well-known/openid-configuration"] =
      discovery({{"token_endpoint_auth_methods_supported", {"client_secret_post"}}});
  provider_.reset();
  EXPECT_EQ(fault(), "");
  const auto call = server_.calls().at(4);
  EXPECT_THAT(call.body, HasSubstr("&client_secret=s%2F%C3%A4"));
  EXPECT_EQ(call.header("Authorization"), "");
}

TEST_F(OidcProviderTest, believes_the_providers_keys_alone) {
  const TestKey stranger("rsa", "RS256");
  answer_token(stranger.sign(claims_));
  EXPECT_THAT(fault(), HasSubstr("not signed by one of the provider's keys"));
  answer_token(p256_key().sign(claims_));
  EXPECT_THAT(fault(), HasSubstr("not signed by one of the provider's keys"));
  answers_["GET /jwks"] =
      http_answer(200, json{{"keys", {rsa_key().jwk(), p256_key().jwk()}}}.dump());
  now_ += OidcProvider::keys_pause;
  EXPECT_EQ(fault(), "");
  const std::string text = rsa_key().sign(claims_);
  answer_token(to_base64url(R"({"alg":"none"})") + text.substr(text.find('.')));
  EXPECT_THAT(fault(), HasSubstr("RS256 or ES256"));
}

TEST_F(OidcProviderTest, asks_for_new_keys_now_and_then) {
  EXPECT_EQ(fault(), "");
  EXPECT_EQ(fault(), "");
  EXPECT_EQ(asked_for("GET /jwks"), 1);
  const TestKey next("next", "RS256");
  answers_["GET /jwks"] = http_answer(200, next.jwks());
  answer_token(next.sign(claims_));
  for (int i = 0; i < 5; ++i) EXPECT_NE(fault(), "") << "too soon after the last time";
  EXPECT_EQ(asked_for("GET /jwks"), 1);
  now_ += OidcProvider::keys_pause;
  EXPECT_EQ(fault(), "");
  EXPECT_EQ(asked_for("GET /jwks"), 2);
  answer_token(rsa_key().sign(claims_));
  EXPECT_NE(fault(), "") << "a key that is no longer the provider's";
  now_ += OidcProvider::keys_time;
  EXPECT_NE(fault(), "");
  EXPECT_EQ(asked_for("GET /jwks"), 3);
}

TEST_F(OidcProviderTest, says_what_the_provider_says) {
  answers_["POST /token"] = http_answer(400, R"({"error":"invalid_grant"})");
  auto refused = redeem();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unauthenticated);
  EXPECT_THAT(refused.error().message,
              AllOf(HasSubstr("invalid_grant"), Not(HasSubstr("the code"))));
  for (const std::string& odd :
       {http_answer(500, "{}"), http_answer(200, "{}"), http_answer(200, "no"),
        http_answer(302, "{}", "Location: " + settings_.issuer + "/elsewhere\r\n"),
        http_answer(200, R"({"id_token":7})")}) {
    answers_["POST /token"] = odd;
    refused = redeem();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable) << odd;
  }
  EXPECT_EQ(asked_for("GET /elsewhere") + asked_for("POST /elsewhere"), 0);
}

TEST_F(OidcProviderTest, takes_no_discovery_that_is_not_its_issuers) {
  for (const json& changes :
       {json{{"issuer", "https://other.example"}}, json{{"issuer", nullptr}},
        json{{"jwks_uri", nullptr}}, json{{"token_endpoint", "http://login.example.com/token"}},
        json{{"authorization_endpoint", "javascript:alert(1)"}},
        json{{"jwks_uri", "file:///etc/passwd"}}}) {
    answers_["GET /.well-known/openid-configuration"] = discovery(changes);
    const auto url = provider().sign_in_url(secrets_, redirect_);
    ASSERT_FALSE(url) << changes;
    EXPECT_EQ(url.error().code, ErrorCode::unavailable);
    now_ += OidcProvider::outage_time;
  }
}

TEST_F(OidcProviderTest, after_an_outage_nobody_asks_for_a_moment) {
  answers_["GET /.well-known/openid-configuration"] = http_answer(503, "");
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(provider().sign_in_url(secrets_, redirect_));
  EXPECT_EQ(server_.calls().size(), 1u);
  answers_["GET /.well-known/openid-configuration"] = discovery();
  now_ += OidcProvider::outage_time;
  EXPECT_TRUE(provider().sign_in_url(secrets_, redirect_));
  answers_["GET /jwks"] = http_answer(200, std::string(2 << 20, ' '));
  EXPECT_THAT(fault(), HasSubstr("KiB"));
  provider().stop();
  EXPECT_THAT(fault(), HasSubstr("stopping"));
}

}  // namespace
}  // namespace weft::auth
