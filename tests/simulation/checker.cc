#include "tests/simulation/checker.h"

#include <algorithm>
#include <cstdio>

#include "server/core/scheduler/transition.h"
#include "tests/simulation/require.h"
#include "tests/simulation/rule_table.h"

namespace weft::sim {
namespace {

/// Is there any cause for this pair? Terminal is final but for what a person does.
bool is_known(TaskState from, TaskState to) {
  return std::any_of(transitions().begin(), transitions().end(),
                     [&](const Transition& t) { return t.from == from && t.to == to; });
}

bool holds_slot(AttemptState state) {
  return !is_terminal(state);
}

}  // namespace

void Checker::rolled_back() {
  for (auto it = undo_.rbegin(); it != undo_.rend(); ++it) (*it)();
  undo_.clear();
  edited_.clear();
  assets_.rolled_back();
}

void Checker::hash(std::uint64_t value) {
  trace_ = (trace_ ^ value) * 1099511628211ULL;
}

const Dag& Checker::dag_of(RunId run) const {
  return *versions_.at(runs_.at(run).version);
}

const Task& Checker::task_of(const InstanceRow& row) const {
  const Task* task = dag_of(row.run).find_task(row.task_id);
  REQUIRE(task != nullptr, "instance of an unknown task " + row.task_id);
  return *task;
}

void Checker::step(const Command& command, const Applied& applied, const Scheduler& scheduler) {
  ++report_.steps;
  report_.rows += static_cast<std::int64_t>(applied.changes.rows.size());
  begin_step(command);
  note_edited(scheduler);
  if (std::holds_alternative<DeleteTask>(command) && applied.answer)
    ++report_.commands["task forgotten"];
  for (const Effect& effect : applied.changes.effects)
    if (const auto* cancel = std::get_if<CancelRequested>(&effect))
      cancel_requested_.insert(cancel->attempt);
  // Rows first: events speak about them, and runs about their backfill.
  for (const Change& change : applied.changes.rows)
    if (const auto* row = std::get_if<BackfillRow>(&change)) see(*row);
  for (const Change& change : applied.changes.rows) {
    if (const auto* row = std::get_if<RunRow>(&change)) see(*row);
    if (const auto* row = std::get_if<DagRow>(&change)) see(*row);
    if (const auto* row = std::get_if<VersionRow>(&change)) see(*row);
    if (const auto* row = std::get_if<InstanceRow>(&change)) see(*row);
    if (const auto* row = std::get_if<PoolRow>(&change)) see(*row);
    if (const auto* row = std::get_if<PoolDeleted>(&change)) see(*row);
    if (const auto* row = std::get_if<WorkerRow>(&change)) see(*row);
    if (const auto* row = std::get_if<JobRow>(&change)) see(*row);
    if (const auto* row = std::get_if<AssetRow>(&change)) see(*row);
    if (const auto* row = std::get_if<AssetEventRow>(&change)) see(*row);
    if (const auto* row = std::get_if<ApprovalAnswered>(&change)) see(*row);
  }
  for (const Change& change : applied.changes.rows) {
    if (const auto* row = std::get_if<AttemptRow>(&change)) see(*row);
    if (const auto* row = std::get_if<EventRow>(&change)) see(*row);
    if (const auto* row = std::get_if<MappingRow>(&change)) see(*row);
    if (const auto* row = std::get_if<InstanceDeleted>(&change)) see(*row);
    if (const auto* row = std::get_if<RunDeleted>(&change)) see(*row);
    if (const auto* row = std::get_if<DagDeleted>(&change)) see(*row);
    if (const auto* row = std::get_if<OutputsWritten>(&change)) see(*row);
    if (const auto* row = std::get_if<OutputRow>(&change)) see(*row);
    if (const auto* row = std::get_if<OutputDeleted>(&change)) see(*row);
  }
  for (const Change& change : applied.changes.rows)
    if (const auto* row = std::get_if<InstanceRow>(&change)) {
      const Known& known = instances_.at(row->id);
      REQUIRE(known.by_events == row->state,
              "instance " + text(row->id) + " is " + text(name_of(row->state)) +
                  " but its events say " + text(name_of(known.by_events)));
      REQUIRE(row->failures == known.failures,
              "instance " + text(row->id) + " counts " + std::to_string(row->failures) +
                  " failures, its attempts had " + std::to_string(known.failures));
      REQUIRE(row->losses == known.losses,
              "instance " + text(row->id) + " counts " + std::to_string(row->losses) +
                  " losses, its attempts had " + std::to_string(known.losses));
    }
  for (const Effect& effect : applied.changes.effects)
    if (const auto* granted = std::get_if<LeaseGranted>(&effect)) lease(*granted);
  ticks_passed(applied.changes);
  assets_.step(command, applied.changes, edit_, scheduler);
  owners(scheduler);
  capacities(scheduler);
  backfill_limits(scheduler);
}

void Checker::see(const VersionRow& row) {
  REQUIRE(!versions_.contains(row.id), "version " + text(row.id) + " was made twice");
  put(versions_, row.id, row.spec);
}
void Checker::see(const PoolRow& row) {
  put(pools_, row.name, std::int64_t{row.slots});
  put(counts_deferred_, row.name, row.include_deferred);
}
void Checker::see(const PoolDeleted& row) {
  put(pools_, row.name, std::int64_t{0});
  put(counts_deferred_, row.name, false);
}

void Checker::see(const RunRow& row) {
  hash(static_cast<std::uint64_t>(row.id.value) * 31 + static_cast<std::uint64_t>(row.state));
  auto known = runs_.find(row.id);
  if (known == runs_.end()) {
    ++report_.runs;
    untold_.insert(row.id);
    if (row.type == RunType::backfill) backfilled(row);
    if (row.logical_date) {
      const auto key = std::make_pair(row.dag, *row.logical_date);
      REQUIRE(!dates_.contains(key),
              "two runs of one DAG with logical_date " + format_instant(*row.logical_date));
      put(dates_, key, row.id);
    }
  } else {
    REQUIRE(
        known->second.version == row.version || (edit_ && is_terminal(known->second.state) &&
                                                 row.version == dags_.at(row.dag).current_version),
        "run " + row.run_id + " changed its version");
    REQUIRE(!is_terminal(known->second.state) || known->second.state == row.state || edit_,
            "run " + row.run_id + " left a terminal state");
    // It was over, or on its way there.
    const bool ended = is_terminal(known->second.state) || !known->second.reason.empty();
    if (ended && !is_terminal(row.state) && row.reason.empty()) put(reopened_, row.id, true);
  }
  put(runs_, row.id, row);
}

void Checker::see(const InstanceRow& row) {
  Known known;
  if (auto it = instances_.find(row.id); it != instances_.end()) {
    known = it->second;
    REQUIRE(known.row.map_index == row.map_index || known.row.map_index < 0,
            "instance " + text(row.id) + " changed its map index");
  } else if (row.map_index > 0) {
    made_.insert(row.id);
  }
  known.before = std::exchange(known.row, row);
  put(instances_, row.id, known);
  auto members = by_task_[{row.run, row.task_id}];
  if (members.insert(row.id).second) put(by_task_, std::pair(row.run, row.task_id), members);
}

void Checker::see(const AttemptRow& row) {
  auto known = attempts_.find(row.id);
  const std::string pool = task_of(instances_.at(row.instance).row).pool;
  const std::int64_t slots = task_of(instances_.at(row.instance).row).pool_slots;
  const std::string run = text(row.run);
  if (known == attempts_.end() && is_terminal(row.state)) {
    // A try that no worker had: it took nothing.
    REQUIRE(row.worker.value == 0 && (row.state == AttemptState::success || !row.error.empty()),
            "attempt " + text(row.id) + " was over when it was made");
  } else if (known == attempts_.end()) {
    put(pool_used_, pool, pool_used_[pool] + slots);
    put(run_used_, run, run_used_[run] + 1);
    granted(row);
  } else {
    REQUIRE(!is_terminal(known->second.state), "attempt " + text(row.id) + " got a second outcome");
    if (!holds_slot(row.state)) {
      put(pool_used_, pool, pool_used_[pool] - slots);
      put(run_used_, run, run_used_[run] - 1);
    }
  }
  put(attempts_, row.id, row);
}

/// Limits at the moment of a grant (invariant 8), and one live attempt per instance.
void Checker::granted(const AttemptRow& row) {
  const InstanceRow& instance = instances_.at(row.instance).row;
  const Task& task = task_of(instance);
  in_pool(task);
  REQUIRE(run_used_[text(row.run)] <= dag_of(row.run).max_active_tasks,
          "run " + text(row.run) + " exceeds max_active_tasks");
  keys(row, instance, task);
  REQUIRE(!drained_[row.worker], "worker " + text(row.worker) + " is drained and gets more");
  int of_task = 0;
  for (const auto& [id, attempt] : attempts_) {
    if (is_terminal(attempt.state) || attempt.run.value == 0) continue;
    REQUIRE(attempt.instance != row.instance,
            "instance " + text(row.instance) + " has two live attempts");
    const InstanceRow& other = instances_.at(attempt.instance).row;
    if (other.task_id == instance.task_id &&
        runs_.at(other.run).dag == runs_.at(instance.run).dag &&
        task_of(other).max_active_tis_per_dag > 0)  // a version without the limit isn't counted
      ++of_task;
  }
  if (task.max_active_tis_per_dag > 0)
    REQUIRE(of_task + 1 <= task.max_active_tis_per_dag, "max_active_tis_per_dag exceeded");
}

void Checker::lease(const LeaseGranted& lease) {
  auto attempt = attempts_.find(lease.attempt);
  REQUIRE(attempt != attempts_.end(), "a lease without an attempt row");
  const RunRow& run = runs_.at(attempt->second.run);
  REQUIRE(lease.facts->dag->hash == versions_.at(run.version)->hash,
          "run " + run.run_id + " executes another version than it started with");
  map_of(lease, instances_.at(attempt->second.instance).row);
  outputs_of(lease, run);
}

void Checker::see(const EventRow& row) {
  if (report_.verbose)
    std::printf("%s event %lld kind %d run %lld instance %lld attempt %lld: %d -> %d %s\n",
                format_instant(row.at).c_str(), static_cast<long long>(row.id),
                static_cast<int>(row.kind), static_cast<long long>(row.run.value),
                static_cast<long long>(row.instance.value),
                static_cast<long long>(row.attempt.value), row.from, row.to, row.detail.c_str());
  hash(static_cast<std::uint64_t>(row.id));
  hash(static_cast<std::uint64_t>(to_micros(row.at)));
  hash(static_cast<std::uint64_t>(row.instance.value) * 64 +
       static_cast<std::uint64_t>(row.kind) * 16 + row.to);
  if (row.kind == EventRow::Kind::run_state) untold_.erase(row.run);
  if (row.kind == EventRow::Kind::task_state) return task_event(row);
  if (row.kind == EventRow::Kind::attempt_state) {
    Known known = instances_.at(row.instance);
    known.last_outcome = static_cast<AttemptState>(row.to);
    known.last_exit_code = attempts_.at(row.attempt).exit_code;
    known.has_outcome = true;
    put(instances_, row.instance, known);
  }
}

void Checker::task_event(const EventRow& event) {
  Known known = instances_.at(event.instance);
  const auto from = static_cast<TaskState>(event.from), to = static_cast<TaskState>(event.to);
  ++report_.transitions[text(name_of(from)) + " -> " + text(name_of(to))];
  REQUIRE(known.by_events == from, "an event says that instance " + text(event.instance) + " was " +
                                       text(name_of(from)) + ", it was " +
                                       text(name_of(known.by_events)));
  REQUIRE(is_known(from, to),
          "illegal transition " + text(name_of(from)) + " -> " + text(name_of(to)));
  REQUIRE(!is_terminal(from) || edit_ || is_end(event) || from == TaskState::removed ||
              event.detail.ends_with(" runs again"),
          "instance " + text(event.instance) + " left " + text(name_of(from)) +
              " without a person's command");
  if (from == TaskState::deferred) {
    const Task& deferred = task_of(known.row);
    put(pool_deferred_, deferred.pool, pool_deferred_[deferred.pool] - deferred.pool_slots);
  }
  if (began_anew(event, known)) return put(instances_, event.instance, known);
  const Task& task = task_of(known.row);
  if (from == TaskState::none && to == TaskState::scheduled)
    REQUIRE(!still_edited_.contains(event.run),
            task.id + " of run " + text(event.run) + " begins in the middle of an edit");
  if (from == TaskState::none) left_none(event, known, task);
  if (to == TaskState::queued) begins_try(known, task);
  if (from == TaskState::queued || from == TaskState::running) ended_try(event, known, task);
  if (from == TaskState::scheduled && needs_worker(task.type)) left_scheduled(event, known, task);
  if (!needs_worker(task.type)) left_waiting(event, known, task);
  known.by_events = to;
  known.has_outcome = false;
  put(instances_, event.instance, known);
}

/// Invariant 6, by counting anew.
void Checker::left_none(const EventRow& event, const Known& known, const Task& task) {
  const RunRow& run = runs_.at(known.row.run);
  const Dag& dag = dag_of(known.row.run);
  if (event.detail == left_out_by_backfill)
    return REQUIRE(left_out(run, task), task.id + " was left out of run " + text(run.id));
  if (task.teardown) return teardown_left_none(event, known, task);
  bool after_branch = false;
  const Seen seen = seen_by(known.row, task, task.upstream, after_branch);
  const bool mapped = dag.mapping_of(task) != nullptr;
  const auto to = static_cast<TaskState>(event.to);
  const bool ending = !run.reason.empty() || edit_;
  const bool no_map = mapped && to == TaskState::failed;  // whatever was before
  // An element that its map lacks now is removed, whatever it would have to wait for.
  const bool goes_on =
      to != TaskState::skipped && to != TaskState::upstream_failed && to != TaskState::removed;
  if (!ending && !no_map && goes_on) {
    const std::string block = past(known.row, task);
    REQUIRE(block.empty(), task.id + " of run " + text(run.id) + " goes on though " + block);
  }
  const std::string what = task.id + " of run " + text(run.id) + " (" +
                           text(name_of(task.trigger_rule)) + ") went to " + text(name_of(to)) +
                           " with S=" + std::to_string(seen.s) + " K=" + std::to_string(seen.k) +
                           " F=" + std::to_string(seen.f) + " U=" + std::to_string(seen.u) +
                           " N=" + std::to_string(seen.n);
  if (is_terminal(to) && maps_with_group(event, known, task)) return;
  if (to == TaskState::skipped)
    REQUIRE(ending || may_set(task.trigger_rule, seen, to) || after_branch ||
                ((task.when || mapped) && may_run(task.trigger_rule, seen)),
            what);
  else if (to == TaskState::upstream_failed)
    REQUIRE(may_set(task.trigger_rule, seen, to) || (mapped && may_run(task.trigger_rule, seen)),
            what);
  else if (to == TaskState::removed)
    REQUIRE(known.row.map_index > 0, what);
  else
    REQUIRE(ending || may_run(task.trigger_rule, seen), what);
}

/// Invariant 7: what an outcome costs.
void Checker::ended_try(const EventRow& event, Known& known, const Task& task) {
  const auto to = static_cast<TaskState>(event.to);
  if (to == TaskState::running) return;
  const RunRow& run = runs_.at(known.row.run);
  const bool ended = is_end(event);
  const AttemptState outcome = known.last_outcome;
  if (is_poked(task.type) && poked(event, known, task)) return;
  const std::string what = task.id + " of run " + text(run.id) + " went to " + text(name_of(to)) +
                           " after an attempt that was " + text(name_of(outcome)) + " with " +
                           std::to_string(known.failures) + " failures and " +
                           std::to_string(known.losses) + " losses before";
  if (to == TaskState::success || to == TaskState::skipped) {
    REQUIRE(ended || outcome ==
                         (to == TaskState::success ? AttemptState::success : AttemptState::skipped),
            what);
    return;
  }
  if (ended) {
    REQUIRE(to == TaskState::failed || to == TaskState::success, what + " (ended)");
    return;
  }
  if (outcome == AttemptState::lost) {
    const bool burns = known.losses >= task.max_infrastructure_retries;
    ++known.losses;
    if (!burns) return REQUIRE(to == TaskState::scheduled, what);
  } else {
    REQUIRE(outcome == AttemptState::failed || outcome == AttemptState::timed_out, what);
  }
  ++known.failures;
  const bool exited = outcome == AttemptState::failed && known.last_exit_code >= 0;
  const auto& only = task.retry.retry_on_exit_codes;
  const bool retryable = !exited || only.empty() ||
                         std::find(only.begin(), only.end(), known.last_exit_code) != only.end();
  const bool retries = known.failures <= task.retry.retries && retryable;
  REQUIRE(to == (retries ? TaskState::up_for_retry : TaskState::failed), what);
}

/// A poke that found nothing, and whether it was the last: by its time since the first one.
bool Checker::poked(const EventRow& event, Known& known, const Task& task) const {
  const auto to = static_cast<TaskState>(event.to);
  // Of rows only the last of a step is seen: after this poke its group may have begun anew.
  const auto since =
      known.before.started_at ? known.before.started_at : attempts_.at(event.attempt).started_at;
  const Instant looked = attempts_.at(event.attempt).ended_at.value_or(event.at);
  const bool is_up = looked - since.value_or(looked) >= task.timeout;
  if (to == TaskState::up_for_reschedule) {
    REQUIRE(known.last_outcome == AttemptState::rescheduled,
            task.id + " looks again, yet it was " + text(name_of(known.last_outcome)));
    REQUIRE(!is_up, task.id + " looks again though its time is up");
    known.losses = 0;
    return true;
  }
  if (!event.detail.starts_with("timeout: ")) return false;
  REQUIRE(is_up, task.id + " gave up before its time");
  REQUIRE(to == (task.soft_fail ? TaskState::skipped : TaskState::failed),
          task.id + " timed out and went to " + text(name_of(to)));
  known.failures += task.soft_fail ? 0 : 1;
  return true;
}

void Checker::execution_began(AttemptId attempt, const std::string& instance) {
  ++report_.executions;
  if (report_.verbose)
    std::printf("execution of attempt %lld of %s begins\n", static_cast<long long>(attempt.value),
                instance.c_str());
  REQUIRE(executed_.insert(attempt).second, "attempt " + text(attempt) + " was executed twice");
  auto [it, alone] = executing_.emplace(instance, attempt);
  REQUIRE(alone, "attempts " + text(it->second) + " and " + text(attempt) + " of " + instance +
                     " run at the same time");
  REQUIRE(attempts_.contains(attempt),
          "attempt " + text(attempt) + " was executed but never recorded");
}

void Checker::execution_ended(AttemptId attempt, const std::string& instance) {
  if (report_.verbose)
    std::printf("execution of attempt %lld of %s ends\n", static_cast<long long>(attempt.value),
                instance.c_str());
  auto it = executing_.find(instance);
  if (it != executing_.end() && it->second == attempt) executing_.erase(it);
}

void Checker::acknowledged(const std::string& dag_id, const std::string& run_id) {
  acknowledged_.emplace(dag_id, run_id);
}

}  // namespace weft::sim
