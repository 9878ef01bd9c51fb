#include "server/secrets/vault_client.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "tests/unit/secrets/fake_vault.h"
#include "tests/unit/storage/temp_folder.h"

namespace weft::secrets {
namespace {

using test::FakeVault;
using test::http_answer;
using test::kv_answer;
using test::login_answer;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class VaultClientTest : public ::testing::Test {
 protected:
  FakeVault& vault_that(FakeVault::Answer answer) {
    vault_ = std::make_unique<FakeVault>(std::move(answer));
    return *vault_;
  }
  FakeVault& vault_that_says(std::string answer) {
    return vault_that([answer = std::move(answer)](const FakeVault::Call&) { return answer; });
  }
  VaultSettings by_token() const { return {.addr = vault_->url(), .token = "hvs.token"}; }
  VaultSettings by_role() const {
    folder_.write("secret-id", "sid\n");
    ::chmod((folder_ / "secret-id").c_str(), 0600);
    return {.addr = vault_->url(), .role_id = "role", .secret_id_file = folder_ / "secret-id"};
  }
  VaultClient client(VaultSettings settings) const {
    return VaultClient(std::move(settings), [this] { return now_; });
  }
  /// What reading variables/a fails with.
  Error error_of(VaultSettings settings) const {
    auto vault = client(std::move(settings));
    const auto read = vault.read("variables/a");
    EXPECT_FALSE(read);
    return read ? Error{} : read.error();
  }

  weft::test::TempFolder folder_;
  std::unique_ptr<FakeVault> vault_;
  std::chrono::steady_clock::time_point now_{std::chrono::hours(1)};
};

TEST_F(VaultClientTest, reads_the_fields_of_a_secret) {
  vault_that_says(kv_answer({{"value", "eu"}}));
  VaultSettings settings = by_token();
  settings.mount = "kv/team";
  settings.name_space = "ns1";
  auto vault = client(settings);
  const auto read = vault.read("variables/a b/ü.?#%");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ((**read)["value"], "eu");
  const auto call = vault_->calls().at(0);
  EXPECT_EQ(call.line, "GET /v1/kv/team/data/variables/a%20b/%C3%BC.%3F%23%25");
  EXPECT_EQ(call.header("X-Vault-Token"), "hvs.token");
  EXPECT_EQ(call.header("X-Vault-Namespace"), "ns1");
  EXPECT_EQ(call.header("X-Vault-Request"), "true");
}

TEST_F(VaultClientTest, tells_a_missing_secret_from_a_missing_engine) {
  for (const char* body : {R"({"errors":[]})", R"({"data":{"data":null,"metadata":{}}})", ""}) {
    vault_that_says(http_answer(404, body));
    auto vault = client(by_token());
    const auto read = vault.read("variables/a");
    ASSERT_TRUE(read) << body;
    EXPECT_FALSE(*read);
  }
  vault_that_says(http_answer(404, R"({"errors":["no handler for route \"secret/data/x\""]})"));
  EXPECT_THAT(error_of(by_token()).message, AllOf(HasSubstr("--vault-mount"), HasSubstr("route")));
  // An engine of version 1.
  vault_that_says(http_answer(200, R"({"data":{"value":"s3cret"}})"));
  EXPECT_THAT(error_of(by_token()).message,
              AllOf(HasSubstr("version 2"), Not(HasSubstr("s3cret"))));
}

TEST_F(VaultClientTest, what_passes_is_unavailable_and_what_stays_is_not) {
  for (const int status : {301, 307, 412, 429, 500, 502, 503}) {
    vault_that_says(http_answer(status, R"({"errors":["Vault is\nbusy"]})",
                                "Location: http://127.0.0.2:1/\r\n"));
    const Error error = error_of(by_token());
    EXPECT_EQ(error.code, ErrorCode::unavailable) << status;
    EXPECT_THAT(error.message, Not(HasSubstr("\n")));
    EXPECT_EQ(vault_->calls().size(), 1u);
  }
  vault_that_says(http_answer(403, R"({"errors":["permission denied"]})"));
  const Error refused = error_of(by_token());
  EXPECT_EQ(refused.code, ErrorCode::permission_denied);
  EXPECT_THAT(refused.message,
              AllOf(HasSubstr("secret/data/variables/a"), Not(HasSubstr("hvs.token"))));
  EXPECT_EQ(vault_->calls().size(), 1u) << "there is no other token";
}

TEST_F(VaultClientTest, bears_answers_that_are_none) {
  for (const char* body : {"<html>s3cret</html>", "", "[1]", R"({"data":)"}) {
    vault_that_says(http_answer(200, body));
    const Error error = error_of(by_token());
    EXPECT_EQ(error.code, ErrorCode::unavailable) << body;
    EXPECT_THAT(error.message, AllOf(HasSubstr("not Vault's"), Not(HasSubstr("s3cret"))));
  }
  vault_that_says(http_answer(200, R"({"data":{"data":{"a":)" + std::string(50'000, '[') +
                                       std::string(50'000, ']') + "}}}"));
  EXPECT_THAT(error_of(by_token()).message, HasSubstr("nested"));
  vault_that_says("SSH-2.0-OpenSSH\r\n");
  EXPECT_EQ(error_of(by_token()).code, ErrorCode::unavailable);
}

TEST_F(VaultClientTest, stops_reading_what_is_huge) {
  vault_that_says(kv_answer({{"value", std::string(2 << 20, 'x')}}));
  EXPECT_EQ(error_of(by_token()).code, ErrorCode::too_large);
  vault_that_says("HTTP/1.1 200 x\r\nConnection: close\r\n\r\n" + std::string(2 << 20, ' '));
  EXPECT_EQ(error_of(by_token()).code, ErrorCode::too_large);
}

TEST_F(VaultClientTest, waits_only_so_long) {
  vault_that_says("");
  VaultSettings settings = by_token();
  settings.timeout = std::chrono::milliseconds(100);
  const Error error = error_of(settings);
  EXPECT_EQ(error.code, ErrorCode::unavailable);
  EXPECT_THAT(error.message, AllOf(HasSubstr("does not answer"), HasSubstr(vault_->url())));
  vault_->stop();
  EXPECT_EQ(error_of(by_token()).code, ErrorCode::unavailable);
}

TEST_F(VaultClientTest, does_not_follow_a_token_file_until_its_token_is_refused) {
  folder_.write("token", "first\n");
  ::chmod((folder_ / "token").c_str(), 0600);
  vault_that([](const FakeVault::Call& call) {
    return call.header("X-Vault-Token") == "second" ? kv_answer({{"value", "v"}})
                                                    : http_answer(403, "{}");
  });
  VaultSettings settings = by_token();
  settings.token = "first";
  settings.token_file = folder_ / "token";
  auto vault = client(settings);
  EXPECT_EQ(vault.read("variables/a").error().code, ErrorCode::permission_denied);
  EXPECT_EQ(vault_->calls().size(), 1u) << "the same token still stands there";
  folder_.write("token", "second\n");
  EXPECT_TRUE(vault.read("variables/a"));
  EXPECT_TRUE(vault.read("variables/a"));
  EXPECT_EQ(vault_->calls().size(), 4u);
}

TEST_F(VaultClientTest, signs_in_by_role_once_and_again_before_the_token_ends) {
  int logins = 0;
  vault_that([&](const FakeVault::Call& call) {
    if (call.line == "POST /v1/auth/approle/login")
      return login_answer("token-" + std::to_string(++logins), 100);
    return kv_answer({{"value", call.header("X-Vault-Token")}});
  });
  auto vault = client(by_role());
  const auto value = [&] { return (*vault.read("variables/a").value())["value"]; };
  EXPECT_EQ(value(), "token-1");
  const auto login = vault_->calls().at(0);
  EXPECT_EQ(nlohmann::json::parse(login.body),
            (nlohmann::json{{"role_id", "role"}, {"secret_id", "sid"}}));
  EXPECT_EQ(login.header("X-Vault-Token"), "");
  now_ += std::chrono::seconds(79);
  EXPECT_EQ(value(), "token-1");
  now_ += std::chrono::seconds(1);
  EXPECT_EQ(value(), "token-2");
  EXPECT_EQ(value(), "token-2");
}

TEST_F(VaultClientTest, a_token_without_an_end_stays) {
  int logins = 0;
  vault_that([&](const FakeVault::Call& call) {
    return call.line.starts_with("POST") ? login_answer("t" + std::to_string(++logins), 0)
                                         : kv_answer({{"value", "v"}});
  });
  auto vault = client(by_role());
  EXPECT_TRUE(vault.read("variables/a"));
  now_ += std::chrono::hours(24 * 30);
  EXPECT_TRUE(vault.read("variables/a"));
  EXPECT_EQ(logins, 1);
}

TEST_F(VaultClientTest, signs_in_again_when_its_token_was_revoked) {
  int logins = 0;
  std::string valid;
  vault_that([&](const FakeVault::Call& call) {
    if (call.line.starts_with("POST")) {
      valid = "token-" + std::to_string(++logins);
      return login_answer(valid, 3600);
    }
    return call.header("X-Vault-Token") == valid ? kv_answer({{"value", "v"}})
                                                 : http_answer(403, "{}");
  });
  auto vault = client(by_role());
  EXPECT_TRUE(vault.read("variables/a"));
  valid = "none";
  now_ += std::chrono::seconds(60);
  EXPECT_TRUE(vault.read("variables/a"));
  EXPECT_EQ(logins, 2);
}

TEST_F(VaultClientTest, a_path_that_is_forbidden_does_not_make_token_after_token) {
  int logins = 0;
  vault_that([&](const FakeVault::Call& call) {
    return call.line.starts_with("POST") ? login_answer("t" + std::to_string(++logins), 3600)
                                         : http_answer(403, "{}");
  });
  auto vault = client(by_role());
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(vault.read("variables/a").error().code, ErrorCode::permission_denied);
  EXPECT_EQ(logins, 1);
  now_ += std::chrono::seconds(60);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(vault.read("variables/a").error().code, ErrorCode::permission_denied);
  EXPECT_EQ(logins, 2);
}

TEST_F(VaultClientTest, a_sign_in_that_fails_says_why_and_is_tried_again) {
  std::string answer = http_answer(400, R"({"errors":["invalid role or secret ID"]})");
  vault_that([&](const FakeVault::Call& call) {
    return call.line.starts_with("POST") ? answer : kv_answer({{"value", "v"}});
  });
  auto vault = client(by_role());
  const auto refused = vault.read("variables/a");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
  EXPECT_THAT(
      refused.error().message,
      AllOf(HasSubstr("invalid role"), HasSubstr(folder_ / "secret-id"), Not(HasSubstr("sid\""))));
  for (const std::string& odd :
       {http_answer(503, "{}"), http_answer(200, "{}"), http_answer(200, "no"),
        http_answer(200, R"({"auth":{"client_token":"t","lease_duration":-1}})"),
        login_answer("two\r\nlines: x", 10), login_answer("", 10), std::string("x")}) {
    answer = odd;
    EXPECT_EQ(vault.read("variables/a").error().code, ErrorCode::unavailable) << odd;
  }
  ::chmod((folder_ / "secret-id").c_str(), 0644);
  EXPECT_THAT(vault.read("variables/a").error().message, HasSubstr("chmod 600"));
  ::chmod((folder_ / "secret-id").c_str(), 0600);
  answer = login_answer("t", 10);
  EXPECT_TRUE(vault.read("variables/a"));
}

}  // namespace
}  // namespace weft::secrets
