#pragma once

// Rows for tests of the storage: each valid, each with a value in every field.

#include "server/core/dag/parse.h"
#include "server/core/scheduler/change.h"

namespace weft::test {

inline Instant at(std::int64_t seconds) {
  return from_micros(seconds * 1'000'000 + 123'456);
}

inline std::shared_ptr<const Dag> dag_spec(const std::string& id = "orders") {
  ParseInput input;
  input.path = id + ".dag.json";
  input.text = R"({"dag_id": ")" + id + R"(", "owner": "data", "tags": ["a", "b"],
    "schedule": "30 5 * * *", "description": "Orders",
    "tasks": [{"task_id": "extract", "command": "true"},
              {"task_id": "load", "command": "true", "depends_on": ["extract"]}]})";
  return parse_dag(input).dag;
}

inline DagRow dag_row(std::int64_t key = 1, const std::string& id = "orders") {
  DagRow row;
  row.key = DagKey{key};
  row.dag_id = id;
  row.bundle = "main";
  row.path = id + ".dag.json";
  row.current_version = VersionId{key};
  row.cursor = at(500);
  row.version_count = 1;
  row.consecutive_failures = 2;
  row.last_parsed = at(100);
  return row;
}

inline VersionRow version_row(std::int64_t id = 1, std::shared_ptr<const Dag> spec = dag_spec()) {
  return {VersionId{id}, DagKey{id}, 1, at(100), std::move(spec)};
}

inline RunRow run_row(std::int64_t id, RunState state = RunState::running) {
  RunRow row;
  row.id = RunId{id};
  row.dag = DagKey{1};
  row.version = VersionId{1};
  row.run_id = "manual__" + std::to_string(id);
  row.triggered_by = TriggeredBy::cli;
  row.state = state;
  row.logical_date = at(id * 1000);
  row.data_interval = DataInterval{at(id * 1000 - 100), at(id * 1000)};
  row.run_after = at(id * 1000);
  row.queued_at = at(id * 1000 + 1);
  row.started_at = at(id * 1000 + 2);
  if (is_terminal(state)) row.ended_at = at(id * 1000 + 3);
  row.conf = {{"mode", "full"}};
  row.params = {{"mode", "full"}, {"n", 3}};
  row.note = "a note";
  row.actor = "ada";
  row.materialized = true;
  return row;
}

inline InstanceRow instance_row(std::int64_t id, std::int64_t run,
                                TaskState state = TaskState::none,
                                const std::string& task = "extract") {
  InstanceRow row;
  row.id = InstanceId{id};
  row.run = RunId{run};
  row.task_id = task;
  row.state = state;
  row.updated_at = at(7);
  row.concurrency_key = "erp-north";
  return row;
}

inline AttemptRow attempt_row(std::int64_t id, std::int64_t instance, std::int64_t run,
                              AttemptState state = AttemptState::queued) {
  AttemptRow row;
  row.id = AttemptId{id};
  row.instance = InstanceId{instance};
  row.run = RunId{run};
  row.state = state;
  row.worker = WorkerId{1};
  row.session = "s-1";
  row.queued_at = at(10);
  if (is_terminal(state)) row.ended_at = at(12);
  return row;
}

inline EventRow task_event(std::int64_t id, std::int64_t instance, TaskState from, TaskState to) {
  EventRow row;
  row.id = id;
  row.at = at(20);
  row.kind = EventRow::Kind::task_state;
  row.dag = DagKey{1};
  row.run = RunId{1};
  row.instance = InstanceId{instance};
  row.from = static_cast<std::uint8_t>(from);
  row.to = static_cast<std::uint8_t>(to);
  return row;
}

}  // namespace weft::test
