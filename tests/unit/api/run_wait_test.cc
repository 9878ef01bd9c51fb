#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;

class RunWait : public ApiFixture {
 protected:
  RunWait() {
    put_dag();
    register_worker();
  }

  void end_run() {
    finish_attempt(leased("extract"), AttemptState::success, {{"rows", 7}});
    finish_attempt(leased("load"), AttemptState::success);
  }

  const std::string runs_ = "/api/v2/dags/orders/dagRuns";
};

TEST_F(RunWait, a_trigger_waits_for_the_end) {
  const auto response = send("POST", runs_ + "?wait=60s", "");
  ASSERT_NE(response.pending, nullptr) << response.body;
  EXPECT_FALSE(response.pending->poll());
  end_run();
  const auto answer = response.pending->poll();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(json::parse(answer->body)["state"], "success");
}

TEST_F(RunWait, a_trigger_waits_no_longer_than_it_was_told) {
  const auto response = send("POST", runs_ + "?wait=60s", "");
  clock_.advance(std::chrono::seconds(59));
  EXPECT_FALSE(response.pending->poll());
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(json::parse(response.pending->poll()->body)["state"], "running");
  EXPECT_EQ(send("POST", runs_ + "?wait=soon", "").status, 422);
  EXPECT_EQ(send("POST", runs_ + "?wait=11m", "").status, 422);
}

TEST_F(RunWait, json_is_one_object_at_the_end) {
  const auto id = trigger();
  const auto response =
      get(runs_ + "/" + id + "/wait?interval=1&result=extract", {{"accept", "application/json"}});
  ASSERT_NE(response.pending, nullptr);
  EXPECT_FALSE(response.pending->poll());
  end_run();
  EXPECT_EQ(json::parse(response.pending->poll()->body),
            json::parse(R"({"state": "success", "results": {"extract": {"rows": 7}}})"));
}

TEST_F(RunWait, ndjson_is_a_line_each_interval) {
  const auto id = trigger();
  const auto response = get(runs_ + "/" + id + "/wait?interval=2");
  ASSERT_NE(response.stream, nullptr);
  EXPECT_EQ(response.stream->poll().bytes, "{\"state\":\"running\"}\n");
  EXPECT_EQ(response.stream->poll().bytes, "");
  clock_.advance(std::chrono::seconds(2));
  EXPECT_EQ(response.stream->poll().bytes, "{\"state\":\"running\"}\n");
  end_run();
  const auto last = response.stream->poll();
  EXPECT_EQ(last.bytes, "{\"state\":\"success\"}\n");
  EXPECT_TRUE(last.done);
}

TEST_F(RunWait, wants_an_interval_and_a_run) {
  const auto id = trigger();
  EXPECT_EQ(get_json(runs_ + "/" + id + "/wait", 422)["detail"][0]["type"], "missing");
  get_json(runs_ + "/" + id + "/wait?interval=0", 422);
  get_json(runs_ + "/other/wait?interval=1", 404);
}

}  // namespace
}  // namespace weft::test
