#include "server/auth/access.h"

#include <gmock/gmock.h>

#include <map>

#include "server/auth/token.h"
#include "server/net/target.h"
#include "tests/unit/api/sync_engine.h"

namespace weft::auth {
namespace {

const std::string api_token = "weft_" + std::string(64, 'a');
const std::string worker_token = "weft_" + std::string(64, 'b');

http::Request request(std::string method, std::string target, std::string authorization = {}) {
  http::Request head;
  head.method = std::move(method);
  head.raw_target = target;
  head.path = http::parse_target(target).value().path;
  if (!authorization.empty()) head.headers["authorization"] = std::move(authorization);
  return head;
}

class AccessTest : public ::testing::Test {
 protected:
  /// 200 when the caller may go on.
  int ask(std::string method, std::string target, std::string authorization = {}) {
    const auto refused =
        access_.refuse(request(std::move(method), std::move(target), std::move(authorization)));
    return refused ? refused->status : 200;
  }
  AccessTest() {
    directory_.load({{.name = "ada"}},
                    {{.id = "t1", .hash = token_hash(api_token), .user = "ada"}});
  }

  Directory directory_;
  weft::test::ManualClock clock_;
  std::vector<TokenRow> used_;
  WorkerKeys workers_{worker_token, [](const Engine::Write&) { return Result<void>(); }, {}};
  Access access_{workers_, directory_, clock_,
                 [this](TokenRow row) { used_.push_back(std::move(row)); }};
};

TEST_F(AccessTest, OpensWhatIsPublicByItsExactName) {
  for (const char* path : {"/healthz", "/readyz", "/api/v2/version", "/api/v2/monitor/health",
                           "/schemas/dag/v1.json", "/openapi.json", "/api/v2/version?x=1"}) {
    EXPECT_EQ(ask("GET", path), 200) << path;
    EXPECT_EQ(ask("HEAD", path), 200) << path;
    EXPECT_EQ(ask("POST", path), 401) << path;
  }
  for (const auto& [method, path] :
       {std::pair{"POST", "/auth/token"}, std::pair{"POST", "/auth/login"},
        std::pair{"POST", "/auth/logout"}, std::pair{"GET", "/auth/session"},
        std::pair{"GET", "/auth/methods"}, std::pair{"GET", "/auth/oidc/login?next=/x"},
        std::pair{"GET", "/auth/oidc/callback?code=x"}}) {
    EXPECT_EQ(ask(method, path), 200) << path;
    EXPECT_EQ(ask(std::string(method) == "GET" ? "POST" : "GET", path), 401) << path;
    EXPECT_EQ(ask(method, path, "Bearer nothing"), 401) << path;
  }
  for (const char* path : {"/auth/", "/auth/login/", "/auth/oidc", "/auth//login", "/Auth/login"})
    EXPECT_EQ(ask("POST", path), 401) << path;
}

TEST_F(AccessTest, DeniesEveryOtherSpelling) {
  for (const char* path : {"/api/v2/dags", "/api/v2/dags/x/dagRuns", "/healthz", "/api/v2/version",
                           "/openapi.json", "/metrics", "/docs", "/api/worker/v1/sync"}) {
    for (const char* suffix :
         {"/health", ";x", "%2e%2e", "/%2e%2e", "//", "/", "/..", "%2f", "/healthz", "%00"}) {
      const std::string target = std::string(path) + suffix;
      if (!http::parse_target(target)) continue;  // never gets this far
      EXPECT_EQ(ask("GET", target), 401) << target;
    }
  }
  for (const char* path :
       {"/API/v2/dags", "/Healthz", "//api/v2/dags", "/./api/v2/dags", "/x/../api/v2/dags",
        "/%61pi/v2/version", "/api", "/api/", "/apix", "/%2e%2e/api/v2/dags"}) {
    EXPECT_EQ(ask("GET", path), 401) << path;
  }
}

TEST_F(AccessTest, OpensTheDocsByTheNamesOfTheirFiles) {
  for (const char* path : {"/docs", "/docs/start.js", "/docs/swagger-ui.css",
                           "/docs/swagger-ui-bundle.js", "/docs/favicon.svg"}) {
    EXPECT_EQ(ask("GET", path), 200) << path;
    EXPECT_EQ(ask("POST", path), 401) << path;
    for (const char* suffix : {"/", ";x", "/..", "/../x", "%2f", "/health", ".map"})
      EXPECT_EQ(ask("GET", std::string(path) + suffix), 401) << path << suffix;
  }
  for (const char* path : {"/docs/", "/docs/index.html", "/DOCS", "//docs", "/%64ocs", "/docs/x"})
    EXPECT_EQ(ask("GET", path), 401) << path;
}

TEST_F(AccessTest, OpensTheMetricsOnlyWhenItIsTold) {
  EXPECT_EQ(ask("GET", "/metrics"), 401);
  EXPECT_EQ(ask("GET", "/metrics", "Bearer " + api_token), 200);
  EXPECT_EQ(ask("GET", "/metrics", "Bearer " + worker_token), 403);
  access_.open_metrics();
  EXPECT_EQ(ask("GET", "/metrics"), 200);
  EXPECT_EQ(ask("HEAD", "/metrics"), 200);
  EXPECT_EQ(ask("GET", "/metrics", "Bearer nothing"), 401);
  for (const char* path : {"/metrics/", "/metrics;x", "/Metrics", "//metrics", "/%6detrics",
                           "/metrics/..", "/metricsx", "/metrics/%2e%2e/api/v2/dags"})
    EXPECT_EQ(ask("GET", path), 401) << path;
  EXPECT_EQ(ask("POST", "/metrics"), 401);
  EXPECT_EQ(ask("GET", "/api/v2/dags"), 401);
}

TEST_F(AccessTest, OpensTheWebUiForReading) {
  for (const char* path :
       {"/", "/index.html", "/assets/x-1.js", "/dags/etl/runs/m%3A1", "/login"}) {
    EXPECT_EQ(ask("GET", path), 200) << path;
    EXPECT_EQ(ask("POST", path), 401) << path;
  }
}

TEST_F(AccessTest, WantsTheTokenOfTheRealm) {
  EXPECT_EQ(ask("GET", "/api/v2/dags", "Bearer " + api_token), 200);
  EXPECT_EQ(ask("GET", "/api/v2/dags", "bearer " + api_token), 200);
  EXPECT_EQ(ask("GET", "/api/v2/dags", "Bearer " + worker_token), 403);
  EXPECT_EQ(ask("POST", "/api/worker/v1/sync", "Bearer " + worker_token), 200);
  EXPECT_EQ(ask("POST", "/api/worker/v1/sync", "Bearer " + api_token), 403);
  EXPECT_EQ(ask("POST", "/api/worker/v1/sync"), 401);
}

TEST_F(AccessTest, TellsWhichWorkerCalls) {
  const std::string join_token = make_token(join_prefix), key = make_token(key_prefix),
                    gone = make_token(key_prefix);
  const Instant now = clock_.now().wall;
  workers_.load({{.id = "j1", .hash = token_hash(join_token), .expires_at = now + Duration(1)}},
                {{.worker = "a", .hash = token_hash(key)},
                 {.worker = "b", .hash = token_hash(gone), .revoked_at = now}});
  const std::string calls[] = {"/api/worker/v1/sync", "/api/worker/v1/results",
                               "/api/worker/v1/attempts/1/log"};
  for (const std::string& path : calls) {
    EXPECT_EQ(ask("POST", path, "Bearer " + key), 200) << path;
    EXPECT_EQ(ask("POST", path, "Bearer " + join_token), 403) << path;
    EXPECT_EQ(ask("POST", path, "Bearer " + gone), 401) << path;
  }
  for (const std::string& token : {key, join_token}) {
    EXPECT_EQ(ask("POST", "/api/worker/v1/register", "Bearer " + token), 200);
    EXPECT_EQ(ask("GET", "/api/v2/dags", "Bearer " + token), 403);
    EXPECT_EQ(ask("GET", "/api/v2/version", "Bearer " + token), 200);
  }
  EXPECT_EQ(ask("GET", "/api/v2/dags", "Bearer " + gone), 401);
  const auto worker = access_.worker_of(request("POST", calls[0], "Bearer " + key));
  ASSERT_TRUE(worker);
  EXPECT_EQ(worker->worker, "a");
  clock_.advance(Duration(1));
  EXPECT_EQ(ask("POST", "/api/worker/v1/register", "Bearer " + join_token), 401);
}

TEST_F(AccessTest, AMalformedOrWrongTokenIsNotAnonymous) {
  for (const std::string& value :
       {std::string("Bearer nothing"), std::string("Bearer"), std::string("Bearer "),
        std::string("Basic YTpi"), api_token, "Bearer " + api_token + ", Bearer x",
        "Bearer " + api_token + "a", "Bearer " + api_token.substr(1)}) {
    EXPECT_EQ(ask("GET", "/api/v2/dags", value), 401) << value;
    EXPECT_EQ(ask("GET", "/api/v2/version", value), 401) << value;
    EXPECT_EQ(ask("POST", "/api/worker/v1/sync", value), 401) << value;
  }
}

TEST_F(AccessTest, NamesTheCallerAndNotesTheUse) {
  const auto caller = access_.caller_of(request("GET", "/api/v2/dags", "Bearer " + api_token));
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->user, "ada");
  ASSERT_EQ(used_.size(), 1u);
  EXPECT_EQ(used_[0].last_used_at, clock_.now().wall);
  EXPECT_TRUE(access_.caller_of(request("GET", "/api/v2/dags", "Bearer " + api_token)));
  EXPECT_EQ(used_.size(), 1u);
  clock_.advance(std::chrono::minutes(1));
  EXPECT_TRUE(access_.caller_of(request("GET", "/api/v2/version", "Bearer " + api_token)));
  EXPECT_EQ(used_.size(), 2u);
  const auto nobody = access_.caller_of(request("GET", "/api/v2/version"));
  ASSERT_TRUE(nobody);
  EXPECT_FALSE(nobody->is_signed_in());
  http::Request claims = request("GET", "/api/v2/version");
  claims.headers["x-weft-actor"] = "admin";
  EXPECT_FALSE(access_.caller_of(claims)->is_signed_in());
}

TEST_F(AccessTest, RefusesWhatWasRevokedMeanwhile) {
  const http::Request head = request("POST", "/api/v2/pools", "Bearer " + api_token);
  EXPECT_FALSE(access_.refuse(head));
  directory_.apply(RecordChanged{RecordDeleted{RecordKind::token, "t1"}});
  const auto caller = access_.caller_of(head);
  ASSERT_FALSE(caller);
  EXPECT_EQ(caller.error().status, 401);
  EXPECT_TRUE(used_.empty());
}

/// A session in a cookie instead of a token in a header.
class CookieAccessTest : public AccessTest {
 protected:
  CookieAccessTest() {
    directory_.apply(RecordChanged{TokenRow{
        .id = "s1", .hash = token_hash(session_), .kind = TokenRow::Kind::session, .user = "ada"}});
  }
  http::Request with_cookie(std::string method, std::string target,
                            std::map<std::string, std::string> headers = {}) const {
    http::Request head = request(std::move(method), std::move(target));
    head.host = "weft.example.com:8443";
    head.is_https = true;
    head.headers["cookie"] = "theme=dark; __Host-weft_session=" + session_;
    for (auto& [name, value] : headers) head.headers[name] = value;
    return head;
  }
  int status_of(const http::Request& head) {
    const auto caller = access_.caller_of(head);
    return caller ? 200 : caller.error().status;
  }
  int post_from(const std::string& origin, std::map<std::string, std::string> headers = {}) {
    if (!origin.empty()) headers.emplace("origin", origin);
    headers.emplace("content-type", "application/json");
    headers.emplace("content-length", "2");
    return status_of(with_cookie("POST", "/api/v2/pools", std::move(headers)));
  }

  const std::string session_ = "weft_" + std::string(64, 'c');
  const std::string own_ = "https://weft.example.com:8443";
};

TEST_F(CookieAccessTest, IsAsGoodAsAToken) {
  const auto caller = access_.caller_of(with_cookie("GET", "/api/v2/dags"));
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->user, "ada");
  EXPECT_TRUE(caller->is_session);
  EXPECT_EQ(used_.size(), 1u);
  EXPECT_EQ(status_of(with_cookie("HEAD", "/api/v2/dags")), 200);
  EXPECT_EQ(post_from(own_), 200);
  EXPECT_EQ(status_of(with_cookie("POST", "/api/worker/v1/sync", {{"origin", own_}})), 401);
}

TEST_F(CookieAccessTest, OneThatIsOverIsNotAnonymousButSignsInAgain) {
  directory_.apply(RecordChanged{RecordDeleted{RecordKind::token, "s1"}});
  EXPECT_EQ(status_of(with_cookie("GET", "/api/v2/dags")), 401);
  EXPECT_EQ(status_of(with_cookie("GET", "/api/v2/version")), 401);
  EXPECT_EQ(status_of(with_cookie("GET", "/dags")), 200);
  EXPECT_EQ(status_of(with_cookie("POST", "/auth/login")), 200);
  EXPECT_EQ(status_of(with_cookie("GET", "/auth/methods")), 200);
}

TEST_F(CookieAccessTest, TakesNothingElseForASession) {
  for (const std::string& value :
       {std::string(), std::string("x"), api_token, worker_token, session_ + "a",
        session_ + "; __Host-weft_session=" + session_}) {
    http::Request head = with_cookie("GET", "/api/v2/dags");
    head.headers["cookie"] = "__Host-weft_session=" + value;
    EXPECT_EQ(status_of(head), 401) << value;
    head.path = head.raw_target = "/api/v2/version";
    EXPECT_EQ(status_of(head), 401) << value;
  }
  // A name that anybody on a plain connection could have set.
  http::Request plain = with_cookie("GET", "/api/v2/dags");
  plain.headers["cookie"] = "weft_session=" + session_;
  EXPECT_EQ(status_of(plain), 401);
  plain.is_https = false;
  EXPECT_EQ(status_of(plain), 200);
}

TEST_F(CookieAccessTest, IsNoWorkersAndNoWorkersTokenIsOne) {
  const std::string join_token = make_token(join_prefix), key = make_token(key_prefix);
  const Instant later = clock_.now().wall + std::chrono::hours(1);
  workers_.load({{.id = "j1", .hash = token_hash(join_token), .expires_at = later}},
                {{.worker = "a", .hash = token_hash(key)}});
  for (const char* call : {"register", "sync", "results", "attempts/1/log"}) {
    const std::string path = std::string(worker_prefix) + call;
    EXPECT_EQ(status_of(with_cookie("POST", path, {{"origin", own_}})), 401) << path;
    EXPECT_EQ(ask("POST", path, "Bearer " + session_), 403) << path;
    EXPECT_EQ(status_of(with_cookie("POST", path, {{"authorization", "Bearer " + key}})), 200);
  }
  for (const std::string& token : {join_token, key, worker_token}) {
    http::Request head = with_cookie("GET", "/api/v2/dags");
    head.headers["cookie"] = "__Host-weft_session=" + token;
    EXPECT_EQ(status_of(head), 401);
    EXPECT_EQ(ask("POST", "/auth/logout", "Bearer " + token), 200) << "nobody's";
    EXPECT_FALSE(
        access_.caller_of(request("POST", "/auth/logout", "Bearer " + token))->is_signed_in());
  }
}

TEST_F(CookieAccessTest, TheHeaderCountsWhenThereAreBoth) {
  const auto both = [&](const std::string& authorization) {
    return status_of(with_cookie("POST", "/api/v2/pools", {{"authorization", authorization}}));
  };
  EXPECT_EQ(both("Bearer " + api_token), 200);  // from wherever: no page can send it
  EXPECT_EQ(both("Bearer nothing"), 401);
  EXPECT_EQ(both("Bearer " + worker_token), 403);
}

TEST_F(CookieAccessTest, ChangesComeFromItsOwnPagesOnly) {
  for (const char* origin :
       {"https://evil.example", "https://weft.example.com", "http://weft.example.com:8443",
        "https://weft.example.com:8444", "https://weft.example.com:8443.evil.example", "null",
        "https://evil.example/https://weft.example.com:8443", "weft.example.com:8443"})
    EXPECT_EQ(post_from(origin), 403) << origin;
  EXPECT_EQ(post_from("HTTPS://Weft.Example.com:8443"), 200);
  EXPECT_EQ(post_from(""), 403);
  EXPECT_EQ(post_from("", {{"sec-fetch-site", "same-origin"}}), 200);
  for (const char* site : {"same-site", "cross-site", "none"})
    EXPECT_EQ(post_from("", {{"sec-fetch-site", site}}), 403) << site;
  EXPECT_EQ(post_from("https://evil.example", {{"sec-fetch-site", "same-origin"}}), 403);
  for (const char* method : {"PUT", "PATCH", "DELETE", "OPTIONS", "BREW"})
    EXPECT_EQ(
        status_of(with_cookie(method, "/api/v2/pools/x", {{"origin", "https://evil.example"}})),
        403)
        << method;
}

TEST_F(CookieAccessTest, ChangesAreJson) {
  for (const char* type : {"application/json", "application/json; charset=utf-8",
                           "Application/JSON", "application/merge-patch+json"})
    EXPECT_EQ(post_from(own_, {{"content-type", type}}), 200) << type;
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "application/jsonx",
                           "multipart/form-data; boundary=application/json"})
    EXPECT_EQ(post_from(own_, {{"content-type", type}}), 403) << type;
  const auto untyped = [&](std::map<std::string, std::string> headers) {
    headers["origin"] = own_;
    return status_of(with_cookie("DELETE", "/api/v2/pools/x", std::move(headers)));
  };
  EXPECT_EQ(untyped({}), 200);
  EXPECT_EQ(untyped({{"content-length", "0"}}), 200);
  EXPECT_EQ(untyped({{"content-length", "3"}}), 403);
  EXPECT_EQ(untyped({{"transfer-encoding", "chunked"}}), 403);
}

TEST_F(CookieAccessTest, ThePublicUrlIsItsOwn) {
  Access access{workers_, directory_, clock_, [](TokenRow) {}, "https://Weft.example.com/x"};
  auto head = with_cookie("POST", "/api/v2/pools", {{"origin", "https://weft.example.com"}});
  head.host = "127.0.0.1:8080";
  head.is_https = false;
  head.headers["cookie"] = "weft_session=" + session_;
  EXPECT_FALSE(access.refuse(head));
  head.headers["origin"] = "https://evil.example";
  EXPECT_EQ(access.refuse(head)->status, 403);
}

TEST_F(CookieAccessTest, SeesWhenACallerIsNoMoreWhoHeWas) {
  const auto ask = [&] { return *access_.caller_of(with_cookie("GET", "/api/v2/dags")); };
  auto caller = ask();
  EXPECT_TRUE(access_.is_still(caller));
  EXPECT_TRUE(access_.is_still(Caller{}));
  directory_.apply(RecordChanged{UserRow{.name = "ada", .role = "viewer"}});
  EXPECT_FALSE(access_.is_still(caller)) << "other rights";
  caller = ask();
  EXPECT_TRUE(access_.is_still(caller));
  directory_.apply(RecordChanged{UserRow{.name = "ada", .role = "viewer", .is_disabled = true}});
  EXPECT_FALSE(access_.is_still(caller));
  directory_.apply(RecordChanged{UserRow{.name = "ada", .role = "viewer"}});
  EXPECT_TRUE(access_.is_still(caller));
  directory_.apply(RecordChanged{RecordDeleted{RecordKind::token, "s1"}});
  EXPECT_FALSE(access_.is_still(caller));
}

TEST_F(CookieAccessTest, ASessionEndsWithTheTokenThatMadeIt) {
  TokenRow made{.id = "s2",
                .hash = token_hash(session_),
                .kind = TokenRow::Kind::session,
                .user = "ada",
                .name = name_of_session("t1")};
  directory_.apply(RecordChanged{RecordDeleted{RecordKind::token, "s1"}});
  directory_.apply(RecordChanged{made});
  EXPECT_EQ(status_of(with_cookie("GET", "/api/v2/dags")), 200);
  made.id = "s3";
  made.hash = token_hash("weft_" + std::string(64, 'd'));
  made.name = name_of_session("s2");
  directory_.apply(RecordChanged{made});
  EXPECT_TRUE(directory_.find("weft_" + std::string(64, 'd'), clock_.now().wall));
  directory_.apply(RecordChanged{RecordDeleted{RecordKind::token, "t1"}});
  EXPECT_EQ(status_of(with_cookie("GET", "/api/v2/dags")), 401);
  EXPECT_FALSE(directory_.find("weft_" + std::string(64, 'd'), clock_.now().wall));
}

}  // namespace
}  // namespace weft::auth
