#include "server/core/dag/canonical.h"

#include "tests/unit/core/dag/parse_helper.h"

namespace weft::test {
namespace {

TEST(Canonical, IsSortedMergedAndInlined) {
  const auto dag = parsed(
      R"({"tasks": [{"task_id": "t", "retries": 2, "env": {"B": "2"}, "command": {"lines": ["a", "b"]}}],
    "default_args": {"retries": 1, "queue": "q", "env": {"A": "1", "B": "1"}}, "$schema": "x", "owner": "o"})");
  ASSERT_TRUE(dag);
  EXPECT_EQ(dag->canonical,
            R"({"dag_id":"sample","owner":"o","tasks":[{"command":"a\nb","env":{"A":"1","B":"2"},)"
            R"("queue":"q","retries":2,"task_id":"t"}]})");
  EXPECT_EQ(dag->hash, sha256_hex(dag->canonical));
}

TEST(Canonical, ReadsBackAsTheSameDag) {
  const auto dag =
      parsed(R"({"schedule": null, "start_date": "2026-01-01", "timezone": "Asia/Tokyo",
    "params": {"n": {"type": "number", "default": 1.0}, "big": {"default": 18446744073709551615}},
    "default_args": {"execution_timeout": "1h", "skip_on_exit_code": 7}, "env": {"Z": "{{ ds }}"},
    "tasks": [{"task_id": "b", "command": "x", "depends_on": ["a"], "execution_timeout": null, "skip_on_exit_code": null},
              {"task_id": "a", "type": "branch", "with": {"cases": [], "default": ["b"]}}]})");
  ASSERT_TRUE(dag);
  const ParseOutput again = parse(dag->canonical, "elsewhere.json");
  ASSERT_TRUE(again.dag) << findings(again);
  EXPECT_EQ(again.dag->canonical, dag->canonical);
  EXPECT_EQ(again.dag->hash, dag->hash);
  EXPECT_EQ(again.dag->id, "sample");
  EXPECT_EQ(again.dag->start_date, dag->start_date);
  EXPECT_EQ(again.dag->schedule, dag->schedule);
  ASSERT_EQ(again.dag->tasks.size(), dag->tasks.size());
  for (std::size_t i = 0; i < dag->tasks.size(); ++i) {
    const Task &a = dag->tasks[i], &b = again.dag->tasks[i];
    EXPECT_EQ(a.id, b.id);
    EXPECT_EQ(a.source, b.source);
    EXPECT_EQ(a.upstream, b.upstream);
    EXPECT_EQ(a.execution_timeout, b.execution_timeout);
    EXPECT_EQ(a.skip_exit_code, b.skip_exit_code);
    EXPECT_EQ(a.effective_weight, b.effective_weight);
    EXPECT_EQ(a.env.size(), b.env.size());
  }
}

TEST(Canonical, ReadsBackWithDefaultsThatMeanNothingToATask) {
  ParseInput input;
  input.path = "sample.dag.json";
  input.text = R"({"default_args": {"timeout": "1h", "soft_fail": true, "concurrency_key": "k",
      "concurrency_limit": 2, "poke_interval": "5s", "exponential_backoff": true}, "tasks": [{"task_id": "a", "command": "x"},
      {"task_id": "b", "type": "noop"}, {"task_id": "c", "command": "x", "concurrency_key": null},
      {"task_id": "d", "type": "sensor.time", "with": {"until": "2026-01-01"}},
      {"task_id": "f", "type": "sensor.file", "with": {"path": "x", "min_size": "2KiB"}},
      {"task_id": "e", "type": "approval", "with": {"body": {"file": "body.md"}}}]})";
  input.read_beside = [](const std::string&) { return std::optional<std::string>("read"); };
  const auto dag = parse_dag(input).dag;
  ASSERT_TRUE(dag);
  const ParseOutput again = parse(dag->canonical, "elsewhere.json");
  ASSERT_TRUE(again.dag) << findings(again);
  EXPECT_EQ(again.dag->canonical, dag->canonical);
  EXPECT_TRUE(again.dag->find_task("d")->soft_fail);
  EXPECT_EQ(again.dag->find_task("a")->concurrency_limit, 2);
  EXPECT_EQ(again.dag->find_task("f")->poke_interval, std::chrono::seconds(5));
  EXPECT_EQ(std::get<SensorFile>(again.dag->find_task("f")->waiting_for).min_size, 2048);
  EXPECT_EQ(std::get<Approval>(again.dag->find_task("e")->waiting_for).body.text(), "read");
}

TEST(Canonical, HashIgnoresLayoutButNothingElse) {
  const auto hash = [](const std::string& text) { return parsed(text)->hash; };
  const std::string one = R"({"owner": "o", "tasks": [{"task_id": "t", "command": "x"}]})";
  EXPECT_EQ(hash(one),
            hash("{\"tasks\":[{\"command\":\"x\",\n\"task_id\":\"t\"}],\"owner\":\"\\u006f\"}"));
  EXPECT_NE(hash(one), hash(R"({"owner": "p", "tasks": [{"task_id": "t", "command": "x"}]})"));
  EXPECT_NE(hash(one), hash(R"({"owner": "o", "tasks": [{"task_id": "t", "command": "y"}]})"));
}

TEST(Canonical, Sha256IsTheStandards) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace weft::test
