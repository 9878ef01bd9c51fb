#include "tests/unit/core/dag/parse_helper.h"

namespace weft::test {
namespace {

using testing::HasSubstr;

TEST(Diagnostics, AreReportedAllAtOnceByPlace) {
  const ParseOutput output = parse(R"({
  "schedule": ["0 2 * * *", "99 * * * *"],
  "retires": 1,
  "timezone": "Europe/Berlni",
  "tasks": [
    {"task_id": "extract", "command": "true", "retries": "3"},
    {"task_id": "löad", "command": "true"},
    {"task_id": "load", "command": "true", "depends_on": ["extrct"]},
    {"task_id": "last", "command": ["echo", "{{ outputs.load.rows }}"]}
  ]
})");
  EXPECT_FALSE(output.dag);
  EXPECT_EQ(output.dag_id, "sample");
  EXPECT_EQ(findings(output),
            R"(2:29: schedule[1]: cron "99 * * * *": minute "99": 99 is outside of 0-59
3:3: unknown key "retires"
4:15: timezone: unknown time zone "Europe/Berlni" (did you mean "Europe/Berlin"?)
6:58: tasks[0].retries: a whole number expected, found a string
7:17: tasks[1].task_id: "löad" is no name: 1 to 250 letters, digits, '_', '.' or '-' expected, and not "." or ".."
8:59: tasks[2].depends_on[0]: no task "extrct" (did you mean "extract"?)
9:45: tasks[3].command[1]: outputs.load: "load" is not upstream of "last"; add it to depends_on
)");
  EXPECT_EQ(output.diagnostics[5].pointer, "/tasks/2/depends_on/0");
  EXPECT_EQ(output.diagnostics[5].to_string(),
            "sample.dag.json:8:59: tasks[2].depends_on[0]: no task \"extrct\" (did you mean "
            "\"extract\"?)");
}

TEST(Diagnostics, CountColumnsInCharacters) {
  EXPECT_EQ(
      findings(parse(R"({"owner": "üü", "x": 1, "tasks": [{"task_id": "t", "command": "c"}]})")),
      "1:17: unknown key \"x\"\n");
}

TEST(Diagnostics, ShowCyclesAsAPath) {
  EXPECT_EQ(findings(parse(R"({"tasks": [{"task_id": "a", "type": "noop", "depends_on": ["c"]},
 {"task_id": "b", "type": "noop", "depends_on": ["a", "x"]},
 {"task_id": "c", "type": "noop", "depends_on": ["b"]},
 {"task_id": "x", "type": "noop"}]})")),
            "1:60: tasks[0].depends_on[0]: the tasks form a cycle: a → b → c → a\n");
  EXPECT_THAT(findings(parse(with_task(R"("type": "noop", "depends_on": ["t"])"))),
              HasSubstr("a task cannot depend on itself"));
}

struct Case {
  std::string task;  ///< keys of the only task
  std::string part;
};
class TaskMistakes : public testing::TestWithParam<Case> {};

TEST_P(TaskMistakes, AreExplained) {
  const ParseOutput output = parse(with_task(GetParam().task));
  EXPECT_FALSE(output.dag) << GetParam().task;
  EXPECT_THAT(findings(output), HasSubstr(GetParam().part)) << GetParam().task;
}

INSTANTIATE_TEST_SUITE_P(
    Types, TaskMistakes,
    testing::Values(
        Case{R"("retries": 1)", "a task needs \"command\" or \"type\""},
        Case{R"("type": "shel", "command": "x")", "did you mean \"shell\"?"},
        Case{R"("type": "python")", "the task type \"python\" is not supported by this version"},
        Case{R"("type": "shell", "command": ["x"])", "takes its command as a string"},
        Case{R"("type": "exec", "command": "x")", "takes its command as a list"},
        Case{R"("type": "shell")", "\"command\" is missing"},
        Case{R"("type": "noop", "command": "x")", "a noop task has no command"},
        Case{R"("type": "noop", "with": {"x": 1})", "unknown key \"x\" of a noop task"},
        Case{R"("command": "x", "with": {"command": "y"})", "given twice"},
        Case{R"("command": "  ")", "the command is empty"},
        Case{R"("command": [])", "the command is empty"},
        Case{R"("command": [""])", "the program's name is empty"},
        Case{R"("command": ["sleep", 5])",
             "tasks[0].command[1]: a string expected, found a whole number"},
        Case{R"("command": 5)", "a string (run by the shell) or a list"},
        Case{R"("command": {"file": "/etc/passwd"})", "a path relative to this file"},
        Case{R"("command": {"file": "x.sh"})", "cannot read \"x.sh\""},
        Case{R"("command": {"fil": "x.sh"})", "{\"lines\": "},
        Case{R"("type": "sensor.time")", "a sensor.time task needs \"with\": {\"until\": …}"},
        Case{R"("type": "sensor.time", "with": {"until": "x", "untl": 1})",
             "did you mean \"until\"?"},
        Case{R"("type": "sensor.task", "with": {"task_id": "x"})", "it would wait for its own run"},
        Case{R"("type": "sensor.task", "with": {"dag_id": "x", "allowed_states": ["running"]})",
             "success, failed, skipped, upstream_failed expected"},
        Case{R"("type": "sensor.task", "with": {"dag_id": "x", "failed_states": ["success"]})",
             "stands in allowed_states and in failed_states"},
        Case{R"("type": "sensor.asset", "with": {"since": "x"})",
             "a sensor.asset task needs \"with\": {\"asset\": …}"},
        Case{R"("type": "sensor.asset", "with": {"asset": "s3://{{ ds }}"})",
             "an asset is the same in every run"},
        Case{R"("type": "sensor.file", "with": {"path": "x", "min_size": "12 apples"})",
             "a size such as \"64KiB\" or \"10MB\" expected, found \"12 apples\""},
        Case{R"("type": "sensor.file", "with": {"path": "x"}, "poke_interval": "10ms")",
             "at least 1s"},
        Case{R"("command": "x", "poke_interval": "5s")", "there is sensor.file"},
        Case{R"("type": "sensor.time", "with": {"until": "x"}, "poke_interval": "5s")",
             "a sensor.time task is woken when it comes"},
        Case{R"("type": "trigger_dag")", "a trigger_dag task needs"},
        Case{R"("type": "trigger_dag", "with": {"dag_id": "x", "allowed_states": ["failed"]})",
             "needs \"wait\": true"},
        Case{R"("type": "trigger_dag", "with": {"dag_id": "{{ conn.x.y }}"})",
             "conditions see dates, params and outputs"},
        Case{R"("type": "approval", "with": {"options": []})", "at least one is needed"},
        Case{R"("type": "approval", "with": {"params": {"a": {"tpye": 1}}})",
             "did you mean \"type\"?"},
        Case{R"("type": "approval", "command": "x")", "an approval task has no command"},
        Case{R"("command": "x", "timeout": "5m")", "belongs to sensors; see execution_timeout"},
        Case{R"("command": "x", "soft_fail": true)", "belongs to sensors"},
        Case{R"("type": "branch")", "a branch task needs"},
        Case{R"("type": "branch", "with": {"cases": [{"when": "1"}]})", "\"next\" is missing"},
        Case{R"("type": "branch", "with": {"cases": [], "defualt": []})",
             "did you mean \"default\"?"},
        Case{R"("type": "branch", "with": {"cases": [], "default": ["x"]})", "no task \"x\""},
        Case{R"("type": "branch", "with": {"cases": [], "default": ["t"]})",
             "does not depend on \"t\""}));

INSTANTIATE_TEST_SUITE_P(
    Values, TaskMistakes,
    testing::Values(
        Case{R"("command": "x", "retry_delay": 5)",
             "a duration with a unit, such as \"5m\" expected"},
        Case{R"("command": "x", "retry_delay": "5")", "is no duration"},
        Case{R"("command": "x", "execution_timeout": "0s")", "above zero"},
        Case{R"("command": "x", "trigger_rule": "all_sucess")", "did you mean \"all_success\"?"},
        Case{R"("command": "x", "retry_exponential_backoff": 0.5)", "from 1 to 100"},
        Case{R"("command": "x", "retry_on_exit_codes": [256])", "from 1 to 255"},
        Case{R"("command": "x", "priority_weight": 99999999999)", "a whole number from"},
        Case{R"("command": "x", "retries": 1.0)", "a whole number expected, found a number"},
        Case{R"("command": "x", "lease": "1h")", "not supported by this version"},
        Case{R"("command": "x", "pool": "{{ ds }}")", "is no name"},
        Case{R"("command": "x", "concurrency_key": "")", "that is not empty"},
        Case{R"("command": "x", "concurrency_key": "{{ conn.x.y }}")",
             "conditions see dates, params and outputs"},
        Case{R"("command": "x", "concurrency_limit": 2)", "needs a concurrency_key"},
        Case{R"("type": "noop", "concurrency_key": "k")", "holds no concurrency_key"},
        Case{R"("command": "x", "on_queued_timeout": "retry")", "alert, fail expected"},
        Case{R"("command": "x", "env": {"1A": "x"})", "is no name of an environment variable"},
        Case{R"("command": "x", "env": {"WEFT_X": "x"})", "set by Weft itself"},
        Case{R"("command": "x", "env": {"A": 1})", "tasks[0].env.A: a string expected"},
        Case{R"("command": "x", "shell": [])", "1 to 100 strings"},
        Case{R"("command": "x", "shell": ["{{ ds }}"])", "templates are not allowed here"},
        Case{R"("command": "x", "depends_on": "a")",
             "a list of task ids expected, found a string"}));

INSTANTIATE_TEST_SUITE_P(
    Templates, TaskMistakes,
    testing::Values(
        Case{R"("command": "echo {{ dss }}")", "unknown name \"dss\" (did you mean \"ds\"?)"},
        Case{R"("command": "echo {{ ds")", "'{{' is never closed"},
        Case{R"("command": "a\n{{ ds | dat }}")",
             "unknown filter \"dat\" (did you mean \"date\"?), at \"dat }}\" (line 2"},
        Case{R"("command": "echo {{ ti.try_nmber }}")", "did you mean \"try_number\"?"},
        Case{R"("command": "echo {{ ds.x }}")", "ds is a text"},
        Case{R"("command": "x", "env": {"A": "{{ params.x }}"})", "the DAG has no param \"x\""},
        Case{R"("command": "x", "env": {"A": "{{ outputs.q.x }}"})", "no task \"q\""},
        Case{R"("command": "x", "env": {"A": "{{ outputs[ds].x }}"})", "name the task"},
        Case{R"("command": "x", "env": {"A": "{{ outputs.t.x }}"})",
             "\"t\" is not upstream of \"t\""},
        Case{R"("command": "x", "env": {"A": "{{ var.x }}"})", "name the variable: var.value.KEY"},
        Case{R"("command": "x", "env": {"A": "{{ var.value[ds] }}"})", "name the variable"},
        Case{R"("command": "x", "env": {"A": "{{ conn.x }}"})",
             "name the connection and the field"},
        Case{R"("command": "x", "env": {"A": "{{ conn[ds].host }}"})", "name the connection"},
        Case{R"("command": "x", "env": {"A": "{{ conn.x.pasword }}"})",
             "a connection has no \"pasword\" (did you mean \"password\"?)"},
        Case{R"("command": "x", "env": {"A": "{{ map.x }}"})", "the task is not mapped"},
        Case{R"("command": "x", "expand": {"a": [1]}, "env": {"A": "{{ map.b }}"})",
             "the task is not mapped over \"b\""},
        Case{R"("command": "echo {{ map.a }}", "expand": {"a": [1]})", "use \"$WEFT_MAP_a\""},
        Case{R"("command": "x", "expand": {})", "at least one key is needed"},
        Case{R"("command": "x", "expand": {"a": 1})", "a list, or one \"{{ }}\" that gives one"},
        Case{R"("command": "x", "expand": {"a": "{{ ds }} x"})", "a list, or one"},
        Case{R"("command": "x", "expand": {"a": ["{{ ds }}"]})", "write the whole list as one"},
        Case{R"("command": "x", "expand": {"a b": [1]})", "cannot name a map key"},
        Case{R"("command": "x", "expand": {"a": "{{ map.a }}"})", "the task is not mapped"},
        Case{R"("command": "x", "expand": {"a": [1]}, "expand_zip": {"a": [1]})",
             "exclude each other"},
        Case{R"("command": "x", "max_map_length": 0)", "a whole number"},
        Case{R"("command": "x", "expand": {"a": "{{ outputs.t.x }}"})", "is not upstream of"},
        Case{R"("command": "x", "when": "{{ ds }}")", "leave the {{ }} out"},
        Case{R"("command": "x", "when": "var.value.x")",
             "conditions see dates, params and outputs"},
        Case{R"("command": "x", "when": "a ==")", "a value is missing at the end"}));

TEST(Diagnostics, NameKeysOfLaterVersions) {
  for (const char* key : {"on_failure", "on_retry", "resources"}) {
    EXPECT_THAT(
        findings(parse(with_task(R"("command": "x", ")" + std::string(key) + R"(": 1)"))),
        HasSubstr("tasks[0]: \"" + std::string(key) + "\" is not supported by this version"));
  }
  for (const char* key : {"deadline", "active_in", "on_failure", "on_deadline_missed"}) {
    EXPECT_THAT(findings(parse("{\"" + std::string(key) +
                               R"(": 1, "tasks": [{"task_id": "t", "command": "x"}]})")),
                HasSubstr("\"" + std::string(key) + "\" is not supported by this version"));
  }
}

TEST(DagMistakes, AreExplained) {
  const auto about = [](const std::string& keys) {
    return findings(parse("{" + keys + R"(, "tasks": [{"task_id": "t", "command": "x"}]})"));
  };
  EXPECT_THAT(about(R"("dag_id": "a b")"), HasSubstr("is no name"));
  EXPECT_THAT(about(R"("dag_id": "..")"), HasSubstr("is no name"));
  EXPECT_THAT(about(R"("schedule": [])"), HasSubstr("1 to 100 cron strings"));
  EXPECT_THAT(about(R"("schedule": ["@once"])"), HasSubstr("cannot be joined"));
  EXPECT_THAT(about(R"("schedule": {"assets": []})"), HasSubstr("{\"all\": [assets]}"));
  EXPECT_THAT(about(R"("schedule": {"every": "5m", "x": 1})"), HasSubstr("unknown key \"x\""));
  EXPECT_THAT(about(R"("schedule": 5)"), HasSubstr("a cron string"));
  EXPECT_THAT(about(R"("start_date": "yesterday")"), HasSubstr("is no date or time"));
  EXPECT_THAT(about(R"("schedule": "@daily", "start_date": "2026-01-01T01:00:00Z",
                       "end_date": "2026-01-02T12:00:00Z")"),
              HasSubstr("no interval of the schedule lies between"));
  EXPECT_THAT(about(R"("start_date": "2026-02-01", "end_date": "2026-01-01")"),
              HasSubstr("before start_date"));
  EXPECT_THAT(about(R"("catchup": "some")"), HasSubstr("none, latest, all expected"));
  EXPECT_THAT(about(R"("tags": [""])"), HasSubstr("a tag cannot be empty"));
  EXPECT_THAT(about(R"("runbook_url": "javascript:x")"), HasSubstr("starts with https://"));
  EXPECT_THAT(about(R"("default_args": {"command": "x"})"), HasSubstr("belongs to one task"));
  EXPECT_THAT(about(R"("default_args": {"retrys": 1})"), HasSubstr("did you mean \"retries\"?"));
  EXPECT_THAT(findings(parse("{}")), HasSubstr("\"tasks\" is missing"));
  EXPECT_THAT(findings(parse(R"({"tasks": []})")), HasSubstr("at least one task"));
  EXPECT_THAT(findings(parse("[]")), HasSubstr("a JSON object expected, found a list"));
  EXPECT_THAT(findings(parse(R"({"tasks": [1, {}]})")),
              HasSubstr("tasks[1]: \"task_id\" is missing"));
  EXPECT_THAT(findings(parse(with_task(R"("command": "x"}, {"task_id": "t", "command": "y")"))),
              HasSubstr("is already that of tasks[0]"));
  EXPECT_THAT(findings(parse(with_task(R"("command": "x")"), "two words.dag.json")),
              HasSubstr("give a \"dag_id\""));
}

TEST(Diagnostics, WarningsLeaveTheDagUsable) {
  const ParseOutput output = parse(
      R"({"schedule": "@daily", "catchup": "all", "tasks": [{"task_id": "a", "type": "noop"},
          {"task_id": "b", "type": "noop", "depends_on": ["a", "a"]}]})");
  EXPECT_TRUE(output.dag);
  ASSERT_EQ(output.diagnostics.size(), 2u);
  EXPECT_EQ(output.diagnostics[0].severity, Diagnostic::Severity::warning);
  EXPECT_THAT(findings(output), HasSubstr("there is none"));
  EXPECT_THAT(findings(output), HasSubstr("\"a\" is given twice"));
}

}  // namespace
}  // namespace weft::test
