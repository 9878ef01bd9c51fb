#include "server/auth/id_token.h"

#include <gmock/gmock.h>

namespace weft::auth {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const Instant issued = from_micros(1'767'225'600'000'000);
constexpr std::int64_t issued_second = 1'767'225'600;

OidcSettings provider() {
  OidcSettings settings{.issuer = "https://login.example.com", .client_id = "weft"};
  settings.roles = {{"ops", Role::operator_}, {"admins", Role::admin}};
  return settings;
}

json right() {
  return {{"iss", "https://login.example.com"},
          {"aud", "weft"},
          {"exp", issued_second + 300},
          {"iat", issued_second},
          {"nonce", "n-1"},
          {"sub", "42"}};
}

/// What is wrong after these changes; null takes a claim out; "" when nothing is.
std::string fault(const json& changes) {
  json claims = right();
  claims.merge_patch(changes);
  const auto checked = check_claims(claims, provider(), "n-1", issued);
  return checked ? "" : checked.error().message;
}

TEST(Claims, of_a_right_token_are_right) {
  EXPECT_EQ(fault(json::object()), "");
  EXPECT_EQ(fault({{"aud", {"weft"}}}), "");
  EXPECT_EQ(fault({{"aud", {"other", "weft"}}, {"azp", "weft"}}), "");
  EXPECT_EQ(fault({{"nbf", issued_second - 10}}), "");
  EXPECT_EQ(fault({{"exp", issued_second - 59}}), "") << "clocks differ a little";
  EXPECT_EQ(fault({{"iat", issued_second + 59.5}}), "");
}

TEST(Claims, each_wrong_one_is_named) {
  for (const auto& [changes, named] :
       std::vector<std::pair<json, const char*>>{{{{"iss", "https://login.example.com/"}}, "(iss)"},
                                                 {{{"iss", nullptr}}, "(iss)"},
                                                 {{{"aud", "other"}}, "(aud)"},
                                                 {{{"aud", nullptr}}, "(aud)"},
                                                 {{{"aud", json::array()}}, "(aud)"},
                                                 {{{"aud", {"other", "weft"}}}, "(azp)"},
                                                 {{{"azp", "other"}}, "(azp)"},
                                                 {{{"azp", 1}}, "(azp)"},
                                                 {{{"exp", issued_second - 60}}, "(exp)"},
                                                 {{{"exp", nullptr}}, "(exp, iat)"},
                                                 {{{"exp", "9999999999"}}, "(exp, iat)"},
                                                 {{{"exp", 1e300}}, "(exp, iat)"},
                                                 {{{"exp", -1}}, "(exp, iat)"},
                                                 {{{"iat", nullptr}}, "(exp, iat)"},
                                                 {{{"iat", issued_second + 61}}, "(iat)"},
                                                 {{{"nbf", issued_second + 61}}, "(nbf)"},
                                                 {{{"nbf", "x"}}, "(nbf)"},
                                                 {{{"nonce", "n-2"}}, "(nonce)"},
                                                 {{{"nonce", nullptr}}, "(nonce)"}})
    EXPECT_THAT(fault(changes), HasSubstr(named)) << changes;
}

ExternalUser user_of(const json& changes, const OidcSettings& settings = provider()) {
  json claims = right();
  claims.merge_patch(changes);
  const auto user = external_user(claims, settings);
  EXPECT_TRUE(user) << changes;
  return user ? *user : ExternalUser{};
}

TEST(ExternalUser, has_the_name_of_its_claim) {
  const json both{{"preferred_username", "ada"}, {"email", "ada@example.com"}, {"name", "Ada L."}};
  const ExternalUser ada = user_of(both);
  EXPECT_EQ(ada.name, "ada");
  EXPECT_EQ(ada.display_name, "Ada L.");
  EXPECT_EQ(ada.provider, "https://login.example.com#42");
  EXPECT_EQ(user_of({{"email", "ada@example.com"}}).name, "ada@example.com");
  OidcSettings settings = provider();
  settings.username_claim = "login";
  EXPECT_EQ(user_of({{"preferred_username", "x"}, {"login", "al"}}, settings).name, "al");
}

TEST(ExternalUser, who_has_no_name_here_stays_out) {
  const auto refused = [](const json& changes) {
    json claims = right();
    claims.merge_patch(changes);
    const auto user = external_user(claims, provider());
    return !user && user.error().code == ErrorCode::unauthenticated;
  };
  EXPECT_TRUE(refused(json::object()));
  EXPECT_TRUE(refused({{"preferred_username", 7}}));
  EXPECT_TRUE(refused({{"preferred_username", "two words"}}));
  EXPECT_TRUE(refused({{"preferred_username", "me"}}));
  EXPECT_TRUE(refused({{"preferred_username", "../admin"}}));
  EXPECT_TRUE(refused({{"preferred_username", "ada"}, {"sub", nullptr}}));
  EXPECT_TRUE(refused({{"preferred_username", "ada"}, {"sub", std::string(256, 'x')}}));
  EXPECT_TRUE(refused({{"email", "ada@example.com"}, {"email_verified", false}}));
  EXPECT_TRUE(refused({{"email", "ada@example.com"},
                       {"preferred_username", "ada@example.com"},
                       {"email_verified", "false"}}));
  EXPECT_FALSE(refused({{"email", "ada@example.com"}, {"email_verified", true}}));
  EXPECT_FALSE(refused(
      {{"preferred_username", "ada"}, {"email", "ada@example.com"}, {"email_verified", false}}));
}

TEST(ExternalUser, gets_the_highest_role_of_its_groups) {
  const auto role = [](json groups, OidcSettings settings = provider()) {
    return user_of({{"preferred_username", "ada"}, {settings.groups_claim, std::move(groups)}},
                   settings)
        .role;
  };
  EXPECT_EQ(role({"ops", "admins", "others"}), Role::admin);
  EXPECT_EQ(role({"ops"}), Role::operator_);
  EXPECT_EQ(role("ops"), Role::operator_);
  for (const json& none : {json({"others"}), json::array(), json(), json({1, nullptr}),
                           json({{"ops", true}}), json({"OPS"})})
    EXPECT_EQ(role(none), Role::none) << none;
  OidcSettings settings = provider();
  settings.default_role = "viewer";
  EXPECT_EQ(role({"others"}, settings), Role::viewer);
  EXPECT_EQ(role({"ops"}, settings), Role::operator_);
  settings.groups_claim = "roles";
  EXPECT_EQ(role({"admins"}, settings), Role::admin);
}

TEST(OidcSettings, are_checked_before_anybody_signs_in) {
  const auto fault_of = [](const std::function<void(OidcSettings&)>& change) {
    OidcSettings settings{.issuer = "https://login.example.com",
                          .client_id = "weft",
                          .group_roles = {"ops=operator"}};
    change(settings);
    const auto read = checked(settings);
    return read ? std::string() : read.error().message;
  };
  EXPECT_EQ(fault_of([](auto&) {}), "");
  EXPECT_EQ(fault_of([](auto& s) { s = {}; }), "");
  EXPECT_EQ(fault_of([](auto& s) { s.issuer = "http://127.0.0.1:8081/realm"; }), "");
  for (const char* issuer :
       {"http://login.example.com", "login.example.com", "https://", "https://u@login.example.com",
        "https://login.example.com?x", "https://login.example.com#x",
        "http://127.0.0.1.example.com", "http://localhost@evil.example", "ftp://127.0.0.1"})
    EXPECT_THAT(fault_of([&](auto& s) { s.issuer = issuer; }), HasSubstr("--oidc-issuer"))
        << issuer;
  EXPECT_THAT(fault_of([](auto& s) { s.client_id = ""; }), HasSubstr("--oidc-client-id"));
  EXPECT_THAT(fault_of([](auto& s) { s.scopes = "profile"; }), HasSubstr("--oidc-scopes"));
  EXPECT_THAT(fault_of([](auto& s) { s.group_roles = {}; }), HasSubstr("--oidc-role"));
  for (const char* role : {"ops", "ops=", "ops=boss", "=admin"})
    EXPECT_THAT(fault_of([&](auto& s) { s.group_roles = {role}; }), HasSubstr("--oidc-role"));
  EXPECT_THAT(fault_of([](auto& s) { s.default_role = "boss"; }), HasSubstr("--oidc-default-role"));
  EXPECT_THAT(fault_of([](auto& s) { s.client_secret_file = "/nowhere"; }), HasSubstr("/nowhere"));
  EXPECT_THAT(fault_of([](auto& s) { s.ca_file = "/nowhere"; }), HasSubstr("--oidc-ca"));
  EXPECT_THAT(fault_of([](auto& s) { s.issuer = ""; }), HasSubstr("--oidc-issuer is missing"));
  OidcSettings settings{.issuer = "https://login.example.com",
                        .client_id = "weft",
                        .group_roles = {"cn=ops,ou=x=editor", "a=viewer", "a=admin", "a=viewer"}};
  const auto read = checked(settings);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->roles.at("cn=ops,ou=x"), Role::editor);
  EXPECT_EQ(read->roles.at("a"), Role::admin);
}

}  // namespace
}  // namespace weft::auth
