#include <filesystem>
#include <fstream>
#include <sstream>

#include "server/core/dag/draft.h"
#include "server/core/dag/param_schema.h"
#include "tests/unit/core/dag/parse_helper.h"

namespace weft::test {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

const json& schema() {
  static const json parsed_schema = json::parse(dag_schema_text());
  return parsed_schema;
}

std::string text_of(const fs::path& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::string> keys_of(const json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

std::vector<std::string> sorted(const std::vector<std::string_view>& names) {
  std::vector<std::string> keys(names.begin(), names.end());
  std::sort(keys.begin(), keys.end());
  return keys;
}

TEST(DagSchema, IsTheFileOfTheRepository) {
  EXPECT_EQ(dag_schema_text(), text_of(fs::path(WEFT_SOURCE_DIR) / "proto/dag.schema.json"));
}

TEST(DagSchema, ListsTheKeysThatTheParserReads) {
  EXPECT_EQ(keys_of(schema()["properties"]), sorted(dag_key_names()));
  EXPECT_EQ(keys_of(schema()["definitions"]["task"]["properties"]), sorted(task_key_names()));
  std::vector<std::string_view> in_defaults;
  for (const std::string_view name : task_key_names()) {
    if (find_task_key(name)->in_default_args) in_defaults.push_back(name);
  }
  EXPECT_EQ(keys_of(schema()["definitions"]["default_args"]["properties"]), sorted(in_defaults));
}

TEST(DagSchema, AcceptsTheExamplesAsTheParserDoes) {
  int examples = 0;
  for (const auto& entry :
       fs::recursive_directory_iterator(fs::path(WEFT_SOURCE_DIR) / "examples")) {
    if (!dag_file_stem(entry.path().string())) continue;
    ++examples;
    ParseInput input;
    input.path = entry.path().filename();
    input.text = text_of(entry.path());
    input.comments_allowed = entry.path().extension() == ".jsonc";
    input.read_beside = [&](const std::string& path) -> std::optional<std::string> {
      const fs::path beside = entry.path().parent_path() / path;
      return fs::is_regular_file(beside) ? std::optional(text_of(beside)) : std::nullopt;
    };
    const ParseOutput output = parse_dag(input);
    EXPECT_TRUE(output.dag) << entry.path() << "\n" << findings(output);
    const json value = json::parse(input.text, nullptr, true, true);
    EXPECT_EQ(check_value(schema(), value), "") << entry.path();
  }
  EXPECT_GT(examples, 0);
}

/// Files on which schema and parser must agree.
TEST(DagSchema, AgreesWithTheParser) {
  const std::vector<std::string> values = {R"("retries": 3)",
                                           R"("retries": -1)",
                                           R"("retries": "3")",
                                           R"("retry_delay": "1h30m")",
                                           R"("retry_delay": "PT5M")",
                                           R"("retry_delay": 5)",
                                           R"("retry_delay": "5")",
                                           R"("execution_timeout": null)",
                                           R"("retry_delay": null)",
                                           R"("skip_on_exit_code": null)",
                                           R"("skip_on_exit_code": 0)",
                                           R"("trigger_rule": "all_done")",
                                           R"("trigger_rule": "x")",
                                           R"("retry_exponential_backoff": true)",
                                           R"("retry_exponential_backoff": 0)",
                                           R"("env": {"A": "b"})",
                                           R"("env": {"WEFT_A": "b"})",
                                           R"("env": {"A": 1})",
                                           R"("env": {"1": "b"})",
                                           R"("shell": ["sh", "-c"])",
                                           R"("shell": [])",
                                           R"("pool": "a b")",
                                           R"("pool": "a")",
                                           R"("pool_slots": 0)",
                                           R"("weight_rule": "absolute")",
                                           R"("doc_md": {"lines": ["a"]})",
                                           R"("doc_md": {"lines": "a"})",
                                           R"("doc_md": 1)",
                                           R"("when": "ds == ''")",
                                           R"("when": 1)",
                                           R"("expand": {})",
                                           R"("expand": {"a": [1, "b"]})",
                                           R"("expand": {"a": "{{ [1] }}"})",
                                           R"("expand": {"a": "x"})",
                                           R"("expand": {"a": 1})",
                                           R"("expand": [{"b": [1]}, {"a": [2]}])",
                                           R"("expand": [{"b": [1], "a": [2]}])",
                                           R"("expand_zip": {"a": [], "b": [1]})",
                                           R"("max_map_length": 5)",
                                           R"("teardown": true)",
                                           R"("teardown": "yes")",
                                           R"("teardown": true, "on_failure_fail_dagrun": true)",
                                           R"("group": 1)",
                                           R"("max_map_length": 0)",
                                           R"("retry_jitter": 0.5)",
                                           R"("retry_jitter": -1)",
                                           R"("on_lost": "wait")",
                                           R"("max_active_tis_per_dag": 0)",
                                           R"("concurrency_key": "{{ ds }}")",
                                           R"("concurrency_key": "")",
                                           R"("concurrency_key": null)",
                                           R"("concurrency_key": 1)",
                                           R"("max_infrastructure_retries": -1)",
                                           R"("on_queued_timeout": "fail")",
                                           R"("on_queued_timeout": "x")",
                                           R"("depends_on_past": true)",
                                           R"("wait_for_downstream": "yes")",
                                           R"("outlets": ["s3://a/b", {"uri": "c"}])",
                                           R"("outlets": "s3://a/b")",
                                           R"("inlets": [{"uri": "c", "extra": {"a": 1}}])",
                                           R"("inlets": [{"name": "c"}])",
                                           R"("inlets": [""])",
                                           R"("inlets": [{"uri": "c", "x": 1}])",
                                           R"("with": {"command": "x"})",
                                           R"("typ": "x")"};
  for (const std::string& value : values) {
    const std::string command =
        value.find("command") == std::string::npos ? R"("command": "x", )" : R"("type": "shell", )";
    const std::string text = with_task(command + value);
    EXPECT_EQ(check_value(schema(), json::parse(text)).empty(), parse(text).dag != nullptr)
        << value;
  }
}

TEST(DagSchema, AgreesWithTheParserAboutTypes) {
  for (const char* keys :
       {R"("type": "sensor.time", "with": {"until": "2026-01-01"}, "timeout": "1h")",
        R"("type": "sensor.time", "with": {"until": "2026-01-01"}, "soft_fail": true)",
        R"("type": "sensor.time")",
        R"("type": "sensor.time", "with": {"at": "x"})",
        R"("type": "sensor.task", "with": {"dag_id": "x", "allowed_states": ["skipped"]})",
        R"("type": "sensor.task", "with": {"dag_id": "x", "allowed_states": ["running"]})",
        R"("type": "sensor.file", "with": {"path": "x", "stable_for": "30s", "min_size": "1KiB"},
           "poke_interval": "5s", "exponential_backoff": true, "timeout": "1h")",
        R"("type": "sensor.asset", "with": {"asset": "s3://x", "partition_key": "{{ ds }}"})",
        R"("type": "sensor.asset", "with": {"asset": {"uri": "x"}, "since": "2026-01-01"})",
        R"("type": "sensor.asset", "with": {"asset": "a b"})",
        R"("type": "sensor.asset")",
        R"("type": "sensor.file", "with": {"path": "x", "min_size": 12})",
        R"("type": "sensor.file", "with": {"path": "x", "min_size": "12 apples"})",
        R"("type": "sensor.file", "with": {"path": "x", "min_size": -1})",
        R"("type": "sensor.file", "with": {"path": ""})",
        R"("type": "sensor.file")",
        R"("type": "trigger_dag", "with": {"dag_id": "x", "wait": true, "conf": {"a": 1}})",
        R"("type": "trigger_dag", "with": {"dag_id": 1})",
        R"("type": "trigger_dag")",
        R"("type": "approval")",
        R"("type": "approval", "with": {"options": ["a"], "params": {"n": {"type": "integer"}},
           "assigned_to": ["ada"], "timeout": "1h", "subject": "s", "body": {"lines": ["x"]}})",
        R"("type": "approval", "with": {"options": []})"}) {
    const std::string text = with_task(keys);
    EXPECT_EQ(check_value(schema(), json::parse(text)).empty(), parse(text).dag != nullptr)
        << keys << check_value(schema(), json::parse(text)) << findings(parse(text));
  }
}

TEST(DagSchema, AgreesWithTheParserAboutTheDag) {
  const std::vector<std::string> values = {
      R"("schedule": null)",
      R"("schedule": "@daily")",
      R"("schedule": [])",
      R"("schedule": 5)",
      R"("schedule": {"every": "5m"})",
      R"("schedule": {"evry": "5m"})",
      R"("schedule": {"assets": {"all": ["a", "b"]}})",
      R"("schedule": {"assets": {"any": [{"uri": "a"}, {"all": ["b", "c"]}]}})",
      R"("schedule": {"assets": ["a"]})",
      R"("schedule": {"assets": {"all": []}})",
      R"("schedule": {"assets": {"all": ["a"], "any": ["b"]}})",
      R"("schedule": {"any": ["@daily", {"assets": {"any": ["a"]}}]})",
      R"("schedule": {"any": [{"assets": {"any": ["a"]}}, {"every": "5m"}]})",
      R"("schedule": {"any": ["@daily"]})",
      R"("schedule": {"any": [null, {"assets": {"any": ["a"]}}]})",
      R"("schedule": {"any": ["@continuous", {"assets": {"any": ["a"]}}]})",
      R"("catchup": true)",
      R"("catchup": "all")",
      R"("catchup": "x")",
      R"("dag_id": "a.b-c_1")",
      R"("dag_id": "..")",
      R"("dag_id": "a b")",
      R"("tags": ["a"])",
      R"("tags": [""])",
      R"("start_date": "2026-01-01")",
      R"("start_date": null)",
      R"("start_date": 1)",
      R"("params": {"a": {"type": "string"}})",
      R"("params": {"a-b": {}})",
      R"("params": {"a": 1})",
      R"("max_active_runs": 0)",
      R"("default_args": {"retries": 1})",
      R"("default_args": {"command": "x"})",
      R"("x": 1)",
      R"("calendar": {})",
      R"("runbook_url": "https://x")",
      R"("runbook_url": "x")"};
  for (const std::string& value : values) {
    const std::string text = "{" + value + R"(, "tasks": [{"task_id": "t", "command": "x"}]})";
    EXPECT_EQ(check_value(schema(), json::parse(text)).empty(), parse(text).dag != nullptr)
        << value;
  }
  for (const char* text :
       {"{}", R"({"tasks": []})", R"({"tasks": [{"command": "x"}]})",
        R"({"tasks": [{"task_id": "t"}]})", R"({"tasks": [{"task_id": "t", "type": "branch"}]})",
        R"({"tasks": [{"task_id": "t", "type": "noop", "with": {"a": 1}}]})", "[]"}) {
    EXPECT_NE(check_value(schema(), json::parse(text)), "") << text;
    EXPECT_FALSE(parse(text).dag) << text;
  }
}

}  // namespace
}  // namespace weft::test
