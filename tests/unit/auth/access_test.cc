#include "server/auth/access.h"

#include <gmock/gmock.h>

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
  EXPECT_EQ(ask("POST", "/auth/token"), 200);
  EXPECT_EQ(ask("GET", "/auth/token"), 401);
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

}  // namespace
}  // namespace weft::auth
