// What all resources have in common: parameters, bodies, problems, methods.

#include <atomic>
#include <thread>

#include "server/api/body.h"
#include "server/api/call.h"
#include "server/api/instance_query.h"
#include "server/api/uuid.h"
#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;

class Requests : public ApiFixture {};

std::string header(const http::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return "";
}

TEST_F(Requests, an_unknown_path_is_a_problem) {
  const auto problem = get_json("/api/v2/nothing", 404);
  EXPECT_EQ(problem["code"], "not_found");
  EXPECT_EQ(problem["status"], 404);
  EXPECT_EQ(problem["instance"], "/api/v2/nothing");
  EXPECT_TRUE(problem["detail"].is_string());
}

TEST_F(Requests, a_wrong_method_names_the_right_ones) {
  const auto response = send("PUT", "/api/v2/pools/x");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(header(response, "allow"), "DELETE, GET, PATCH");
  EXPECT_EQ(header(send("GET", "/api/v2/dags/validate/x/y"), "allow"), "");
}

TEST_F(Requests, a_wrong_parameter_is_named_with_its_place) {
  const auto problem = get_json("/api/v2/dags?limit=many&offset=-1&paused=perhaps", 422);
  ASSERT_EQ(problem["detail"].size(), 3U);
  const auto places = json::array(
      {problem["detail"][0]["loc"], problem["detail"][1]["loc"], problem["detail"][2]["loc"]});
  EXPECT_EQ(places, json::parse(R"([["query","paused"],["query","limit"],["query","offset"]])"));
  EXPECT_EQ(problem["detail"][1]["type"], "int_parsing");
}

TEST_F(Requests, an_offset_has_a_bound) {
  get_json("/api/v2/dags?offset=1000000");
  get_json("/api/v2/dags?offset=1000001", 422);
  get_json("/api/v2/dags?offset=99999999999999999999", 422);
}

TEST_F(Requests, a_bad_order_is_a_400) {
  for (const auto* path : {"/api/v2/dags", "/api/v2/dags/~/dagRuns", "/api/v2/pools",
                           "/api/v2/dags/~/dagRuns/~/taskInstances", "/api/v2/importErrors"}) {
    const auto problem = get_json(std::string(path) + "?order_by=-nonsense", 400);
    EXPECT_EQ(problem["code"], "invalid_argument") << path;
  }
}

TEST_F(Requests, a_range_wants_an_instant) {
  const auto problem = get_json("/api/v2/dags/~/dagRuns?run_after_gte=yesterday", 422);
  EXPECT_EQ(problem["detail"][0]["loc"], json::parse(R"(["query","run_after_gte"])"));
}

TEST_F(Requests, a_stopping_engine_is_unavailable) {
  put_dag();
  engine_->stop();
  const auto response = send("POST", "/api/v2/dags/orders/dagRuns", "");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(header(response, "retry-after"), "1");
  EXPECT_EQ(get("/readyz").status, 503);
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(get_json("/api/v2/monitor/health")["scheduler"]["status"], "unhealthy");
}

TEST_F(Requests, many_threads_ask_at_once) {
  put_dag();
  register_worker();
  const auto run = "/api/v2/dags/orders/dagRuns/" + complete_run();
  const std::string targets[] = {"/api/v2/dags", run, run + "/taskInstances",
                                 run + "/taskInstances/extract/logs/1", "/api/v2/pools"};
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round)
        for (const auto& target : targets) wrong += get(target).status != 200;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Body, refuses_what_is_no_object) {
  for (const auto* text : {"[]", "3", "{", "\"a\"", "{\"a\":1} x", "\xff"})
    EXPECT_FALSE(api::Body::parse(text)) << text;
  EXPECT_FALSE(api::Body::parse(""));
  EXPECT_TRUE(api::Body::parse(" ", true));
}

TEST(Body, deep_nesting_does_not_reach_the_parser) {
  const std::string deep = "{\"a\":" + std::string(500'000, '[');
  const auto body = api::Body::parse(deep);
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().issues.front().type, "json_invalid");
}

TEST(Body, unknown_keys_and_wrong_types_come_together) {
  auto body = api::Body::parse(R"({"slots": "two", "colour": 1, "name": null})").value();
  EXPECT_FALSE(body.text("name"));
  EXPECT_FALSE(body.integer("slots", -1, 10));
  const auto checked = body.check();
  ASSERT_FALSE(checked);
  ASSERT_EQ(checked.error().issues.size(), 2U);
  EXPECT_EQ(checked.error().issues[0].type, "int_type");
  EXPECT_EQ(checked.error().issues[1].type, "extra_forbidden");
  EXPECT_EQ(checked.error().issues[1].loc, (std::vector<std::string>{"body", "colour"}));
}

TEST(Body, a_huge_number_is_no_integer) {
  auto body = api::Body::parse(R"({"a": 18446744073709551615, "b": 1.5})").value();
  EXPECT_FALSE(body.integer("a", -1, 10));
  EXPECT_FALSE(body.integer("b", -1, 10));
  EXPECT_FALSE(body.check());
}

std::string_view negotiated(const std::string& accept) {
  http::Request request;
  if (!accept.empty()) request.headers["accept"] = accept;
  return api::negotiate(request, {"application/json", "text/plain"});
}

TEST(Negotiation, follows_the_callers_liking) {
  EXPECT_EQ(negotiated(""), "application/json");
  EXPECT_EQ(negotiated("*/*"), "application/json");
  EXPECT_EQ(negotiated("text/*"), "text/plain");
  EXPECT_EQ(negotiated("text/plain, application/json;q=0.5"), "text/plain");
  EXPECT_EQ(negotiated("text/plain;q=0.1, application/json"), "application/json");
  EXPECT_EQ(negotiated("text/html, image/*"), "");
  EXPECT_EQ(negotiated("application/json;q=0"), "");
}

TEST(Uuid, tells_rows_tables_and_databases_apart) {
  const auto at = from_micros(1'767'225'600'123'456);
  const auto id = api::row_uuid(at, 7, 't', "db");
  EXPECT_EQ(id, api::row_uuid(at, 7, 't', "db"));
  EXPECT_EQ(id.substr(0, 13), "019b76da-a87b");
  EXPECT_EQ(id[14], '7');
  for (const auto& other : {api::row_uuid(at, 8, 't', "db"), api::row_uuid(at, 7, 'v', "db"),
                            api::row_uuid(at, 7, 't', "other")})
    EXPECT_NE(id, other);
}

TEST(Like, is_sqls) {
  EXPECT_TRUE(api::like("load_orders", "ORD"));
  EXPECT_TRUE(api::like("load_orders", "l%d_o_d"));
  EXPECT_FALSE(api::like("load", "lx%"));
  EXPECT_TRUE(api::like("b", "a | b"));
  EXPECT_TRUE(api::like("anything", "~"));
  EXPECT_TRUE(api::like("anything", ""));
}

}  // namespace
}  // namespace weft::test
