// The checker's view of what people do to runs that have begun: clears, marks, deletions, jobs.

#include "tests/simulation/checker.h"
#include "tests/simulation/require.h"

namespace weft::sim {

/// A backfill that runs again what is over clears it with the steps in which it goes on.
bool Checker::may_rerun(const Command& command) const {
  if (const auto* create = std::get_if<CreateBackfill>(&command))
    return create->reprocess != ReprocessBehavior::none;
  if (!std::holds_alternative<FireTimers>(command) &&
      !std::holds_alternative<PauseBackfill>(command))
    return false;
  for (const auto& [id, backfill] : backfills_)
    if (!backfill.completed_at && backfill.reprocess != ReprocessBehavior::none) return true;
  return false;
}

void Checker::begin_step(const Command& command) {
  edit_ = std::holds_alternative<CancelBackfill>(command) || may_rerun(command) ||
          std::holds_alternative<MarkRun>(command) || std::holds_alternative<CancelTask>(command) ||
          std::holds_alternative<EditTasks>(command) ||
          (std::holds_alternative<FireTimers>(command) && !jobs_.empty());
  untold_.clear();
  made_.clear();
  if (const auto* edit = std::get_if<EditTasks>(&command)) left_open_ |= !edit->edit.reset_runs;
}

/// Was it ended on purpose? The event says so in the words of the run or of the person.
bool Checker::is_end(const EventRow& event) const {
  const std::string& detail = event.detail;
  if (detail.empty()) return false;
  if (detail == runs_.at(event.run).reason) return true;
  for (const char* words : {"cancelled", "marked ", "fail_fast: ", "timed out: dagrun_timeout"})
    if (detail.starts_with(words)) return true;
  return false;
}

/// Cleared, removed, or back after the end of an attempt that outlived a clear.
bool Checker::began_anew(const EventRow& event, Known& known) {
  const auto from = static_cast<TaskState>(event.from), to = static_cast<TaskState>(event.to);
  const std::string what = "instance " + text(event.instance);
  const bool again = event.detail.ends_with(" runs again");  // its group does
  const bool is_there = dag_of(known.row.run).find_task(known.row.task_id) != nullptr;
  // Mapped anew over fewer elements.
  if (to == TaskState::removed && from == TaskState::none && is_there) return false;
  if (to == TaskState::none && event.detail == waits_for_upstreams) {
    return known.by_events = to, true;  // the next try waits; what it had is not forgotten
  } else if (to == TaskState::none && from == TaskState::removed && !edit_) {
    return known.by_events = to, true;  // mapped anew over more
  } else if (to == TaskState::removed) {
    REQUIRE(edit_ && !is_there, what + " was removed");
  } else if (to == TaskState::restarting) {
    REQUIRE(edit_ || again, what + " restarts though nobody cleared it");
    const AttemptRow& attempt = attempts_.at(event.attempt);
    REQUIRE(!is_terminal(attempt.state), what + " restarts without a live attempt");
  } else if (to == TaskState::none) {
    REQUIRE(edit_ || again || from == TaskState::restarting,
            what + " began anew though nobody cleared it");
    for (const auto& [id, attempt] : attempts_)
      REQUIRE(attempt.instance != event.instance || is_terminal(attempt.state),
              what + " began anew while an attempt lives");
  } else {
    return false;
  }
  ++report_.begun_anew;
  if (to != TaskState::removed) known.failures = known.losses = 0;
  known.by_events = to;
  return true;
}

void Checker::see(const JobRow& row) {
  ++report_.commands["job slice"];
  if (row.state != JobRow::State::running) return drop(jobs_, row.id);
  const auto known = jobs_.find(row.id);
  // What was deleted is gone, however often it is looked for.
  if (known != jobs_.end() && row.kind == JobRow::Kind::edit)
    REQUIRE(row.changed == known->second.changed || row.cursor != known->second.cursor,
            "job " + text(row.id) + " would do its last slice again after a restart");
  put(jobs_, row.id, row);
}

/// One that is being deleted keeps its name here: its runs were told under it.
void Checker::see(const DagRow& row) {
  note_cursor(row);
  hash(static_cast<std::uint64_t>(row.current_version.value));
  REQUIRE(!gone_dags_.contains(row.key), "DAG " + text(row.key) + " was deleted");
  DagRow kept = row;
  const auto known = dags_.find(row.key);
  if (known != dags_.end() && known->second.dag_id != row.dag_id) {
    deletion_began(row);
    kept.dag_id = known->second.dag_id;
  }
  put(dags_, row.key, kept);
  for (const auto& [key, dag] : dags_)
    REQUIRE(key == row.key || deleting_.contains(key) || deleting_.contains(row.key) ||
                dag.dag_id != kept.dag_id,
            "two DAGs are called " + kept.dag_id);
}

void Checker::deletion_began(const DagRow& row) {
  const std::string what = "DAG " + text(row.key) + " is being deleted ";
  REQUIRE(row.is_stale && row.dag_id == "deleted/" + text(row.key), what + "under its name");
  for (const auto& [id, run] : runs_)
    REQUIRE(run.dag != row.key || is_terminal(run.state), what + "though a run is not over");
  for (const auto& [id, attempt] : attempts_)
    REQUIRE(is_terminal(attempt.state) || runs_.at(attempt.run).dag != row.key,
            what + "though an attempt lives");
  for (const auto& [id, backfill] : backfills_)
    REQUIRE(backfill.dag != row.key || backfill.completed_at, what + "with a backfill");
  put(deleting_, row.key, true);
}

void Checker::see(const DagDeleted& row) {
  ++report_.commands["DAG gone"];
  REQUIRE(deleting_.contains(row.key), "DAG " + text(row.key) + " went at once");
  for (const auto& [id, run] : runs_)
    REQUIRE(run.dag != row.key, "run " + run.run_id + " outlives its DAG");
  const auto drop_all = [&](auto& map) {
    for (auto it = map.begin(); it != map.end();) {
      const auto one = it++;
      const auto key = one->first;
      if (one->second.dag == row.key) drop(map, key);
    }
  };
  drop_all(backfills_);
  drop_all(jobs_);
  drop(dags_, row.key);
  put(gone_dags_, row.key, true);
}

void Checker::see(const OutputsWritten& row) {
  if (row.values && row.values->is_object() && !row.values->empty())
    put(outputs_, row.instance, *row.values);
  else
    drop(outputs_, row.instance);
}

void Checker::see(const OutputRow& row) {
  REQUIRE(is_terminal(instances_.at(row.instance).by_events),
          "an output of instance " + text(row.instance) + " was changed before its end");
  nlohmann::json values = outputs_of(row.instance);
  values[row.key] = *row.value;
  put(outputs_, row.instance, values);
}

void Checker::see(const OutputDeleted& row) {
  nlohmann::json values = outputs_of(row.instance);
  REQUIRE(values.erase(row.key) == 1, "an output was deleted that was not there");
  if (values.empty())
    drop(outputs_, row.instance);
  else
    put(outputs_, row.instance, values);
}

nlohmann::json Checker::outputs_of(InstanceId instance) const {
  const auto known = outputs_.find(instance);
  return known == outputs_.end() ? nlohmann::json::object() : known->second;
}

/// What a lease says of tasks that are not mapped is what they wrote, or a person after them.
void Checker::outputs_of(const LeaseGranted& lease, const RunRow& run) const {
  if (lease.outputs == nullptr) return;
  for (const auto& [task_id, values] : lease.outputs->items()) {
    const auto members = by_task_.find({run.id, task_id});
    if (values.is_null() || members == by_task_.end() || members->second.size() != 1) continue;
    const Known& known = instances_.at(*members->second.begin());
    if (known.row.map_index >= 0) continue;
    REQUIRE(values == outputs_of(known.row.id),
            "run " + run.run_id + " reads other outputs of " + task_id + " than there are");
  }
}

void Checker::see(const InstanceDeleted& row) {
  drop(outputs_, row.id);
  const Known known = instances_.at(row.id);
  REQUIRE(is_terminal(known.by_events) || left_open_,
          "instance " + text(row.id) + " was deleted alive");
  for (auto it = attempts_.begin(); it != attempts_.end();) {
    const auto attempt = it++;
    if (attempt->second.instance != row.id) continue;
    REQUIRE(is_terminal(attempt->second.state), "a live attempt was deleted");
    drop(attempts_, AttemptId(attempt->first));
  }
  drop(by_task_, std::pair(known.row.run, known.row.task_id));
  drop(instances_, row.id);
}

void Checker::see(const RunDeleted& row) {
  const RunRow run = runs_.at(row.id);
  REQUIRE(is_terminal(run.state), "run " + run.run_id + " was deleted alive");
  for (const auto& [id, known] : instances_)
    REQUIRE(known.row.run != row.id, "an instance outlives its run " + run.run_id);
  if (run.logical_date) {
    drop(dates_, std::pair(run.dag, *run.logical_date));
    put(forgotten_dates_, std::pair(run.dag, *run.logical_date), true);
  }
  put(gone_, std::pair(dags_.at(run.dag).dag_id, run.run_id), true);
  drop(runs_, row.id);
}

}  // namespace weft::sim
