#include "server/auth/access.h"

#include <gmock/gmock.h>

#include "server/net/target.h"

namespace weft::auth {
namespace {

using std::chrono::steady_clock;

const std::string admin_token = "weft_" + std::string(64, 'a');
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
  Access access_{admin_token, worker_token};
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
  EXPECT_EQ(ask("GET", "/api/v2/dags", "Bearer " + admin_token), 200);
  EXPECT_EQ(ask("GET", "/api/v2/dags", "bearer " + admin_token), 200);
  EXPECT_EQ(ask("GET", "/api/v2/dags", "Bearer " + worker_token), 403);
  EXPECT_EQ(ask("POST", "/api/worker/v1/sync", "Bearer " + worker_token), 200);
  EXPECT_EQ(ask("POST", "/api/worker/v1/sync", "Bearer " + admin_token), 403);
  EXPECT_EQ(ask("POST", "/api/worker/v1/sync"), 401);
}

TEST_F(AccessTest, AMalformedOrWrongTokenIsNotAnonymous) {
  for (const std::string& value :
       {std::string("Bearer nothing"), std::string("Bearer"), std::string("Bearer "),
        std::string("Basic YTpi"), admin_token, "Bearer " + admin_token + ", Bearer x",
        "Bearer " + admin_token + "a", "Bearer " + admin_token.substr(1)}) {
    EXPECT_EQ(ask("GET", "/api/v2/dags", value), 401) << value;
    EXPECT_EQ(ask("GET", "/api/v2/version", value), 401) << value;
    EXPECT_EQ(ask("POST", "/api/worker/v1/sync", value), 401) << value;
  }
}

TEST_F(AccessTest, SignsIn) {
  http::Request head = request("POST", "/auth/token");
  head.body = R"({"username": "admin", "password": ")" + admin_token + R"("})";
  const http::Response response = access_.sign_in(head, steady_clock::time_point());
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(nlohmann::json::parse(response.body).at("access_token"), admin_token);
  for (const char* body : {"", "[]", "{}", R"({"username": 1, "password": "x"})"}) {
    head.body = body;
    EXPECT_EQ(access_.sign_in(head, steady_clock::time_point()).status, 422) << body;
  }
  head.body = R"({"username": "root", "password": ")" + admin_token + R"("})";
  EXPECT_EQ(access_.sign_in(head, steady_clock::time_point()).status, 401);
}

TEST_F(AccessTest, ThrottlesGuessingByAddress) {
  http::Request head = request("POST", "/auth/token");
  head.remote = "192.0.2.1";
  head.body = R"({"username": "admin", "password": "guess"})";
  steady_clock::time_point now;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(access_.sign_in(head, now).status, 401);
  EXPECT_EQ(access_.sign_in(head, now).status, 429);
  head.remote = "192.0.2.2";
  EXPECT_EQ(access_.sign_in(head, now).status, 401);
  head.remote = "192.0.2.1";
  now += std::chrono::minutes(1);
  EXPECT_EQ(access_.sign_in(head, now).status, 401);
}

}  // namespace
}  // namespace weft::auth
