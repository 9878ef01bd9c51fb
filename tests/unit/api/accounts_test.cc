// Users and tokens over the API: what is kept, what is told, and who may.

#include <algorithm>

#include "server/auth/directory.h"
#include "server/auth/token.h"
#include "server/storage/queries/records.h"
#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using auth::Role;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class Accounts : public ApiFixture {
 protected:
  Accounts() {
    apply(PutRecord{.record = UserRow{.name = "admin", .role = "admin"}, .action = "create_user"});
  }
  json make_user(const std::string& name, json fields = json::object()) {
    fields["username"] = name;
    return post_json("/api/v2/users", fields, 201);
  }
  void remove(const std::string& target, int status = 204) {
    const auto response = send("DELETE", target);
    EXPECT_EQ(response.status, status) << response.body;
  }
  UserRow stored(const std::string& name) {
    return readers_->with([&](storage::Reader& reader) { return storage::find_user(reader, name); })
        .value()
        .value();
  }
  /// As the server would know the sender of this token now.
  std::optional<auth::Caller> sender(const std::string& token) {
    auth::Directory directory;
    directory.load(readers_->with(storage::all_users).value(),
                   readers_->with(storage::all_tokens).value());
    return directory.find(token, clock_.now().wall);
  }
  std::string audit() {
    const auto before = std::exchange(caller_, {.user = "root", .role = Role::admin});
    auto body = get("/api/v2/eventLogs?limit=100").body;
    caller_ = before;
    return body;
  }
};

TEST_F(Accounts, a_user_is_made_changed_and_deleted) {
  const auto made = make_user(
      "ada@example.com",
      {{"display_name", "Ada"},
       {"role", "viewer"},
       {"grants",
        {{{"role", "operator"}, {"dag_id", "orders"}}, {{"role", "editor"}, {"tag", "shop"}}}},
       {"password", "correct horse battery"}});
  EXPECT_EQ(made["role"], "viewer");
  EXPECT_EQ(made["grants"].size(), 2u);
  EXPECT_EQ(made["has_password"], true);
  EXPECT_EQ(made["is_disabled"], false);
  EXPECT_EQ(get_json("/api/v2/users/ada@example.com"), made);
  post_json("/api/v2/users", {{"username", "ada@example.com"}}, 409);
  auto changed = patch_json("/api/v2/users/ada@example.com", {{"role", nullptr}});
  EXPECT_EQ(changed["role"], nullptr);
  EXPECT_EQ(changed["grants"], made["grants"]);
  EXPECT_EQ(changed["display_name"], "Ada");
  changed = patch_json("/api/v2/users/ada@example.com",
                       {{"grants", json::array()}, {"display_name", nullptr}});
  EXPECT_EQ(changed["grants"], json::array());
  EXPECT_EQ(changed["display_name"], nullptr);
  EXPECT_EQ(stored("ada@example.com").epoch, 0);
  patch_json("/api/v2/users/ada@example.com", {{"username", "bob"}}, 400);
  remove("/api/v2/users/ada@example.com");
  get_json("/api/v2/users/ada@example.com", 404);
  remove("/api/v2/users/ada@example.com", 404);
}

TEST_F(Accounts, users_are_listed) {
  make_user("bob");
  make_user("ada");
  const auto list = get_json("/api/v2/users?order_by=-username");
  ASSERT_EQ(list["total_entries"], 3);
  EXPECT_EQ(list["users"][0]["username"], "bob");
  EXPECT_EQ(get_json("/api/v2/users?username_pattern=ad")["total_entries"], 2);
  get_json("/api/v2/users?order_by=password_hash", 400);
}

TEST_F(Accounts, a_user_is_checked) {
  const auto refused = [&](json fields) {
    if (!fields.contains("username")) fields["username"] = "ada";
    post_json("/api/v2/users", fields, 422);
  };
  for (const char* name : {"", "me", ".", "..", "a b", "a/b", "~", "\u00e4", "a\n"})
    refused({{"username", name}});
  refused({{"username", std::string(251, 'a')}});
  refused({{"password", "elevenchars"}});
  refused({{"password", std::string(600, 'a')}});
  refused({{"role", "root"}});
  refused({{"epoch", 1}});
  refused({{"password_hash", "x"}});
  refused({{"grants", "all"}});
  refused({{"grants", json::array({1})}});
  for (const json& grant :
       {json{{"role", "viewer"}}, json{{"role", "root"}, {"tag", "t"}}, json{{"dag_id", "a"}},
        json{{"role", "viewer"}, {"dag_id", "a"}, {"tag", "t"}},
        json{{"role", "viewer"}, {"dag_id", "a"}, {"until", "x"}},
        json{{"role", "viewer"}, {"dag_id", 7}}})
    refused({{"grants", json::array({grant})}});
  refused({{"grants", std::vector<json>(101, {{"role", "viewer"}, {"dag_id", "a"}})}});
  get_json("/api/v2/users/ada", 404);
}

TEST_F(Accounts, a_password_goes_in_and_never_out) {
  const std::string password = "correct horse battery";
  std::string said = make_user("ada", {{"password", password}}).dump();
  const auto row = stored("ada");
  EXPECT_THAT(row.password_hash, ::testing::StartsWith("$argon2id$"));
  EXPECT_TRUE(auth::is_password(row.password_hash, password));
  said += patch_json("/api/v2/users/ada", {{"password", "another long one"}}).dump();
  EXPECT_EQ(stored("ada").epoch, 1);
  EXPECT_TRUE(auth::is_password(stored("ada").password_hash, "another long one"));
  said += get_json("/api/v2/users").dump() + audit();
  for (const char* secret : {"horse", "another", "argon2"})
    EXPECT_THAT(said, Not(HasSubstr(secret)));
}

TEST_F(Accounts, being_disabled_and_enabled_ends_sessions) {
  make_user("ada");
  patch_json("/api/v2/users/ada", {{"is_disabled", true}});
  EXPECT_TRUE(stored("ada").is_disabled);
  EXPECT_EQ(stored("ada").epoch, 1);
  patch_json("/api/v2/users/ada", {{"is_disabled", false}, {"role", "viewer"}});
  EXPECT_EQ(stored("ada").epoch, 2);
  patch_json("/api/v2/users/ada", {{"is_disabled", false}});
  EXPECT_EQ(stored("ada").epoch, 2);
}

TEST_F(Accounts, the_last_admin_stays) {
  const auto fails = [&](const json& body) {
    EXPECT_THAT(patch_json("/api/v2/users/admin", body, 409)["detail"], HasSubstr("last admin"));
  };
  make_user("off", {{"role", "admin"}, {"is_disabled", true}});
  make_user("some", {{"grants", {{{"role", "admin"}, {"dag_id", "orders"}}}}});
  fails({{"role", "editor"}});
  fails({{"role", nullptr}});
  fails({{"is_disabled", true}});
  remove("/api/v2/users/admin", 409);
  patch_json("/api/v2/users/admin", {{"display_name", "Boss"}});
  make_user("second", {{"role", "admin"}});
  patch_json("/api/v2/users/admin", {{"role", "viewer"}});
  remove("/api/v2/users/second", 409);
  remove("/api/v2/users/off");
  remove("/api/v2/users/admin");
}

TEST_F(Accounts, everyone_sees_who_they_are) {
  make_user("ada", {{"display_name", "Ada"}});
  caller_ = {.user = "ada",
             .role = Role::editor,
             .grants = {{Role::admin, "orders", ""}, {Role::viewer, "", "t"}},
             .token_id = "t1"};
  auto me = get_json("/api/v2/users/me");
  EXPECT_EQ(me["username"], "ada");
  EXPECT_EQ(me["display_name"], "Ada");
  EXPECT_EQ(me["role"], "editor");
  EXPECT_EQ(me["token_id"], "t1");
  caller_.cap = Role::operator_;
  me = get_json("/api/v2/users/me");
  EXPECT_EQ(me["role"], "operator");
  EXPECT_EQ(me["grants"], json::parse(R"([{"role": "operator", "dag_id": "orders"},
                                          {"role": "viewer", "tag": "t"}])"));
  caller_.role = Role::none;
  EXPECT_EQ(get_json("/api/v2/users/me")["role"], nullptr);
}

TEST_F(Accounts, the_own_password_is_changed_by_those_who_know_it) {
  make_user("ada", {{"password", "correct horse battery"}});
  caller_ = {.user = "ada"};
  const auto change = [&](const char* from, const char* to) {
    return send("POST", "/api/v2/users/me/password",
                json{{"old_password", from}, {"new_password", to}}.dump())
        .status;
  };
  EXPECT_EQ(change("wrong", "battery staple horse"), 403);
  EXPECT_EQ(change("correct horse battery", "elevenchars"), 422);
  EXPECT_EQ(stored("ada").epoch, 0);
  EXPECT_EQ(change("correct horse battery", "battery staple horse"), 204);
  EXPECT_EQ(stored("ada").epoch, 1);
  EXPECT_TRUE(auth::is_password(stored("ada").password_hash, "battery staple horse"));
  EXPECT_THAT(audit(), HasSubstr("change_password"));
  EXPECT_THAT(audit(), Not(HasSubstr("staple")));
  for (int i = 0; i < 20; ++i) change("wrong", "battery staple horse");
  EXPECT_EQ(change("battery staple horse", "correct horse battery"), 429);
  clock_.advance(std::chrono::minutes(1));
  EXPECT_EQ(change("battery staple horse", "correct horse battery"), 204);
  caller_.user = "admin";
  EXPECT_EQ(change("", "battery staple horse"), 409);
}

TEST_F(Accounts, a_token_is_shown_once_and_works_until_it_is_deleted) {
  const auto made = post_json("/api/v2/tokens", {{"name", "nightly"}}, 201);
  const std::string token = made["token"], id = made["id"];
  EXPECT_EQ(made["kind"], "api");
  EXPECT_EQ(made["role"], nullptr);
  EXPECT_EQ(*parse_instant(made["expires_at"].get<std::string>()),
            clock_.now().wall + std::chrono::hours(24 * 90));
  const auto known = sender(token);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->user, "admin");
  EXPECT_EQ(known->role, Role::admin);
  EXPECT_EQ(known->token_id, id);
  const auto list = get_json("/api/v2/tokens");
  ASSERT_EQ(list["total_entries"], 1);
  EXPECT_EQ(list["tokens"][0]["name"], "nightly");
  EXPECT_FALSE(list["tokens"][0].contains("token"));
  const auto row = readers_->with(storage::all_tokens).value().front();
  EXPECT_THAT(list.dump() + audit(), Not(HasSubstr(token)));
  EXPECT_THAT(list.dump() + audit(), Not(HasSubstr(row.hash)));
  EXPECT_NE(row.hash, token);
  remove("/api/v2/tokens/" + id);
  EXPECT_FALSE(sender(token));
  remove("/api/v2/tokens/" + id, 404);
}

TEST_F(Accounts, a_token_is_checked) {
  post_json("/api/v2/tokens", json::object(), 422);
  post_json("/api/v2/tokens", {{"name", ""}}, 422);
  post_json("/api/v2/tokens", {{"name", "x"}, {"role", "root"}}, 422);
  post_json("/api/v2/tokens", {{"name", "x"}, {"expires_at", "2025-12-31T00:00:00Z"}}, 422);
  post_json("/api/v2/tokens", {{"name", "x"}, {"username", "ada"}}, 422);
  const auto forever = post_json("/api/v2/tokens", {{"name", "x"}, {"expires_at", nullptr}}, 201);
  EXPECT_EQ(forever["expires_at"], nullptr);
  const auto brief =
      post_json("/api/v2/tokens", {{"name", "x"}, {"expires_at", "2026-01-02T00:00:00Z"}}, 201);
  EXPECT_TRUE(sender(brief["token"]));
  clock_.advance(std::chrono::hours(24));
  EXPECT_FALSE(sender(brief["token"]));
  EXPECT_TRUE(sender(forever["token"]));
}

TEST_F(Accounts, a_token_makes_none_that_may_more) {
  const auto made = post_json("/api/v2/tokens", {{"name", "x"}, {"role", "operator"}}, 201);
  caller_ = *sender(made["token"]);
  EXPECT_EQ(caller_.cap, Role::operator_);
  get_json("/api/v2/users", 403);
  post_json("/api/v2/tokens", {{"name", "y"}, {"role", "editor"}}, 403);
  EXPECT_EQ(post_json("/api/v2/tokens", {{"name", "y"}, {"role", "viewer"}}, 201)["role"],
            "viewer");
  const auto same = post_json("/api/v2/tokens", {{"name", "y"}}, 201);
  EXPECT_EQ(same["role"], "operator");
  remove("/api/v2/tokens/" + same["id"].get<std::string>(), 403);
  remove("/api/v2/tokens/" + made["id"].get<std::string>());
}

TEST_F(Accounts, a_token_makes_none_that_ends_later) {
  const std::string end = "2026-01-02T00:00:00Z", sooner = "2026-01-01T12:00:00Z";
  const auto made = post_json("/api/v2/tokens", {{"name", "x"}, {"expires_at", end}}, 201);
  caller_ = *sender(made["token"]);
  const auto refused = post_json("/api/v2/tokens", {{"name", "y"}, {"expires_at", nullptr}}, 403);
  EXPECT_THAT(refused["detail"].get<std::string>(), HasSubstr("your token ends at 2026-01-02"));
  post_json("/api/v2/tokens", {{"name", "y"}, {"expires_at", "2026-01-02T00:00:01Z"}}, 403);
  const auto end_of = [&](json body) {
    body["name"] = "y";
    return post_json("/api/v2/tokens", body, 201)["expires_at"];
  };
  EXPECT_EQ(end_of(json::object()), end);
  EXPECT_EQ(end_of({{"expires_at", end}}), end);
  EXPECT_EQ(end_of({{"expires_at", sooner}}), sooner);
}

TEST_F(Accounts, a_session_that_began_with_a_token_makes_none_that_ends_later) {
  const std::string end = "2026-02-01T00:00:00Z";
  const auto made = post_json("/api/v2/tokens", {{"name", "x"}, {"expires_at", end}}, 201);
  const auto open_session = [&](const std::string& id, const std::string& name) {
    const TokenRow row{.id = id,
                       .hash = id,
                       .kind = TokenRow::Kind::session,
                       .user = "admin",
                       .name = name,
                       .created_at = clock_.now().wall,
                       .expires_at = clock_.now().wall + std::chrono::hours(24)};
    apply(PutRecord{.record = row, .mode = PutRecord::Mode::create});
    caller_ = {.user = "admin",
               .role = Role::admin,
               .token_id = id,
               .is_session = true,
               .expires_at = row.expires_at};
  };
  open_session("s1", auth::name_of_session(made["id"].get<std::string>()));
  post_json("/api/v2/tokens", {{"name", "y"}, {"expires_at", nullptr}}, 403);
  EXPECT_EQ(post_json("/api/v2/tokens", {{"name", "y"}}, 201)["expires_at"], end);
  // With a password somebody is there himself: his session's end is none of his tokens'.
  open_session("s2", "");
  EXPECT_EQ(
      post_json("/api/v2/tokens", {{"name", "y"}, {"expires_at", nullptr}}, 201)["expires_at"],
      nullptr);
}

TEST_F(Accounts, tokens_of_others_are_for_admins) {
  make_user("ada");
  const auto admins = post_json("/api/v2/tokens", {{"name", "x"}}, 201);
  caller_ = {.user = "ada", .role = Role::editor, .grants = {{Role::admin, "orders", ""}}};
  const auto adas = post_json("/api/v2/tokens", {{"name", "y"}}, 201);
  EXPECT_EQ(get_json("/api/v2/tokens")["total_entries"], 1);
  EXPECT_EQ(get_json("/api/v2/tokens?username=ada")["total_entries"], 1);
  get_json("/api/v2/tokens?username=admin", 403);
  get_json("/api/v2/tokens?username=~", 403);
  remove("/api/v2/tokens/" + admins["id"].get<std::string>(), 404);
  caller_ = {.user = "admin", .role = Role::admin};
  EXPECT_EQ(get_json("/api/v2/tokens?username=~")["total_entries"], 2);
  EXPECT_EQ(get_json("/api/v2/tokens?username=ada")["tokens"][0]["name"], "y");
  remove("/api/v2/tokens/" + adas["id"].get<std::string>());
  // Who is gone has no tokens.
  caller_ = {.user = "ada", .role = Role::editor};
  const auto last = post_json("/api/v2/tokens", {{"name", "z"}}, 201);
  caller_ = {.user = "admin", .role = Role::admin};
  remove("/api/v2/users/ada");
  EXPECT_FALSE(sender(last["token"]));
  EXPECT_EQ(get_json("/api/v2/tokens?username=~")["total_entries"], 1);
}

TEST_F(Accounts, a_user_has_a_hundred_tokens_at_most) {
  for (int i = 0; i < 100; ++i) post_json("/api/v2/tokens", {{"name", "x"}}, 201);
  post_json("/api/v2/tokens", {{"name", "x"}}, 409);
}

}  // namespace
}  // namespace weft::test
