#include "server/dispatch/render.h"

#include <gmock/gmock.h>

#include "tests/unit/dispatch/fixture.h"

namespace weft::dispatch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RenderTest : public ::testing::Test {
 protected:
  /// The only task of a DAG with these keys, or the one named "t".
  Result<wire::Lease> render(std::string dag_keys, nlohmann::json outputs = nullptr) {
    const auto dag = dag_of("{\"dag_id\": \"etl\", " + std::move(dag_keys) + "}");
    if (!dag) return fail(ErrorCode::internal, "no DAG");
    LeaseGranted granted;
    granted.attempt = AttemptId{17};
    granted.after = AttemptId{12};
    granted.facts = facts_of(dag);
    granted.task = dag->task_by_id.at("t");
    granted.try_number = 2;
    if (!outputs.is_null()) {
      granted.outputs = std::make_shared<const nlohmann::json>(std::move(outputs));
    }
    return renderer_.render(granted);
  }

  Renderer renderer_{{.api_url = "http://127.0.0.1:1", .bundle_roots = {{"main", "/dags"}}}};
};

TEST_F(RenderTest, GivesAShellItsTextAndTheRunItsVariables) {
  const auto lease = render(
      R"("params": {"mode": {"type": "string", "default": "full"}, "n": {"type": "integer", "default": 3}},
         "tasks": [{"task_id": "t", "command": "echo {{ ds }} {{ ti.try_number }}", "execution_timeout": "90s",
                    "kill_grace": "1s", "skip_on_exit_code": 42}])");
  ASSERT_TRUE(lease) << lease.error().message;
  EXPECT_THAT(lease->argv, ElementsAre("bash", "-ec", "echo 2026-01-02 2"));
  EXPECT_EQ(lease->attempt, 17);
  EXPECT_EQ(lease->after, 12);
  EXPECT_EQ(lease->try_number, 2);
  EXPECT_EQ(lease->dag_id, "etl");
  EXPECT_EQ(lease->timeout_ms, 90'000);
  EXPECT_EQ(lease->kill_grace_ms, 1'000);
  EXPECT_EQ(lease->skip_exit_code, 42);
  EXPECT_EQ(lease->cwd, "/dags");
  EXPECT_EQ(lease->env.at("WEFT_LOGICAL_DATE"), "2026-01-02T00:00:00+00:00");
  EXPECT_EQ(lease->env.at("WEFT_DATA_INTERVAL_START"), "2026-01-01T00:00:00+00:00");
  EXPECT_EQ(lease->env.at("WEFT_DATA_INTERVAL_END"), "2026-01-02T00:00:00+00:00");
  EXPECT_EQ(lease->env.at("WEFT_PARAMS"), R"({"mode":"full","n":3})");
  EXPECT_EQ(lease->env.at("WEFT_PARAM_mode"), "full");
  EXPECT_EQ(lease->env.at("WEFT_PARAM_n"), "3");
  EXPECT_EQ(lease->env.at("WEFT_API_URL"), "http://127.0.0.1:1");
}

TEST_F(RenderTest, RendersArgumentsEnvironmentAndFolder) {
  const auto lease = render(
      R"("tasks": [{"task_id": "up", "command": "true"},
                   {"task_id": "t", "depends_on": ["up"], "command": ["load", "{{ outputs.up.rows }}", "$HOME"],
                    "env": {"LIST": "{{ outputs.up.files }}", "PLAIN": "x"}, "cwd": "sub/{{ ds_nodash }}"}])",
      {{"up", {{"rows", 12}, {"files", {"a", "b"}}}}});
  ASSERT_TRUE(lease) << lease.error().message;
  EXPECT_THAT(lease->argv, ElementsAre("load", "12", "$HOME"));
  EXPECT_EQ(lease->env.at("LIST"), R"(["a","b"])");
  EXPECT_EQ(lease->env.at("PLAIN"), "x");
  EXPECT_EQ(lease->cwd, "/dags/sub/20260102");
}

TEST_F(RenderTest, KeepsTheFolderBeneathTheBundle) {
  const auto with_cwd = [&](const std::string& cwd) {
    return render(R"("tasks": [{"task_id": "t", "command": "true", "cwd": ")" + cwd + R"("}])");
  };
  EXPECT_EQ(with_cwd("a/../b/.")->cwd, "/dags/b");
  EXPECT_EQ(with_cwd(".")->cwd, "/dags");
  EXPECT_EQ(with_cwd("/data/in")->cwd, "/data/in");
  for (const char* cwd : {"..", "a/../../b", "../dags2"}) {
    const auto lease = with_cwd(cwd);
    ASSERT_FALSE(lease) << cwd;
    EXPECT_THAT(lease.error().message, HasSubstr("leaves the bundle"));
  }
}

TEST_F(RenderTest, SaysWhichExpressionFailedAndWhy) {
  const auto lease = render(
      R"("params": {"n": {"type": "integer", "default": 3}},
         "tasks": [{"task_id": "t", "command": "true", "env": {"BAD": "{{ params.n / 0 }}"}}])");
  ASSERT_FALSE(lease);
  EXPECT_THAT(lease.error().message, HasSubstr("env.BAD"));
  EXPECT_THAT(lease.error().message, HasSubstr("params.n / 0"));
}

TEST_F(RenderTest, APokeIsAVerbOfTheWorkersOwnWithABound) {
  const auto lease = render(R"("tasks": [{"task_id": "t", "type": "sensor.file",
      "with": {"path": "in/{{ dag.dag_id }}*.csv", "stable_for": "90s", "min_size": "2KiB"}}])");
  ASSERT_TRUE(lease) << lease.error().message;
  EXPECT_TRUE(lease->poke);
  EXPECT_THAT(lease->argv, testing::ElementsAre("weft", "poke", "file", "--stable-for", "1m30s",
                                                "--min-size", "2048", "--", ::testing::_));
  EXPECT_THAT(lease->argv.back(), HasSubstr("in/"));
  EXPECT_EQ(lease->timeout_ms, 300'000) << "a look that hangs must not hold its sensor for ever";
}

TEST_F(RenderTest, RefusesWhatNoProcessCanBeGiven) {
  const auto lease = render(R"("params": {"big": {"type": "string", "default": ")" +
                            std::string(140'000, 'x') + R"("}},
         "tasks": [{"task_id": "t", "command": "true"}])");
  ASSERT_FALSE(lease);
  EXPECT_THAT(lease.error().message, HasSubstr("WEFT_PARAM"));
}

}  // namespace
}  // namespace weft::dispatch::test
