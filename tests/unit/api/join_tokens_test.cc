// What lets workers join, and what shuts them out, over the API.

#include "server/auth/token.h"
#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class JoinTokens : public ApiFixture {
 protected:
  const std::string path = "/api/v2/workers/joinTokens";

  json invite(const json& body = json::object()) { return post_json(path, body, 201); }
  Result<std::string> join(const json& made, const std::string& name) {
    const auto caller = worker_keys_.identify(made["token"].get<std::string>(), clock_.now().wall);
    if (!caller) return fail(ErrorCode::unauthenticated, caller.error());
    wire::RegisterRequest request;
    request.name = name;
    request.queues = {"default"};
    request.session = std::string(32, name.back());
    return worker_keys_.join(*caller, request, "192.0.2.1");
  }
  std::string audit() { return get("/api/v2/eventLogs?limit=100").body; }
};

TEST_F(JoinTokens, one_is_made_used_listed_and_deleted) {
  const json made = invite();
  EXPECT_TRUE(auth::is_token(made["token"].get<std::string>(), auth::join_prefix));
  EXPECT_EQ(made["is_single_use"], true);
  EXPECT_EQ(made["worker_name"], nullptr);
  EXPECT_EQ(made["created_by"], "admin");
  EXPECT_EQ(made["expires_at"], "2026-01-02T00:00:00Z");
  ASSERT_TRUE(join(made, "w7"));
  const json list = get_json(path);
  ASSERT_EQ(list["total_entries"], 1);
  EXPECT_EQ(list["join_tokens"][0]["used_by"], "w7");
  EXPECT_THAT(list.dump(), Not(HasSubstr("weft_join_")));
  EXPECT_THAT(audit(), HasSubstr("create_join_token"));
  EXPECT_THAT(audit(), HasSubstr("join_worker"));
  EXPECT_THAT(audit(), Not(HasSubstr("weft_join_")));
  const std::string one = path + "/" + made["id"].get<std::string>();
  EXPECT_EQ(send("DELETE", one).status, 204);
  EXPECT_EQ(send("DELETE", one).status, 404);
  EXPECT_EQ(get_json(path)["total_entries"], 0);
  EXPECT_THAT(audit(), HasSubstr("delete_join_token"));
}

TEST_F(JoinTokens, what_it_is_for_is_kept) {
  const json made = invite({{"worker_name", "build-1"},
                            {"queues", {"default", "big"}},
                            {"is_single_use", false},
                            {"expires_at", "2026-01-01T02:00:00Z"}});
  EXPECT_EQ(made["worker_name"], "build-1");
  EXPECT_EQ(made["queues"], json({"default", "big"}));
  EXPECT_EQ(made["is_single_use"], false);
  EXPECT_EQ(made["expires_at"], "2026-01-01T02:00:00Z");
  EXPECT_EQ(join(made, "w7").error().code, ErrorCode::permission_denied);
  EXPECT_TRUE(join(made, "build-1"));
}

TEST_F(JoinTokens, what_is_asked_is_checked) {
  for (const char* body :
       {R"({"worker_name": "a b"})", R"({"worker_name": 1})", R"({"worker_name": ".."})",
        R"({"queues": ["a b"]})", R"({"queues": "a"})", R"({"queues": [1]})",
        R"({"is_single_use": "yes"})", R"({"expires_at": "2025-12-31T00:00:00Z"})",
        R"({"expires_at": "2028-01-01T00:00:00Z"})", R"({"expires_at": "soon"})", R"({"hours": 2})",
        R"([])", R"({)"})
    EXPECT_EQ(send("POST", path, body).status, 422) << body;
  const json many = {{"queues", std::vector<std::string>(101, "q")}};
  EXPECT_EQ(send("POST", path, many.dump()).status, 422);
  EXPECT_EQ(send("PUT", path, "{}").status, 405);
  EXPECT_EQ(send("GET", path + "?order_by=hash").status, 400);
  EXPECT_EQ(get_json(path)["total_entries"], 0);
}

TEST_F(JoinTokens, they_are_listed_in_pages_and_orders) {
  for (const char* name : {"b", "a", "c"}) {
    invite({{"worker_name", name}});
    clock_.advance(std::chrono::seconds(1));
  }
  const auto names = [&](const std::string& query) {
    std::vector<std::string> out;
    const json list = get_json(path + query);
    for (const auto& row : list["join_tokens"]) out.push_back(row["worker_name"]);
    return out;
  };
  EXPECT_THAT(names(""), ElementsAre("c", "a", "b"));
  EXPECT_THAT(names("?order_by=worker_name"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(names("?order_by=-expires_at&limit=1&offset=1"), ElementsAre("a"));
}

TEST_F(JoinTokens, only_an_admin_may) {
  caller_.role = auth::Role::editor;
  EXPECT_EQ(send("POST", path, "{}").status, 403);
  EXPECT_EQ(get(path).status, 403);
  EXPECT_EQ(send("DELETE", path + "/x").status, 403);
  EXPECT_EQ(send("DELETE", "/api/v2/workers/w1/key").status, 403);
}

TEST_F(JoinTokens, a_worker_is_revoked) {
  register_worker();
  const auto key = join(invite({{"worker_name", "w1"}}), "w1");
  ASSERT_TRUE(key);
  EXPECT_EQ(get_json("/api/v2/workers")["workers"][0]["key"], "valid");
  EXPECT_EQ(send("DELETE", "/api/v2/workers/w1/key").status, 204);
  EXPECT_EQ(get_json("/api/v2/workers")["workers"][0]["key"], "revoked");
  EXPECT_FALSE(worker_keys_.identify(*key, clock_.now().wall));
  EXPECT_THAT(cut_off_, ElementsAre("w1"));
  EXPECT_THAT(audit(), HasSubstr("revoke_worker"));
  EXPECT_EQ(send("DELETE", "/api/v2/workers/w1/key").status, 409);
  EXPECT_EQ(send("DELETE", "/api/v2/workers/nobody/key").status, 404);
}

TEST_F(JoinTokens, a_worker_without_a_key_is_revoked_too) {
  register_worker();
  EXPECT_EQ(send("DELETE", "/api/v2/workers/w1/key").status, 204);
  EXPECT_EQ(worker_keys_.standing("w1"), auth::Standing::revoked);
}

TEST_F(JoinTokens, what_cannot_be_stored_is_not_promised) {
  engine_->stop();
  EXPECT_EQ(send("POST", path, "{}").status, 503);
}

}  // namespace
}  // namespace weft::test
