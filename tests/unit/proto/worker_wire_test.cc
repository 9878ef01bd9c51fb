#include "proto/wire/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/wire/json_reader.h"

namespace weft::wire {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Lease full_lease() {
  Lease lease;
  lease.after = 7;
  lease.attempt = 4711;
  lease.dag_id = "etl";
  lease.run_id = "scheduled__2026-01-01T00:00:00+00:00";
  lease.task_id = "lädt \"x\"\n";
  lease.map_index = 3;
  lease.try_number = 2;
  lease.argv = {"/bin/sh", "-c", "echo \t\\ \x01 é 😀"};
  lease.env = {{"A", "1"}, {"WEFT_PARAMS", R"({"a":[1,2]})"}};
  lease.cwd = "/tmp";
  lease.timeout_ms = 1500;
  lease.kill_grace_ms = 0;
  lease.skip_exit_code = -1;
  lease.poke = true;
  lease.secrets = {"hunter2", "-----BEGIN KEY-----\n\"é\\\n"};
  return lease;
}

AttemptResult full_result() {
  AttemptResult result;
  result.attempt = 4711;
  result.outcome = AttemptState::timed_out;
  result.exit_code = 3;
  result.signal = 15;
  result.started_at = 1'700'000'000'000'001;
  result.ended_at = 1'700'000'000'000'002;
  result.outputs = {{"rows", 5}, {"deep", {{"a", {1, 2.5, nullptr}}}}};
  result.error = "execution_timeout of 1s passed";
  result.log = "2026-01-01T00:00:00.000000Z stdout F hi\n";
  result.log_bytes = 40;
  result.cpu_us = 900;
  result.max_rss_kb = 1234;
  result.pid = 99;
  return result;
}

void expect_same(const Lease& a, const Lease& b) {
  EXPECT_EQ(to_json(a), to_json(b));
}
void expect_same(const AttemptResult& a, const AttemptResult& b) {
  EXPECT_EQ(to_json(a), to_json(b));
}

TEST(WorkerWire, LeaseSurvivesTheWire) {
  const auto back = lease_from(to_json(full_lease()));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->task_id, full_lease().task_id);
  EXPECT_EQ(back->argv, full_lease().argv);
  EXPECT_EQ(back->env, full_lease().env);
  EXPECT_EQ(back->skip_exit_code, -1);
  EXPECT_TRUE(back->poke);
  EXPECT_EQ(back->secrets, full_lease().secrets);
  EXPECT_EQ(back->kill_grace_ms, 0);
  expect_same(*back, full_lease());
}

TEST(WorkerWire, ALeaseLeavesOutItsDefaults) {
  Lease lease;
  lease.after = 0;
  lease.attempt = 2;
  lease.argv = {"true"};
  const auto json = to_json(lease);
  EXPECT_FALSE(json.contains("env"));
  EXPECT_FALSE(json.contains("secrets"));
  EXPECT_FALSE(json.contains("kill_grace_ms"));
  const auto back = lease_from(json);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->kill_grace_ms, 10'000);
  EXPECT_EQ(back->skip_exit_code, 99);
  EXPECT_EQ(back->map_index, -1);
}

TEST(WorkerWire, ResultSurvivesTheWire) {
  const auto back = attempt_result_from(to_json(full_result()));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->outcome, AttemptState::timed_out);
  EXPECT_EQ(back->outputs, full_result().outputs);
  EXPECT_EQ(back->log, full_result().log);
  expect_same(*back, full_result());
}

TEST(WorkerWire, RegisterSurvivesTheWire) {
  RegisterRequest request{.name = "w1",
                          .host = "h",
                          .version = "0.1",
                          .slots = 8,
                          .queues = {"default", "gpu"},
                          .session = std::string(32, 'a'),
                          .dead_sessions = {std::string(32, 'b')},
                          .database_id = "db"};
  const auto back = register_request_from(to_json_text(request));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->protocol, protocol_version);
  EXPECT_EQ(back->queues, request.queues);
  EXPECT_EQ(back->dead_sessions, request.dead_sessions);
  EXPECT_EQ(back->database_id, "db");
  const auto answer = register_response_from(
      to_json_text(RegisterResponse{.worker_id = 4, .database_id = "db", .lease_ms = 5000}));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->worker_id, 4);
  EXPECT_EQ(answer->lease_ms, 5000);
  EXPECT_EQ(answer->max_log_bytes, 64 << 20);
  EXPECT_EQ(answer->key, "");
  EXPECT_EQ(register_response_from(to_json_text(RegisterResponse{.key = "k"}))->key, "k");
}

TEST(WorkerWire, SyncSurvivesTheWire) {
  SyncRequest request{.session = "s",
                      .acked = 9,
                      .started = {5, 6},
                      .started_at = {50, 60},
                      .running = {5, 6, 7},
                      .draining = true,
                      .wait_ms = 5000};
  const auto back = sync_request_from(to_json_text(request));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_THAT(back->started, ElementsAre(5, 6));
  EXPECT_THAT(back->started_at, ElementsAre(50, 60));
  EXPECT_THAT(back->running, ElementsAre(5, 6, 7));
  EXPECT_TRUE(back->draining);
  const auto answer = sync_response_from(
      to_json_text(SyncResponse{.leases = {full_lease()}, .cancels = {5}, .lease_ms = 1}));
  ASSERT_TRUE(answer) << answer.error().message;
  ASSERT_EQ(answer->leases.size(), 1u);
  expect_same(answer->leases[0], full_lease());
  EXPECT_THAT(answer->cancels, ElementsAre(5));
  EXPECT_EQ(answer->lease_ms, 1);
}

TEST(WorkerWire, ResultsSurviveTheWire) {
  ResultsRequest request{.session = "s",
                         .acked = 3,
                         .started = {1},
                         .started_at = {2},
                         .results = {full_result(), full_result()}};
  const auto back = results_request_from(to_json_text(request));
  ASSERT_TRUE(back) << back.error().message;
  ASSERT_EQ(back->results.size(), 2u);
  EXPECT_THAT(back->started, ElementsAre(1));
  expect_same(back->results[1], full_result());
  const auto answer = results_response_from(to_json_text(
      ResultsResponse{.verdicts = {Verdict::accepted, Verdict::superseded}, .cancels = {8}}));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_THAT(answer->verdicts, ElementsAre(Verdict::accepted, Verdict::superseded));
  const auto log = log_response_from(to_json_text(LogResponse{.next_offset = 77}));
  ASSERT_TRUE(log);
  EXPECT_EQ(log->next_offset, 77);
}

TEST(WorkerWire, InvalidUtf8OutputsAndErrorsAreMadeValid) {
  AttemptResult result = full_result();
  result.error = "bad \xFF byte";
  result.outputs = {{"k", "\xFF"}};
  const auto back = attempt_result_from(to_json(result));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->error, "bad \uFFFD byte");
}

struct BadCase {
  const char* json;
  const char* says;
};

TEST(WorkerWire, BadSyncsNameTheField) {
  const BadCase cases[] = {
      {"", "ends too early"},
      {"[]", "must be an object"},
      {"{}", "session"},
      {R"({"session":5})", "session: must be a string"},
      {R"({"session":"s","running":[1,"x"]})", "running[1]: must be an integer"},
      {R"({"session":"s","acked":1.5})", "acked: must be an integer"},
      {R"({"session":"s","acked":99999999999999999999})", "acked: is too large"},
      {R"({"session":"s","draining":1})", "draining: must be true or false"},
      {R"({"session":"s","started":[1]})", "different lengths"},
      {R"({"session":"s"} x)", "follows its end"},
      {R"({"session":"s",})", "expected a field's name"},
      {R"({"session":"\ud800"})", "surrogate"},
      {"{\"session\":\"\xFF\"}", "not UTF-8"},
      {"{\"session\":\"a\nb\"}", "control character"},
      {R"({"session":"s)", "no end"},
  };
  for (const auto& [json, says] : cases) {
    const auto result = sync_request_from(json);
    ASSERT_FALSE(result) << json;
    EXPECT_THAT(result.error().message, HasSubstr(says)) << json;
  }
}

TEST(WorkerWire, BadLeasesAndResultsNameThePlace) {
  const auto lease =
      sync_response_from(R"({"leases":[{"attempt":1,"argv":["a"]},{"argv":["a"]}]})");
  ASSERT_FALSE(lease);
  EXPECT_THAT(lease.error().message, HasSubstr("leases[1]: needs an \"attempt\""));
  const auto result =
      results_request_from(R"({"session":"s","results":[{"attempt":1,"outcome":"running"}]})");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::unprocessable);
  EXPECT_THAT(result.error().message, HasSubstr("results[0]: needs a terminal \"outcome\""));
}

TEST(WorkerWire, BoundsTheSecretsOfALease) {
  Lease lease = full_lease();
  lease.secrets.assign(max_secrets, std::string(10, 's'));
  lease.secrets.back().assign(max_secret_bytes, 'x');
  const auto most = lease_from(to_json(lease));
  ASSERT_TRUE(most) << most.error().message;
  EXPECT_EQ(most->secrets, lease.secrets);
  lease.secrets.back() += 'x';
  const auto long_one = sync_response_from(to_json_text(SyncResponse{.leases = {lease}}));
  ASSERT_FALSE(long_one);
  EXPECT_EQ(long_one.error().message, "leases[0].secrets[255]: a secret has at most 65536 bytes");
  lease.secrets.assign(max_secrets + 1, "s");
  const auto many = lease_from(to_json(lease));
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().message, "secrets[256]: a lease carries at most 256 secrets");
}

TEST(WorkerWire, IgnoresUnknownFieldsAndBoundsDepth) {
  const auto good = sync_request_from(
      R"( { "new" : {"a":[1,-2.5e3,true,false,null,"x",{}]} , "session" : "s" } )");
  ASSERT_TRUE(good) << good.error().message;
  std::string deep = R"({"session":"s","x":)" + std::string(100'000, '[');
  const auto bad = sync_request_from(deep);
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error().message, HasSubstr("nested too deeply"));
}

TEST(WorkerWire, BoundsTheBatch) {
  std::string json = R"({"session":"s","results":[)";
  for (std::size_t i = 0; i <= max_batch; ++i)
    json += (i ? "," : "") + std::string(R"({"attempt":1,"outcome":"success"})");
  const auto result = results_request_from(json + "]}");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("results: has more elements"));
}

TEST(WorkerWire, ReadsEscapes) {
  std::string text;
  JsonReader in(R"("\u00e9\ud83d\ude00\/\b\f\n\r\t\"\\")");
  ASSERT_TRUE(in.read(text) && in.finish());
  EXPECT_EQ(text, "é😀/\b\f\n\r\t\"\\");
}

}  // namespace
}  // namespace weft::wire
