// The checker's view of the whole: what the scheduler and the tables hold.

#include <algorithm>
#include <iterator>

#include "tests/simulation/checker.h"
#include "tests/simulation/require.h"

namespace weft::sim {

namespace {

/// An edit stands in the middle of it.
bool is_edited(const Scheduler::State& s, RunId run) {
  return std::any_of(s.jobs.begin(), s.jobs.end(), [&](const auto& entry) {
    return entry.second.walk.run == run && entry.second.walk.begun;
  });
}

std::string awaited(const Scheduler::State& s, InstanceId id) {
  const Awaited* of = s.waits.awaited_by(id);
  return of == nullptr ? "" : ", though it waits for " + of->name + " of " + std::to_string(of->id);
}

}  // namespace

/// What an edit stood in the middle of before this step, and still does.
void Checker::note_edited(const Scheduler& scheduler) {
  std::set<RunId> now;
  for (const auto& [id, job] : scheduler.state().jobs)
    if (job.walk.begun) now.insert(job.walk.run);
  still_edited_.clear();
  std::set_intersection(now.begin(), now.end(), edited_.begin(), edited_.end(),
                        std::inserter(still_edited_, still_edited_.end()));
  edited_ = std::move(now);
}

/// Invariant 9: whatever is not over has somebody who will end it.
void Checker::owners(const Scheduler& scheduler) const {
  const Scheduler::State& s = scheduler.state();
  for (const auto& [id, run] : s.runs) {
    if (run->row.state != RunState::running || !run->row.materialized) continue;
    int unsettled = 0;
    for (const Instance& instance : run->instances) {
      const InstanceRow& row = instance.row;
      const auto what = [&, run_id = id] {
        return "instance " + row.task_id + " of run " + text(run_id) + " is " +
               text(name_of(row.state));
      };
      unsettled += !is_terminal(row.state);
      switch (row.state) {
        case TaskState::none:
          REQUIRE(!s.work.empty() || s.more_grants || is_edited(s, id) ||
                      (s.waits.waits(row.id) &&
                       (!past(row, *run->dag().find_task(row.task_id)).empty() ||
                        !runs_.contains(RunId{s.waits.awaited_by(row.id)->id}))) ||
                      ((run->ending.empty() || run->task_of(instance).teardown) &&
                       run->graph->verdict(instance.index).kind == RuleVerdict::Kind::wait),
                  what() + " and nobody will evaluate it" + awaited(s, row.id));
          break;
        case TaskState::scheduled:
          REQUIRE(s.admission.waits(row.id), what() + " and asks for no slot");
          break;
        case TaskState::queued:
        case TaskState::running: {
          const ActiveAttempt* attempt = s.attempts.find(row.attempt);
          REQUIRE(attempt != nullptr, what() + " without a live attempt");
          REQUIRE(s.attempts.session(attempt->row.session) != nullptr, what() + " in no session");
          break;
        }
        case TaskState::restarting: {
          const ActiveAttempt* attempt = s.attempts.find(row.attempt);
          REQUIRE(attempt != nullptr && attempt->cancel, what() + " and nobody ends its attempt");
          break;
        }
        case TaskState::deferred:
        case TaskState::up_for_reschedule:
          REQUIRE(waits_well(scheduler, *run, instance), what() + " and nobody looks again");
          break;
        case TaskState::up_for_retry:
          REQUIRE(row.retry_at.has_value(), what() + " without a time");
          break;
        default: break;
      }
    }
    REQUIRE(unsettled == run->unsettled, "run " + text(id) + " counts " +
                                             std::to_string(run->unsettled) + " unsettled, has " +
                                             std::to_string(unsettled));
    REQUIRE(unsettled > 0 || !run->growing.empty() || !s.work.empty() || is_edited(s, id),
            "run " + text(id) + " has nothing left to do and is not over; held " +
                std::to_string(run->held) + ", ending \"" + run->ending + "\", swept " +
                std::to_string(run->swept.value) + ", live " + std::to_string(run->live_attempts));
  }
}

/// By the clock, in a list, or for a person.
bool Checker::waits_well(const Scheduler& scheduler, const ActiveRun& run,
                         const Instance& instance) const {
  const Scheduler::State& s = scheduler.state();
  const Task& task = run.task_of(instance);
  if (!s.work.empty() || task.type == TaskType::approval) return true;
  if (task.type == TaskType::sensor_time || is_poked(task.type))
    return instance.row.retry_at.has_value();
  const Awaited* awaited = s.waits.awaited_by(instance.row.id);
  if (awaited == nullptr) return false;
  if (awaited->kind == Awaited::Kind::run_end) {
    const auto run_awaited = runs_.find(RunId{awaited->id});
    if (run_awaited == runs_.end()) return true;  // it just went: a timer tells of it
    return !is_terminal(run_awaited->second.state) || task.type == TaskType::sensor_task;
  }
  return true;
}

/// Invariant 8: slots in use are those of live attempts, neither more nor less.
void Checker::capacities(const Scheduler& scheduler) const {
  const Scheduler::State& s = scheduler.state();
  for (const auto& [name, used] : pool_used_) {
    const Limit* limit = s.admission.find_limit({LimitName::Kind::pool, name});
    auto deferred = pool_deferred_.find(name);
    REQUIRE((limit == nullptr ? 0 : limit->deferred) ==
                (deferred == pool_deferred_.end() ? 0 : deferred->second),
            "pool " + name + " counts other deferred ones than there are");
    REQUIRE((limit == nullptr ? 0 : limit->used) == used,
            "pool " + name + " counts " + std::to_string(limit == nullptr ? 0 : limit->used) +
                " in use, live attempts hold " + std::to_string(used));
  }
  for (const auto& [id, session] : s.attempts.sessions())
    REQUIRE(static_cast<int>(session.leases.size()) <= session.slots || session.free() < 0,
            "session " + id + " has more leases than slots");
}

void Checker::compare(const Snapshot& snapshot) const {
  assets_.compare(snapshot);
  std::size_t active = 0;
  for (const RunSnapshot& run : snapshot.runs) {
    auto known = runs_.find(run.run.id);
    REQUIRE(known != runs_.end(), "the tables hold run " + run.run.run_id + " that never was");
    REQUIRE(known->second.state == run.run.state, "run " + run.run.run_id + " differs in state");
    for (const InstanceRow& row : run.instances) {
      const Known& instance = instances_.at(row.id);
      REQUIRE(instance.by_events == row.state && instance.row.try_number == row.try_number &&
                  instance.row.attempt == row.attempt && instance.row.map_index == row.map_index &&
                  instance.row.failures == row.failures,
              "instance " + text(row.id) + " differs between tables and events");
    }
    for (const OutputsWritten& written : run.outputs)
      REQUIRE(*written.values == outputs_of(written.instance),
              "outputs of instance " + text(written.instance) + " differ");
    for (const AttemptRow& row : run.active_attempts) {
      ++active;
      REQUIRE(attempts_.at(row.id).state == row.state, "attempt " + text(row.id) + " differs");
    }
  }
  std::size_t expected = 0;
  for (const auto& [id, attempt] : attempts_) expected += !is_terminal(attempt.state);
  REQUIRE(active == expected, "the tables hold " + std::to_string(active) +
                                  " live attempts, the events say " + std::to_string(expected));
  std::size_t runs_expected = 0, runs_found = 0;
  for (const auto& [id, run] : runs_) runs_expected += !is_terminal(run.state);
  for (const RunSnapshot& run : snapshot.runs) runs_found += !is_terminal(run.run.state);
  REQUIRE(runs_expected == runs_found, "active runs differ between tables and events");
  REQUIRE(snapshot.jobs.size() == jobs_.size(), "jobs differ between tables and changes");
  REQUIRE(snapshot.dags.size() == dags_.size(), "DAGs differ between tables and changes");
  for (const auto& named : acknowledged_) {
    if (gone_.contains(named)) continue;
    const auto& dag_id = named.first;
    const auto& run_id = named.second;
    const bool there = std::any_of(runs_.begin(), runs_.end(), [&](const auto& run) {
      return run.second.run_id == run_id && dags_.at(run.second.dag).dag_id == dag_id;
    });
    REQUIRE(there, "the acknowledged run " + run_id + " of " + dag_id + " is lost");
  }
}

/// What a run waits for, in a line.
static std::string stuck(const Scheduler& scheduler, RunId id) {
  const ActiveRun* run = scheduler.state().find_run(id);
  if (run == nullptr) return "it is not in memory";
  std::string what = std::string(name_of(run->row.state));
  const std::string& dag_id = run->facts->dag_id;
  Now now;
  now.wall = std::max(run->row.queued_at, run->row.run_after);
  for (const Instance& instance : run->instances) {
    what += ", " + instance.row.task_id + " " + std::string(name_of(instance.row.state));
    const auto why = scheduler.explain_task(dag_id, run->row.run_id, instance.row.task_id,
                                            instance.row.map_index, now);
    if (!why) continue;
    for (const Reason& reason : why->reasons) what += " [" + reason.message + "]";
  }
  const auto why = scheduler.explain_run(dag_id, run->row.run_id);
  if (why)
    for (const Reason& reason : why->reasons) what += " [" + reason.message + "]";
  return what;
}

void Checker::at_rest(const Scheduler& scheduler) const {
  for (const auto& [id, run] : runs_)
    REQUIRE(is_terminal(run.state), "run " + text(id) + " never ended: " + stuck(scheduler, id));
  for (const auto& [id, attempt] : attempts_)
    REQUIRE(is_terminal(attempt.state), "attempt " + text(id) + " never ended");
  for (const auto& [name, used] : pool_used_)
    REQUIRE(used == 0, "pool " + name + " leaks " + std::to_string(used));
  REQUIRE(scheduler.state().runs.empty(), "runs stay in memory");
  REQUIRE(scheduler.state().attempts.active().empty(), "attempts stay in memory");
  for (const auto& [name, limit] : scheduler.state().admission.limits())
    REQUIRE(name.kind == LimitName::Kind::pool, "limit " + name.name + " stays in memory");
  REQUIRE(scheduler.state().jobs.empty() && jobs_.empty(), "a job never ended");
  REQUIRE(deleting_.size() == gone_dags_.size(), "a DAG was never deleted whole");
  for (const auto& [id, known] : instances_)
    REQUIRE(is_terminal(known.by_events) || (left_open_ && known.by_events == TaskState::none),
            "instance " + text(id) + " never ended");
  backfills_at_rest();
}

}  // namespace weft::sim
