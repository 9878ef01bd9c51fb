#include "tests/unit/core/dag/parse_helper.h"

namespace weft::test {
namespace {

using namespace std::chrono_literals;

TEST(ParseDag, ReadsTheShortestFile) {
  const auto dag = parsed(
      R"({"schedule": "0 2 * * *", "tasks": [{"task_id": "report", "command": "./report.sh"}]})");
  ASSERT_TRUE(dag);
  EXPECT_EQ(dag->id, "sample");
  EXPECT_EQ(dag->display_name, "sample");
  EXPECT_EQ(dag->schedule.crons, std::vector<std::string>{"0 2 * * *"});
  EXPECT_TRUE(dag->timetable);
  EXPECT_EQ(dag->catchup, Catchup::latest);
  EXPECT_EQ(dag->max_active_runs, 16);
  const Task& task = dag->task({0});
  EXPECT_EQ(task.type, TaskType::shell);
  EXPECT_EQ(task.command.at(0).text(), "./report.sh");
  EXPECT_EQ(task.shell, (std::vector<std::string>{"bash", "-ec"}));
  EXPECT_EQ(task.retry.delay, 5min);
  EXPECT_EQ(task.skip_exit_code, 99);
  EXPECT_EQ(task.display_name, "report");
  EXPECT_EQ(dag->find_task("report"), &task);
  EXPECT_EQ(dag->find_task("nothing"), nullptr);
}

constexpr std::string_view every_key = R"({
  "$schema": "/schemas/dag/v1.json",
  "dag_id": "all.keys-1", "dag_display_name": "All keys", "description": "d", "doc_md": {"lines": ["# A", "b"]},
  "owner": "data", "tags": ["x", "y"], "runbook_url": "https://wiki/x",
  "schedule": ["0 2 * * *", "@hourly"], "timezone": "Europe/Berlin", "dst_policy": "airflow",
  "logical_date": "interval_start", "start_date": "2026-01-01", "end_date": "2026-12-31T12:00:00Z",
  "calendar": {"exclude": [{"name": "weekends", "days": ["sat", "sun"]}], "shift": "none"},
  "catchup": true, "catchup_limit": 10, "is_paused_upon_creation": true,
  "max_active_runs": 1, "max_active_tasks": 2, "on_overlap": "skip",
  "max_consecutive_failed_dag_runs": 3, "dagrun_timeout": "3h", "fail_fast": true,
  "run_fails_on": "any", "params": {"mode": {"type": "string", "enum": ["a", "b"], "default": "a"}},
  "env": {"A": "dag", "B": "{{ ds }}"}, "shell": ["sh", "-ec"],
  "default_args": {"retries": 3, "retry_delay": "30s", "env": {"B": "default", "C": "default"},
                   "execution_timeout": "1h", "pool": "erp"},
  "tasks": [
    {"task_id": "choose", "type": "branch",
     "with": {"cases": [{"when": "params.mode == 'a'", "next": ["work"]}], "default": ["other"]}},
    {"task_id": "work", "task_display_name": "Work", "doc_md": "x", "command": ["run", "{{ params.mode }}"],
     "depends_on": ["choose"], "trigger_rule": "none_failed", "when": "params.mode != 'b'",
     "retries": 1, "retry_delay": "PT5M", "retry_exponential_backoff": true, "max_retry_delay": "10m",
     "retry_jitter": 0.5, "retry_on_exit_codes": [3, 1, 3], "fail_on_exit_codes": [2],
     "skip_on_exit_code": null, "execution_timeout": null, "queued_timeout": "10m", "kill_grace": "0s",
     "on_lost": "wait", "env": {"C": "task", "D": "{{ params.mode }}"}, "cwd": "sub/{{ ds }}",
     "shell": ["zsh", "-c"], "queue": "gpu", "pool": "default_pool", "pool_slots": 2,
     "priority_weight": 7, "weight_rule": "absolute", "max_active_tis_per_dag": 1,
     "max_active_tis_per_dagrun": 2, "concurrency_key": "erp-{{ params.mode }}",
     "concurrency_limit": 2, "max_infrastructure_retries": 0, "on_queued_timeout": "fail",
     "depends_on_past": true, "wait_for_downstream": true},
    {"task_id": "other", "type": "shell", "with": {"command": "true"}, "depends_on": ["choose"]},
    {"task_id": "end", "type": "noop", "depends_on": ["work", "other"], "trigger_rule": "always"}
  ]
})";

TEST(ParseDag, ReadsEveryKeyOfTheDag) {
  const auto dag = parsed(std::string(every_key));
  ASSERT_TRUE(dag);
  EXPECT_EQ(dag->id, "all.keys-1");
  EXPECT_EQ(dag->display_name, "All keys");
  EXPECT_EQ(dag->doc_md, "# A\nb");
  EXPECT_EQ(dag->owner, "data");
  EXPECT_EQ(dag->tags, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(dag->schedule.crons.size(), 2u);
  EXPECT_EQ(dag->schedule.dst_policy, DstPolicy::airflow);
  EXPECT_EQ(dag->logical_date, LogicalDate::interval_start);
  // Without an offset: midnight in Berlin.
  EXPECT_EQ(format_instant(*dag->start_date), "2025-12-31T23:00:00+00:00");
  EXPECT_EQ(format_instant(*dag->end_date), "2026-12-31T12:00:00+00:00");
  EXPECT_EQ(dag->catchup, Catchup::all);
  EXPECT_EQ(dag->catchup_limit, 10);
  EXPECT_TRUE(dag->is_paused_upon_creation);
  EXPECT_EQ(dag->max_active_tasks, 2);
  EXPECT_EQ(dag->on_overlap, OnOverlap::skip);
  EXPECT_EQ(dag->max_consecutive_failed_dag_runs, 3);
  EXPECT_EQ(dag->dagrun_timeout, 3h);
  EXPECT_TRUE(dag->fail_fast);
  EXPECT_EQ(dag->run_fails_on, RunFailsOn::any);
  EXPECT_EQ(dag->params.at(0).default_value, "a");
}

TEST(ParseDag, ReadsEveryKeyOfATask) {
  const auto dag = parsed(std::string(every_key));
  ASSERT_TRUE(dag);
  const Task& work = *dag->find_task("work");
  EXPECT_EQ(work.display_name, "Work");
  EXPECT_EQ(work.type, TaskType::exec);
  EXPECT_EQ(work.trigger_rule, TriggerRule::none_failed);
  EXPECT_EQ(work.when->text(), "params.mode != 'b'");
  EXPECT_EQ(work.retry.retries, 1);
  EXPECT_EQ(work.retry.delay, 5min);
  EXPECT_EQ(work.retry.exponential_backoff, 2);
  EXPECT_EQ(work.retry.max_delay, 10min);
  EXPECT_EQ(work.retry.jitter, 0.5);
  EXPECT_EQ(work.retry.retry_on_exit_codes, (std::vector<int>{1, 3}));
  EXPECT_EQ(work.skip_exit_code, -1);
  EXPECT_EQ(work.execution_timeout, 0s);
  EXPECT_EQ(work.queued_timeout, 10min);
  EXPECT_EQ(work.kill_grace, 0s);
  EXPECT_EQ(work.on_lost, OnLost::wait);
  EXPECT_EQ(work.queue, "gpu");
  EXPECT_EQ(work.pool, "default_pool");
  EXPECT_EQ(work.pool_slots, 2);
  EXPECT_EQ(work.effective_weight, 7);
  EXPECT_EQ(work.max_active_tis_per_dag, 1);
  EXPECT_EQ(work.concurrency_key->text(), "erp-{{ params.mode }}");
  EXPECT_EQ(work.concurrency_limit, 2);
  EXPECT_EQ(work.max_infrastructure_retries, 0);
  EXPECT_EQ(work.on_queued_timeout, OnQueuedTimeout::fail);
  EXPECT_TRUE(work.depends_on_past && work.wait_for_downstream);
  EXPECT_EQ(work.shell, (std::vector<std::string>{"zsh", "-c"}));
  EXPECT_EQ(work.cwd.text(), "sub/{{ ds }}");
}

TEST(ParseDag, LaysTaskOverDefaultArgsOverDag) {
  const auto dag = parsed(std::string(every_key));
  ASSERT_TRUE(dag);
  std::string env;
  for (const EnvEntry& entry : dag->find_task("work")->env) {
    env += entry.name + "=" + entry.value.text() + " ";
  }
  EXPECT_EQ(env, "A=dag B=default C=task D={{ params.mode }} ");
  const Task& other = *dag->find_task("other");
  EXPECT_EQ(other.retry.retries, 3);
  EXPECT_EQ(other.execution_timeout, 1h);
  EXPECT_EQ(other.pool, "erp");
  EXPECT_EQ(other.shell, (std::vector<std::string>{"sh", "-ec"}));
  EXPECT_EQ(other.source["retries"], 3);
}

TEST(ParseDag, OrdersTasksAndLinksBranches) {
  const auto dag = parsed(std::string(every_key));
  ASSERT_TRUE(dag);
  const Task& choose = *dag->find_task("choose");
  EXPECT_EQ(choose.downstream, (std::vector<TaskIndex>{{1}, {2}}));
  EXPECT_EQ(choose.cases.at(0).next, std::vector<TaskIndex>{{1}});
  EXPECT_EQ(choose.branch_default, std::vector<TaskIndex>{{2}});
  EXPECT_EQ(dag->find_task("end")->upstream, (std::vector<TaskIndex>{{1}, {2}}));
}

TEST(ParseDag, MergesDefaultsFilesNearestLast) {
  ParseInput input;
  input.path = "team/x.dag.json";
  input.text =
      R"({"env": {"C": "dag"}, "default_args": {"queue": "dag"}, "tasks": [{"task_id": "t", "command": "true"}]})";
  input.defaults = {
      {"defaults.json",
       R"({"owner": "far", "timezone": "Europe/Berlin", "env": {"A": "far", "B": "far"}, "default_args": {"retries": 1, "pool": "far"}})"},
      {"team/defaults.json",
       R"({"owner": "near", "env": {"B": "near", "C": "near"}, "default_args": {"pool": "near"}})"}};
  const ParseOutput output = parse_dag(input);
  ASSERT_TRUE(output.dag) << findings(output);
  const Dag& dag = *output.dag;
  EXPECT_EQ(dag.id, "x");
  EXPECT_EQ(dag.owner, "near");
  EXPECT_EQ(dag.schedule.timezone, "Europe/Berlin");
  const Task& task = dag.task({0});
  EXPECT_EQ(task.retry.retries, 1);
  EXPECT_EQ(task.pool, "near");
  EXPECT_EQ(task.queue, "dag");
  std::string env;
  for (const EnvEntry& entry : task.env) env += entry.name + "=" + entry.value.text() + " ";
  EXPECT_EQ(env, "A=far B=near C=dag ");
}

TEST(ParseDag, PlacesErrorsOfDefaultsFilesThere) {
  ParseInput input;
  input.path = "x.dag.json";
  input.text = with_task(R"("command": "true")");
  input.defaults = {{"defaults.json", "{\n \"ownr\": 1, \"dag_id\": \"x\"}"}};
  const ParseOutput output = parse_dag(input);
  EXPECT_FALSE(output.dag);
  ASSERT_EQ(output.diagnostics.size(), 2u);
  EXPECT_EQ(output.diagnostics[0].to_string(),
            "defaults.json:2:2: unknown key \"ownr\" (did you mean \"owner\"?)");
  EXPECT_EQ(output.diagnostics[1].message, "\"dag_id\" belongs to one DAG, not to defaults.json");
}

TEST(ParseDag, ReadsLongTextsFromBesideTheFile) {
  ParseInput input;
  input.path = "x.dag.json";
  input.text = with_task(R"("command": {"file": "run.sh"}, "doc_md": {"lines": ["a", "b"]})");
  input.read_beside = [](const std::string& path) -> std::optional<std::string> {
    if (path == "run.sh") return "echo {{ ds }}\n";
    return std::nullopt;
  };
  const ParseOutput output = parse_dag(input);
  ASSERT_TRUE(output.dag) << findings(output);
  EXPECT_EQ(output.dag->task({0}).command.at(0).text(), "echo {{ ds }}\n");
  EXPECT_EQ(output.dag->task({0}).doc_md, "a\nb");
  EXPECT_EQ(output.dag->task({0}).source["command"], "echo {{ ds }}\n");
}

TEST(ParseDag, ReadsEachFormOfSchedule) {
  const auto schedule = [](const std::string& value) {
    return parsed(R"({"schedule": )" + value +
                  R"(, "tasks": [{"task_id": "t", "command": "true"}]})");
  };
  EXPECT_TRUE(schedule("null")->schedule.empty());
  EXPECT_FALSE(schedule("null")->timetable);
  EXPECT_TRUE(schedule("\"@once\"")->schedule.once);
  EXPECT_TRUE(schedule("\"@continuous\"")->schedule.continuous);
  EXPECT_FALSE(schedule("\"@once\"")->timetable);
  const auto every = schedule(R"({"every": "15m", "anchor": "2026-01-01T00:05:00Z"})");
  EXPECT_EQ(every->schedule.every->period, 15min);
  EXPECT_EQ(format_instant(every->schedule.every->anchor), "2026-01-01T00:05:00+00:00");
  EXPECT_TRUE(every->timetable);
}

TEST(ParseDag, AllowsCommentsInJsoncOnly) {
  const std::string text =
      "{ // one\n /* two */ \"tasks\": [{\"task_id\": \"t\", \"command\": \"true\"}]}";
  EXPECT_TRUE(parse(text, "a.dag.jsonc").dag);
  EXPECT_EQ(findings(parse(text)), "1:3: comments are allowed in *.dag.jsonc files only\n");
}

TEST(DagFileStem, IsTheNameWithoutItsEnding) {
  EXPECT_EQ(dag_file_stem("a/b.dag.json"), "b");
  EXPECT_EQ(dag_file_stem("b.dag.jsonc"), "b");
  EXPECT_EQ(dag_file_stem("a.b.dag.json"), "a.b");
  EXPECT_EQ(dag_file_stem("b.json"), std::nullopt);
  EXPECT_EQ(dag_file_stem(".dag.json"), std::nullopt);
  EXPECT_EQ(dag_file_stem("x/.dag.jsonc"), std::nullopt);
}

}  // namespace
}  // namespace weft::test
