// The rule that values which callers supply are data, never code.

#include "tests/unit/core/dag/parse_helper.h"

namespace weft::test {
namespace {

using testing::HasSubstr;

std::string check(const std::string& task) {
  return findings(parse(R"({"params": {"mode": {"default": "x"}}, "tasks": [
    {"task_id": "up", "type": "noop"}, {"task_id": "t", "depends_on": ["up"], )" +
                        task + "}]}"));
}

TEST(ShellText, TakesWhatTheSchedulerMakes) {
  for (const char* name :
       {"ds", "ds_nodash", "ts", "logical_date", "data_interval_start", "data_interval_end",
        "prev_data_interval_end_success", "run_id", "dag.dag_id", "task.task_id", "ti.try_number",
        "task_instance.map_index", "run.run_id", "dag_run.run_type", "ds | add_days(1)"}) {
    EXPECT_EQ(check(R"("command": "echo {{ )" + std::string(name) + " }}\""), "") << name;
  }
}

TEST(ShellText, RefusesWhatCallersMakeAndSaysTheFix) {
  EXPECT_THAT(check(R"("command": "echo {{ params.mode }}")"),
              HasSubstr("use \"$WEFT_PARAM_mode\""));
  EXPECT_THAT(check(R"("command": "echo {{ params }}")"), HasSubstr("use \"$WEFT_PARAMS\""));
  EXPECT_THAT(check(R"("command": "echo {{ params[ds] }}")"), HasSubstr("use \"$WEFT_PARAMS\""));
  EXPECT_THAT(check(R"("command": "echo {{ map.region }}")"),
              HasSubstr("use \"$WEFT_MAP_region\""));
  EXPECT_THAT(check(R"("command": "echo {{ outputs.up.x }}")"),
              HasSubstr(R"(pass it by "env": {"VALUE": "{{ outputs.up.x }}"} and use "$VALUE")"));
  for (const char* name :
       {"dag_run.conf.x", "run.conf", "run", "dag", "dag.owner", "var.value.x", "dag_run[ds]",
        "'a' if params.mode else 'b'", "ds | default(params.mode)"}) {
    EXPECT_THAT(check(R"("command": "echo {{ )" + std::string(name) + " }}\""),
                HasSubstr("run as code"))
        << name;
  }
}

TEST(ShellText, HoldsForEachWayToGiveIt) {
  EXPECT_THAT(check(R"("type": "shell", "with": {"command": "{{ params.mode }}"})"),
              HasSubstr("run as code"));
  EXPECT_THAT(check(R"("command": {"lines": ["a", "{{ params.mode }}"]})"),
              HasSubstr("run as code"));
  EXPECT_THAT(check(R"("command": "{{ params.mode }}", "shell": ["python3", "-c"])"),
              HasSubstr("run as code"));
}

TEST(ArgumentList, TakesCallersValuesAsArguments) {
  EXPECT_EQ(
      check(
          R"("command": ["etl", "--mode", "{{ params.mode }}", "{{ outputs.up.x }}", "{{ dag_run.conf.x }}"])"),
      "");
  EXPECT_EQ(check(R"("command": ["bash", "run.sh", "{{ params.mode }}"])"), "");
  EXPECT_EQ(
      check(R"("command": ["bash", "-ec", "echo \"$1\" {{ ds }}", "sh", "{{ params.mode }}"])"),
      "");
  EXPECT_EQ(check(R"("command": ["bash", "-e", "-o", "pipefail", "run.sh", "{{ params.mode }}"])"),
            "");
}

TEST(ArgumentList, ChecksWhatAShellRuns) {
  for (const char* command :
       {R"(["bash", "-c", "echo {{ params.mode }}"])",
        R"(["/bin/sh", "-ec", "{{ outputs.up.x }}"])",
        R"(["bash", "-l", "-c", "{{ params.mode }}"])",
        R"(["bash", "-c", "-e", "{{ params.mode }}"])",
        R"(["env", "A=b", "zsh", "-c", "{{ params.mode }}"])",
        R"(["timeout", "5", "bash", "-o", "pipefail", "-c", "{{ params.mode }}"])",
        R"(["bash", "-c", "--", "{{ params.mode }}"])"}) {
    EXPECT_THAT(check(R"("command": )" + std::string(command)), HasSubstr("run as code"))
        << command;
  }
  for (const char* command : {R"(["{{ params.mode }}"])", R"(["bash", "{{ params.mode }}"])",
                              R"(["bash", "-{{ params.mode }}", "x"])",
                              R"(["bash", "--rcfile", "{{ params.mode }}", "-i"])"}) {
    EXPECT_THAT(check(R"("command": )" + std::string(command)),
                HasSubstr("cannot choose what is run"))
        << command;
  }
}

TEST(Secrets, StayOutOfCommands) {
  for (const char* command : {R"("{{ conn.erp.password }}")", R"(["x", "{{ conn.erp.password }}"])",
                              R"(["bash", "-c", "{{ conn.erp.password }}"])"}) {
    EXPECT_THAT(
        check(R"("command": )" + std::string(command)),
        HasSubstr(
            "would show the secret in process lists and rendered fields; pass it by \"env\""));
  }
}

TEST(Secrets, AreNamedInTheTaskThatReadsThem) {
  ParseInput input;
  input.path = "d.dag.json";
  input.text = R"({"tasks": [{"task_id": "t", "command": ["x", "{{ var.value.region }}"], "env": {
    "B": "{{ conn.erp.password }}", "A": "{{ conn.erp.login }}", "C": "{{ var.json.rates.eur }}"}},
    {"task_id": "u", "command": "x"}]})";
  const auto dag = parse_dag(input).dag;
  ASSERT_TRUE(dag);
  using Kind = StoredName::Kind;
  EXPECT_THAT(dag->tasks[0].stored_names,
              testing::ElementsAre(StoredName{Kind::variable, "rates"},
                                   StoredName{Kind::variable, "region"},
                                   StoredName{Kind::connection, "erp"}));
  EXPECT_THAT(dag->tasks[1].stored_names, testing::IsEmpty());
}

TEST(Environment, TakesCallersValuesButNotWhereShellsObeyThem) {
  EXPECT_EQ(check(R"("command": "x", "env": {"MODE": "{{ params.mode }}"})"), "");
  for (const char* name : {"BASH_ENV", "LD_PRELOAD", "PATH", "PS4"}) {
    EXPECT_THAT(
        check(R"("command": "x", "env": {")" + std::string(name) + R"(": "{{ params.mode }}"})"),
        HasSubstr("cannot choose what is run"));
    EXPECT_EQ(check(R"("command": "x", "env": {")" + std::string(name) + R"(": "/x"})"), "");
  }
}

}  // namespace
}  // namespace weft::test
