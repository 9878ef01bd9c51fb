// The whole server in this process, seen from outside.
#include "server/daemon/daemon.h"

#include <gmock/gmock.h>

#include "server/auth/token_file.h"
#include "server/daemon/examples.h"
#include "server/net/web_files.h"
#include "tests/unit/daemon/temp_folder.h"
#include "tests/unit/net/server_fixture.h"

namespace weft::daemon::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class DaemonTest : public ::testing::Test {
 protected:
  Settings settings() const {
    Settings settings;
    settings.listen = "127.0.0.1:0";
    settings.data = folder_ / "data";
    settings.dags = folder_ / "dags";
    settings.log_level = "error";
    settings.password_cost = {.memory = 8192, .passes = 1};
    settings.secrets_key = folder_ / "secrets.key";
    return settings;
  }
  static std::uint16_t port_of(const Daemon& daemon) {
    return static_cast<std::uint16_t>(std::stoi(daemon.url().substr(daemon.url().rfind(':') + 1)));
  }
  static std::string ask(const Daemon& daemon, const std::string& line,
                         const std::string& token = {}) {
    http::test::RawClient client(port_of(daemon));
    const std::string authorization =
        token.empty() ? "" : "authorization: Bearer " + token + "\r\n";
    return client.exchange(line + " HTTP/1.1\r\nhost: localhost\r\n" + authorization + "\r\n");
  }
  static std::string send(const Daemon& daemon, const std::string& line, const nlohmann::json& body,
                          const std::string& token = {}) {
    http::test::RawClient client(port_of(daemon));
    const std::string text = body.dump();
    const std::string authorization =
        token.empty() ? "" : "authorization: Bearer " + token + "\r\n";
    return client.exchange(line + " HTTP/1.1\r\nhost: localhost\r\n" + authorization +
                           "content-type: application/json\r\ncontent-length: " +
                           std::to_string(text.size()) + "\r\n\r\n" + text);
  }
  static nlohmann::json body_of(const std::string& answer) {
    return nlohmann::json::parse(answer.substr(answer.find("\r\n\r\n") + 4), nullptr, false);
  }
  static std::string sign_in(const Daemon& daemon, const std::string& user,
                             const std::string& password) {
    return send(daemon, "POST /auth/token", {{"username", user}, {"password", password}});
  }

  TempFolder folder_;
};

TEST_F(DaemonTest, AnswersFromTheFirstMomentAndWantsTheRightToken) {
  folder_.write("dags/hello.dag.json", R"({"tasks": [{"task_id": "a", "command": "true"}]})");
  const auto daemon = Daemon::start(settings());
  ASSERT_TRUE(daemon) << daemon.error().message;
  EXPECT_THAT(ask(**daemon, "GET /healthz"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(**daemon, "GET /api/v2/version"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(**daemon, "GET /"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(**daemon, "GET /api/v2/dags"), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(ask(**daemon, "GET /api/v2/dags", (*daemon)->admin_token()),
              StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(**daemon, "GET /api/v2/nothing", (*daemon)->admin_token()),
              StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask(**daemon, "POST /api/worker/v1/sync", (*daemon)->admin_token()),
              StartsWith("HTTP/1.1 403 "));
}

TEST_F(DaemonTest, ServesTheDocsAndTheDocumentUnderABasePath) {
  folder_.write("dags/none", "");
  Settings under = settings();
  under.base_path = "/weft";
  const auto daemon = Daemon::start(std::move(under));
  ASSERT_TRUE(daemon) << daemon.error().message;
  const auto get = [&](const std::string& path) { return ask(**daemon, "GET " + path); };
  const auto page = get("/weft/docs");
  if (embedded::web_files().empty()) GTEST_SKIP() << "web/ was not built";
  EXPECT_THAT(page, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(page, HasSubstr("content-security-policy: default-src 'self'; img-src 'self' data:"));
  EXPECT_THAT(page, ::testing::Not(HasSubstr("unsafe")));
  EXPECT_THAT(page, ::testing::Not(HasSubstr("<script>")));
  EXPECT_THAT(get("/weft/docs/start.js"), HasSubstr("SwaggerUIBundle"));
  EXPECT_THAT(get("/weft/docs/swagger-ui.css"), HasSubstr("content-type: text/css"));
  EXPECT_THAT(get("/weft/openapi.json"), HasSubstr("\"/api/v2/auditLogs\""));
  EXPECT_THAT(get("/weft/docs/"), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(get("/docs"), StartsWith("HTTP/1.1 404 "));
}

TEST_F(DaemonTest, TellsItsMetricsToViewersOrToAll) {
  folder_.write("dags/hello.dag.json", R"({"tasks": [{"task_id": "a", "command": "true"}]})");
  {
    const auto daemon = Daemon::start(settings());
    ASSERT_TRUE(daemon) << daemon.error().message;
    EXPECT_THAT(ask(**daemon, "GET /metrics"), StartsWith("HTTP/1.1 401 "));
    ask(**daemon, "GET /api/v2/dags/hello", (*daemon)->admin_token());
    const auto told = ask(**daemon, "GET /metrics", (*daemon)->admin_token());
    EXPECT_THAT(told, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(told, HasSubstr("content-type: text/plain; version=0.0.4"));
    EXPECT_THAT(told, HasSubstr("route=\"/api/v2/dags/{dag_id}\",method=\"GET\""));
    EXPECT_THAT(told, HasSubstr("{route=\"other\",method=\"other\",status=\"4xx\"} 1\n"));
    EXPECT_THAT(told, HasSubstr("\nweft_http_connections "));
    EXPECT_THAT(told, ::testing::Not(HasSubstr("weft_database_wal_size_bytes 0\n")));
    EXPECT_THAT(told, ::testing::Not(HasSubstr("weft_scheduler_commits_total 0\n")));
  }
  Settings open = settings();
  open.public_metrics = true;
  const auto daemon = Daemon::start(std::move(open));
  ASSERT_TRUE(daemon) << daemon.error().message;
  EXPECT_THAT(ask(**daemon, "GET /metrics"), HasSubstr("weft_build_info{version="));
  EXPECT_THAT(ask(**daemon, "GET /metrics", "weft_wrong"), StartsWith("HTTP/1.1 401 "));
}

TEST_F(DaemonTest, KeepsItsTokensOverARestart) {
  folder_.write("dags/none", "");
  std::string token;
  {
    const auto daemon = Daemon::start(settings());
    ASSERT_TRUE(daemon) << daemon.error().message;
    token = (*daemon)->admin_token();
    (*daemon)->stop();
    (*daemon)->stop();
  }
  const auto again = Daemon::start(settings());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ((*again)->admin_token(), token);
}

TEST_F(DaemonTest, SignsInTheFirstAccountWithTheTokenAsPassword) {
  folder_.write("dags/none", "");
  const auto daemon = Daemon::start(settings());
  ASSERT_TRUE(daemon) << daemon.error().message;
  EXPECT_THAT(sign_in(**daemon, "admin", "guess"), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(sign_in(**daemon, "root", (*daemon)->admin_token()), StartsWith("HTTP/1.1 401 "));
  const auto answer = sign_in(**daemon, "admin", (*daemon)->admin_token());
  ASSERT_THAT(answer, StartsWith("HTTP/1.1 201 "));
  const std::string session = body_of(answer)["access_token"];
  EXPECT_NE(session, (*daemon)->admin_token());
  const auto me = body_of(ask(**daemon, "GET /api/v2/users/me", session));
  EXPECT_EQ(me["username"], "admin");
  EXPECT_EQ(me["role"], "admin");
}

TEST_F(DaemonTest, RefusesARevokedTokenFromItsAnswerOn) {
  folder_.write("dags/none", "");
  const auto started = Daemon::start(settings());
  ASSERT_TRUE(started) << started.error().message;
  const Daemon& daemon = **started;
  const std::string& admin = daemon.admin_token();
  for (int i = 0; i < 20; ++i) {
    const auto made = body_of(send(daemon, "POST /api/v2/tokens", {{"name", "x"}}, admin));
    const std::string token = made["token"], id = made["id"];
    ASSERT_THAT(ask(daemon, "GET /api/v2/pools", token), StartsWith("HTTP/1.1 200 "));
    ASSERT_THAT(ask(daemon, "DELETE /api/v2/tokens/" + id, admin), StartsWith("HTTP/1.1 204 "));
    ASSERT_THAT(ask(daemon, "GET /api/v2/pools", token), StartsWith("HTTP/1.1 401 "));
  }
  send(daemon, "POST /api/v2/users",
       {{"username", "ada"}, {"role", "viewer"}, {"password", "correct horse"}}, admin);
  const std::string session = body_of(sign_in(daemon, "ada", "correct horse"))["access_token"];
  EXPECT_THAT(ask(daemon, "GET /api/v2/pools", session), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(daemon, "GET /api/v2/users", session), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(send(daemon, "PATCH /api/v2/users/ada", {{"role", nullptr}}, admin),
              StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(daemon, "GET /api/v2/pools", session), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(send(daemon, "PATCH /api/v2/users/ada", {{"is_disabled", true}}, admin),
              StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(daemon, "GET /api/v2/users/me", session), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(sign_in(daemon, "ada", "correct horse"), StartsWith("HTTP/1.1 401 "));
}

/// A browser's: the session in a cookie, and where its page comes from.
std::string from_page(const std::string& line, const std::string& cookie, const std::string& origin,
                      const std::string& body = "{}") {
  return line + " HTTP/1.1\r\nhost: localhost\r\ncookie: " + cookie + "\r\norigin: " + origin +
         "\r\ncontent-type: application/json\r\ncontent-length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

TEST_F(DaemonTest, GivesABrowserASessionThatOtherPagesCannotUse) {
  folder_.write("dags/none", "");
  const auto daemon = Daemon::start(settings());
  ASSERT_TRUE(daemon) << daemon.error().message;
  const auto answer = send(**daemon, "POST /auth/login",
                           {{"username", "admin"}, {"password", (*daemon)->admin_token()}});
  ASSERT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  const auto at = answer.find("set-cookie: weft_session=weft_");
  ASSERT_NE(at, std::string::npos) << answer;
  const std::string cookie = answer.substr(at + 12, answer.find(';', at) - at - 12);
  EXPECT_THAT(body_of(answer).dump(), ::testing::Not(HasSubstr("weft_")));
  const auto exchange = [&](const std::string& request) {
    return http::test::RawClient(port_of(**daemon)).exchange(request);
  };
  const std::string pool = R"({"name": "p", "slots": 1})";
  EXPECT_THAT(exchange("GET /api/v2/users/me HTTP/1.1\r\nhost: localhost\r\ncookie: " + cookie +
                       "\r\n\r\n"),
              HasSubstr("\"username\":\"admin\""));
  EXPECT_THAT(exchange(from_page("POST /api/v2/pools", cookie, "https://evil.example", pool)),
              StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(exchange(from_page("POST /api/v2/pools", cookie, "http://localhost", pool)),
              StartsWith("HTTP/1.1 201 "));
  EXPECT_THAT(exchange(from_page("POST /auth/logout", cookie, "http://localhost")),
              StartsWith("HTTP/1.1 204 "));
  EXPECT_THAT(exchange(from_page("DELETE /api/v2/pools/p", cookie, "http://localhost")),
              StartsWith("HTTP/1.1 401 "));
  const auto log = ask(**daemon, "GET /api/v2/eventLogs?limit=100", (*daemon)->admin_token());
  EXPECT_THAT(log, HasSubstr("\"sign_in\""));
  EXPECT_THAT(log, HasSubstr("\"sign_out\""));
}

TEST_F(DaemonTest, EndsAStreamWithTheRightToIt) {
  folder_.write("dags/hello.dag.json", R"({"tasks": [{"task_id": "a", "command": "true"}]})");
  const auto started = Daemon::start(settings());
  ASSERT_TRUE(started) << started.error().message;
  const Daemon& daemon = **started;
  const std::string& admin = daemon.admin_token();
  send(daemon, "POST /api/v2/users",
       {{"username", "ada"}, {"role", "viewer"}, {"password", "correct horse"}}, admin);
  const auto follow = [&](http::test::RawClient& client, const std::string& credentials) {
    client.send("GET /api/v2/events HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n" +
                credentials + "\r\n\r\n");
    return client.read_until("event: hello");
  };
  const auto made = body_of(send(daemon, "POST /api/v2/tokens", {{"name", "x"}}, admin));
  const std::string session = body_of(sign_in(daemon, "ada", "correct horse"))["access_token"];
  http::test::RawClient by_token(port_of(daemon)), by_cookie(port_of(daemon)),
      stays(port_of(daemon));
  follow(by_token, "authorization: Bearer " + made["token"].get<std::string>());
  follow(by_cookie, "cookie: weft_session=" + session);
  follow(stays, "authorization: Bearer " + admin);
  send(daemon, "DELETE /api/v2/tokens/" + made["id"].get<std::string>(), nullptr, admin);
  EXPECT_THAT(by_token.read_until("\r\n0\r\n\r\n"), ::testing::EndsWith("\r\n0\r\n\r\n"));
  EXPECT_THAT(send(daemon, "PATCH /api/v2/users/ada", {{"is_disabled", true}}, admin),
              StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(by_cookie.read_until("\r\n0\r\n\r\n"), ::testing::EndsWith("\r\n0\r\n\r\n"));
  // The others go on.
  std::string paused;
  for (int i = 0; i < 10'000 && !paused.starts_with("HTTP/1.1 200 "); ++i)
    paused = send(daemon, "PATCH /api/v2/dags/hello", {{"is_paused", true}}, admin);
  EXPECT_THAT(stays.read_until("event: dag"), ::testing::EndsWith("event: dag"));
}

TEST_F(DaemonTest, MakesItsFirstAccountOnceAndAnewWhenItIsTold) {
  folder_.write("dags/none", "");
  const auto file = folder_ / "data/admin-token";
  std::string first;
  {
    const auto daemon = Daemon::start(settings());
    ASSERT_TRUE(daemon) << daemon.error().message;
    first = (*daemon)->admin_token();
  }
  std::filesystem::remove(file);
  {
    const auto daemon = Daemon::start(settings());
    ASSERT_TRUE(daemon) << daemon.error().message;
    EXPECT_EQ((*daemon)->admin_token(), "");
    EXPECT_FALSE(std::filesystem::exists(file));
    // The file is only where it can be read; what it says is taken back over the API.
    EXPECT_THAT(ask(**daemon, "GET /api/v2/pools", first), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(ask(**daemon, "DELETE /api/v2/tokens/admin-token", first),
                StartsWith("HTTP/1.1 204 "));
    EXPECT_THAT(ask(**daemon, "GET /api/v2/pools", first), StartsWith("HTTP/1.1 401 "));
  }
  Settings again = settings();
  again.reset_admin = true;
  const auto daemon = Daemon::start(again);
  ASSERT_TRUE(daemon) << daemon.error().message;
  const std::string& second = (*daemon)->admin_token();
  EXPECT_NE(second, first);
  EXPECT_THAT(ask(**daemon, "GET /api/v2/users", second), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(sign_in(**daemon, "admin", second), StartsWith("HTTP/1.1 201 "));
  EXPECT_THAT(sign_in(**daemon, "admin", first), StartsWith("HTTP/1.1 401 "));
}

TEST_F(DaemonTest, TakesTheTokenOfAnOlderDataFolder) {
  folder_.write("dags/none", "");
  std::filesystem::create_directory(folder_ / "data");
  const auto token = auth::load_or_make_token(folder_ / "data/admin-token").value();
  const auto daemon = Daemon::start(settings());
  ASSERT_TRUE(daemon) << daemon.error().message;
  EXPECT_EQ((*daemon)->admin_token(), token);
  EXPECT_THAT(ask(**daemon, "GET /api/v2/users", token), StartsWith("HTTP/1.1 200 "));
}

TEST_F(DaemonTest, AResetTakesTheOldTokenOutOfUseForGood) {
  folder_.write("dags/none", "");
  std::string first, second;
  for (const bool reset : {false, true}) {
    Settings with = settings();
    with.reset_admin = reset;
    const auto daemon = Daemon::start(with);
    ASSERT_TRUE(daemon) << daemon.error().message;
    first = std::exchange(second, (*daemon)->admin_token());
  }
  const auto daemon = Daemon::start(settings());
  ASSERT_TRUE(daemon) << daemon.error().message;
  EXPECT_EQ((*daemon)->admin_token(), second);
  EXPECT_THAT(ask(**daemon, "GET /api/v2/users", first), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(ask(**daemon, "GET /api/v2/users", second), StartsWith("HTTP/1.1 200 "));
}

TEST_F(DaemonTest, RefusesADataFolderAndAPortInUse) {
  folder_.write("dags/none", "");
  const auto first = Daemon::start(settings());
  ASSERT_TRUE(first) << first.error().message;
  const auto same_data = Daemon::start(settings());
  ASSERT_FALSE(same_data);
  EXPECT_THAT(same_data.error().message, HasSubstr("in use"));
  Settings same_port = settings();
  same_port.data = folder_ / "other";
  same_port.listen = "127.0.0.1:" + std::to_string(port_of(**first));
  const auto second = Daemon::start(same_port);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("--listen"));
  EXPECT_THAT(ask(**first, "GET /healthz"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(DaemonTest, NamesAFolderThatIsMissing) {
  const auto daemon = Daemon::start(settings());
  ASSERT_FALSE(daemon);
  EXPECT_THAT(daemon.error().message, HasSubstr(folder_ / "dags"));
}

TEST_F(DaemonTest, PutsTheExamplesIntoANewFolderOnly) {
  namespace fs = std::filesystem;
  const std::string dags = folder_ / "dags";
  ASSERT_TRUE(make_dags_folder(dags, true));
  EXPECT_TRUE(fs::exists(dags + "/hello.dag.json"));
  EXPECT_TRUE(fs::exists(dags + "/weather/weather_daily.dag.json"));
  fs::remove(dags + "/hello.dag.json");
  ASSERT_TRUE(make_dags_folder(dags, true));
  EXPECT_FALSE(fs::exists(dags + "/hello.dag.json"));
  ASSERT_TRUE(make_dags_folder(folder_ / "empty", false));
  EXPECT_TRUE(fs::is_empty(folder_ / "empty"));
}

}  // namespace
}  // namespace weft::daemon::test
