#include "server/auth/sign_in_routes.h"

#include <gmock/gmock.h>

#include "server/auth/token.h"
#include "tests/unit/api/sync_engine.h"

namespace weft::auth {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// Keeps the directory as the daemon does, without a database.
class RecordEngine final : public Engine {
 public:
  explicit RecordEngine(Directory& directory) : directory_(directory) {}
  void post(Command command, Reply reply) override {
    auto answer = call(std::move(command));
    if (reply) reply(std::move(answer));
  }
  Result<Answer> call(Command command) override {
    if (auto* put = std::get_if<PutRecord>(&command)) {
      actions.push_back(put->action);
      std::visit([&](const auto& row) { directory_.apply(RecordChanged{row}); }, put->record);
    } else if (auto* gone = std::get_if<DeleteRecord>(&command)) {
      actions.emplace_back(gone->is_audited ? "delete" : "");
      directory_.apply(RecordChanged{RecordDeleted{gone->kind, gone->key}});
    }
    return Answer{Done{}};
  }
  bool ask(Question) override { return false; }
  Result<void> write(const Write&) override { return fail(ErrorCode::unavailable, "not here"); }
  void stop() override {}

  std::vector<std::string> actions;

 private:
  Directory& directory_;
};

class NowLoop final : public http::Loop {
 public:
  void post(Task task) override { task(); }
  std::unique_ptr<Timer> after(Duration, Task) override { return nullptr; }
  bool is_current_thread() const override { return true; }
};

class SignInRoutesTest : public ::testing::Test {
 protected:
  SignInRoutesTest() {
    UserRow ada{.name = "ada", .role = "editor"};
    ada.password_hash = hash_password("correct horse", {.memory = 8192, .passes = 1});
    directory_.load({ada}, {{.id = "t1",
                             .hash = token_hash(api_token_),
                             .user = "ada",
                             .role = "viewer",
                             .expires_at = clock_.now().wall + std::chrono::hours(1)}});
  }
  http::Request from_page(std::string method, std::string path, std::string body = {}) const {
    http::Request request;
    request.method = std::move(method);
    request.path = request.raw_target = std::move(path);
    request.host = "127.0.0.1:8080";
    request.remote = "192.0.2.1";
    request.body = std::move(body);
    request.headers["origin"] = "http://127.0.0.1:8080";
    request.headers["content-type"] = "application/json";
    if (!cookie_.empty()) request.headers["cookie"] = cookie_;
    return request;
  }
  /// As a browser: keeps the cookie.
  http::Response send(http::Request request) {
    std::optional<http::Response> answer;
    routes_.handle(std::move(request),
                   [&](http::Response response) { answer = std::move(response); });
    if (!answer) {
      ADD_FAILURE() << "no answer";
      return {};
    }
    set_cookie_.clear();
    for (const auto& [name, value] : answer->headers)
      if (name == "set-cookie") set_cookie_ = value;
    if (!set_cookie_.empty()) cookie_ = set_cookie_.substr(0, set_cookie_.find(';'));
    return *answer;
  }
  http::Response login(const std::string& password = "correct horse") {
    return send(
        from_page("POST", "/auth/login", json{{"username", "ada"}, {"password", password}}.dump()));
  }
  std::string session_user() {
    const auto user = json::parse(send(from_page("GET", "/auth/session")).body)["username"];
    return user.is_null() ? "" : user.get<std::string>();
  }
  std::optional<Caller> caller() const {
    return access_.session_of(from_page("GET", "/api/v2/dags"));
  }

  const std::string api_token_ = make_token();
  const std::string worker_token_ = make_token();
  weft::test::ManualClock clock_;
  Directory directory_;
  Throttle throttle_;
  RecordEngine engine_{directory_};
  NowLoop loop_;
  WorkerKeys workers_{worker_token_, [](const Engine::Write&) { return Result<void>(); }, {}};
  Access access_{workers_, directory_, clock_, [](TokenRow) {}};
  Cookies cookies_{""};
  Sessions sessions_{directory_, engine_, clock_};
  SignIn sign_in_{{.directory = directory_,
                   .throttle = throttle_,
                   .engine = engine_,
                   .clock = clock_,
                   .loop = loop_,
                   .background =
                       [](std::function<void()> task) {
                         task();
                         return true;
                       },
                   .cost = {.memory = 8192, .passes = 1}}};
  SignInRoutes routes_{{.access = access_,
                        .directory = directory_,
                        .sign_in = sign_in_,
                        .sessions = sessions_,
                        .cookies = cookies_,
                        .clock = clock_}};
  std::string cookie_, set_cookie_;
};

TEST_F(SignInRoutesTest, a_password_gives_a_cookie_and_nothing_that_scripts_could_read) {
  EXPECT_EQ(session_user(), "");
  const auto answer = login();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(json::parse(answer.body),
            (json{{"username", "ada"}, {"expires_at", "2026-01-02T00:00:00Z"}}));
  EXPECT_THAT(set_cookie_, StartsWith("weft_session=weft_"));
  EXPECT_THAT(set_cookie_, HasSubstr("; Max-Age=86400; HttpOnly; SameSite=Strict"));
  EXPECT_EQ(session_user(), "ada");
  EXPECT_EQ(caller()->role, Role::editor);
  EXPECT_EQ(login("wrong").status, 401);
  EXPECT_EQ(set_cookie_, "");
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(session_user(), "");
}

TEST_F(SignInRoutesTest, each_sign_in_has_a_session_of_its_own) {
  login();
  const std::string first = cookie_;
  const auto before = caller();
  login();
  EXPECT_NE(cookie_, first);
  EXPECT_EQ(session_user(), "ada");
  cookie_ = first;
  EXPECT_EQ(session_user(), "") << "the one of before has ended";
  EXPECT_FALSE(access_.is_still(*before));
}

TEST_F(SignInRoutesTest, a_session_ends_with_its_sign_out_and_with_the_password) {
  login();
  const std::string first = cookie_;
  EXPECT_EQ(send(from_page("POST", "/auth/logout")).status, 204);
  EXPECT_THAT(set_cookie_, StartsWith("weft_session=; Path=/; Max-Age=0;"));
  EXPECT_EQ(engine_.actions, (std::vector<std::string>{"sign_in", "sign_out", ""}))
      << "one line of the audit for each";
  cookie_ = first;
  EXPECT_EQ(session_user(), "");
  EXPECT_EQ(send(from_page("POST", "/auth/logout")).status, 204) << "again";
  login();
  UserRow ada = *directory_.user("ada");
  ++ada.epoch;
  directory_.apply(RecordChanged{ada});
  EXPECT_EQ(session_user(), "");
}

TEST_F(SignInRoutesTest, no_other_page_signs_anybody_in_or_out) {
  auto request =
      from_page("POST", "/auth/login", R"({"username": "ada", "password": "correct horse"})");
  request.headers["origin"] = "https://evil.example";
  EXPECT_EQ(send(request).status, 403);
  request.headers.erase("origin");
  request.headers["content-type"] = "text/plain";
  EXPECT_EQ(send(request).status, 415);
  request.headers["content-type"] = "application/json";
  EXPECT_EQ(send(request).status, 200) << "curl sends no Origin";
  auto out = from_page("POST", "/auth/logout");
  out.headers["origin"] = "https://evil.example";
  EXPECT_EQ(send(out).status, 403);
  out.headers.erase("origin");
  EXPECT_EQ(send(out).status, 403);
  EXPECT_EQ(session_user(), "ada");
}

TEST_F(SignInRoutesTest, a_token_is_exchanged_for_a_session_that_is_no_better) {
  auto request = from_page("POST", "/auth/login");
  request.headers["authorization"] = "Bearer " + api_token_;
  const auto answer = send(request);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(json::parse(answer.body)["expires_at"], "2026-01-01T01:00:00Z");
  EXPECT_THAT(cookie_, Not(HasSubstr(api_token_)));
  EXPECT_EQ(session_user(), "ada");
  EXPECT_EQ(role_over_everything(*caller()), Role::viewer) << "as the token's";
  directory_.apply(RecordChanged{RecordDeleted{RecordKind::token, "t1"}});
  EXPECT_EQ(session_user(), "") << "it has ended with the token";
  for (const std::string& token : {worker_token_, std::string("weft_x"), make_token()}) {
    request.headers["authorization"] = "Bearer " + token;
    EXPECT_EQ(send(request).status, token == worker_token_ ? 403 : 401);
  }
}

TEST_F(SignInRoutesTest, a_session_in_a_header_is_signed_out_and_a_token_is_not) {
  auto request =
      from_page("POST", "/auth/token", R"({"username": "ada", "password": "correct horse"})");
  const auto answer = send(request);
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(set_cookie_, "");
  const std::string token = json::parse(answer.body)["access_token"];
  http::Request out;
  out.method = "POST";
  out.path = out.raw_target = "/auth/logout";
  out.headers["authorization"] = "Bearer " + api_token_;
  EXPECT_EQ(send(out).status, 409);
  out.headers["authorization"] = "Bearer " + token;
  EXPECT_EQ(send(out).status, 204);
  EXPECT_EQ(send(out).status, 401);
}

TEST_F(SignInRoutesTest, tells_which_ways_there_are) {
  EXPECT_EQ(json::parse(send(from_page("GET", "/auth/methods")).body),
            (json{{"password", true}, {"oidc", nullptr}}));
  EXPECT_EQ(send(from_page("GET", "/auth/oidc/login")).status, 404);
  EXPECT_EQ(send(from_page("GET", "/auth/oidc/callback")).status, 404);
}

}  // namespace
}  // namespace weft::auth
