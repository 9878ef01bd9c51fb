// Why is this not running? Answered from the same predicates that schedule.

#include <algorithm>

#include "server/core/scheduler/past.h"
#include "server/core/scheduler/step.h"
#include "server/core/scheduler/waiting.h"

namespace weft {
namespace {

using nlohmann::json;

Reason reason(std::string code, std::string message, json data = json::object()) {
  return {std::move(code), std::move(message), std::move(data)};
}

std::string count_of(std::size_t n, const std::string& noun) {
  return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

void explain_backfill_run(const BackfillState& backfill, const ActiveRun& run,
                          std::vector<Reason>& reasons) {
  const BackfillRow& row = backfill.row;
  const std::string name = "backfill " + std::to_string(row.id.value);
  if (row.is_paused) {
    reasons.push_back(reason("backfill_paused", name + ", which it belongs to, is paused",
                             {{"backfill_id", row.id.value}}));
    return;
  }
  const auto ahead =
      std::distance(backfill.queued.begin(), backfill.queued.find(queue_position(run.row)));
  reasons.push_back(reason(
      "backfill_max_active_runs",
      count_of(backfill.running.size(), "run") + " of " + name +
          (backfill.running.size() == 1 ? " is" : " are") + " active and its max_active_runs is " +
          std::to_string(row.max_active_runs) + "; " +
          count_of(static_cast<std::size_t>(ahead), "queued run") + " before it",
      {{"backfill_id", row.id.value}, {"max_active_runs", row.max_active_runs}, {"ahead", ahead}}));
}

/// The position of a queued run among those of its DAG that wait.
void explain_queued_run(const Scheduler::State& s, const DagState& dag, const ActiveRun& run,
                        std::vector<Reason>& reasons) {
  if (dag.waiting.contains({run.row.run_after, run.row.id})) {
    reasons.push_back(reason("run_after", "it starts at " + format_instant(run.row.run_after),
                             {{"run_after", format_instant(run.row.run_after)}}));
    return;
  }
  if (const BackfillState* backfill = s.find_backfill(run.row.backfill))
    return explain_backfill_run(*backfill, run, reasons);
  const std::size_t ahead = static_cast<std::size_t>(
      std::distance(dag.queued.begin(), dag.queued.find(queue_position(run.row))));
  json running = json::array();
  for (const RunId id : dag.running) {
    if (running.size() >= 10) break;
    if (const ActiveRun* other = s.find_run(id)) running.push_back(other->row.run_id);
  }
  reasons.push_back(reason(
      "max_active_runs",
      count_of(dag.running.size(), "run") + " of the DAG " +
          (dag.running.size() == 1 ? "is" : "are") + " active and max_active_runs is " +
          std::to_string(dag.spec->max_active_runs) + "; " + count_of(ahead, "queued run") +
          " before it",
      {{"max_active_runs", dag.spec->max_active_runs}, {"active", running}, {"ahead", ahead}}));
}

void explain_waiting_rule(const ActiveRun& run, const Instance& instance,
                          std::vector<Reason>& reasons) {
  const Task& task = run.task_of(instance);
  json unfinished = json::array();
  std::string names;
  std::vector<TaskIndex> before = task.upstream;
  before.insert(before.end(), task.between.begin(), task.between.end());
  for (const TaskIndex upstream : before) {
    for (const InstanceIndex index : run.graph->upstreams(instance.index, upstream)) {
      const Instance& other = run.instance(index);
      if (is_terminal(other.row.state) || unfinished.size() >= 10) continue;
      const std::string& id = run.dag().task(upstream).id;
      names +=
          (names.empty() ? "" : ", ") + id + " (" + std::string(name_of(other.row.state)) + ")";
      unfinished.push_back({{"task_id", id}, {"state", name_of(other.row.state)}});
    }
  }
  for (const TaskIndex upstream : before) {
    const std::int32_t group = run.dag().task(upstream).group;
    if (!run.graph->is_held(group) || group == task.group) continue;
    const std::string& id = run.dag().groups[static_cast<std::size_t>(group)].id;
    reasons.push_back(reason("group_unfinished",
                             "the group \"" + id +
                                 "\" may run again: what comes after it waits "
                                 "until it is over",
                             {{"group", id}}));
    if (unfinished.empty()) return;
    break;
  }
  const UpstreamCounts& counts = run.graph->counts(instance.index);
  reasons.push_back(
      reason("upstream_unfinished",
             "trigger rule " + std::string(name_of(task.trigger_rule)) + " waits for " + names,
             {{"trigger_rule", name_of(task.trigger_rule)},
              {"unfinished", unfinished},
              {"total", counts.total},
              {"success", counts.success},
              {"skipped", counts.skipped},
              {"failed", counts.failed},
              {"upstream_failed", counts.upstream_failed}}));
}

Reason explain_limit(const Scheduler::State& s, const Task& task, const Blocker& blocker) {
  const std::string use = std::to_string(blocker.used) + " of " + std::to_string(blocker.capacity) +
                          " in use, it needs " + std::to_string(blocker.asked);
  json data = {{"used", blocker.used}, {"capacity", blocker.capacity}, {"asked", blocker.asked}};
  switch (blocker.limit.kind) {
    case LimitName::Kind::pool:
      data["pool"] = task.pool;
      if (!s.pools.contains(task.pool))
        return reason("unknown_pool", "there is no pool \"" + task.pool + "\": create it", data);
      if (blocker.asked > blocker.capacity)
        return reason("pool_too_small", "pool \"" + task.pool + "\" can never hold it: " + use,
                      data);
      return reason("pool_full", "pool \"" + task.pool + "\" is full: " + use, data);
    case LimitName::Kind::run:
      return reason("max_active_tasks", "max_active_tasks of the run: " + use, data);
    case LimitName::Kind::task_in_dag:
      return reason("max_active_tis_per_dag", "max_active_tis_per_dag: " + use, data);
    case LimitName::Kind::key:
      data["concurrency_key"] = blocker.limit.name;
      return reason("concurrency_key",
                    "concurrency_key \"" + blocker.limit.name + "\" is held: " + use, data);
    case LimitName::Kind::task_in_run:
      return reason("max_active_tis_per_dagrun", "max_active_tis_per_dagrun: " + use, data);
  }
  return reason("limit", use, data);
}

/// Workers of the queue that a person has taken out of work, the first few.
std::vector<std::string> drained_workers(const Scheduler::State& s, const std::string& queue) {
  constexpr std::size_t enough = 3;
  std::vector<std::string> names;
  for (const auto& [id, session] : s.attempts.sessions()) {
    if (!session.drained || session.unreachable || session.replaced ||
        std::find(session.queues.begin(), session.queues.end(), queue) == session.queues.end())
      continue;
    if (const WorkerRow* worker = s.find_worker(session.worker)) names.push_back(worker->name);
    if (names.size() == enough) break;
  }
  return names;
}

/// Nobody takes what is in this queue; that is no riddle where the workers are there and drained.
Reason explain_no_worker(const Scheduler::State& s, const std::string& queue) {
  const auto drained = drained_workers(s, queue);
  std::string message = "no worker that is online serves queue \"" + queue + "\"";
  for (const std::string& name : drained)
    message += (&name == &drained.front() ? "; drained: \"" : ", \"") + name + "\"";
  return reason("no_worker", message, {{"queue", queue}, {"drained", drained}});
}

/// The limit would hold it, but has been kept from a larger one for too long.
Reason explain_behind(const Task& task, const Blocker& blocker) {
  const bool is_pool = blocker.limit.kind == LimitName::Kind::pool;
  json data = {{"used", blocker.used}, {"capacity", blocker.capacity}, {"asked", blocker.asked}};
  if (is_pool) data["pool"] = task.pool;
  return reason("kept_for_larger",
                "what is free of " +
                    (is_pool ? "pool \"" + task.pool + "\"" : std::string("its limit")) + " (" +
                    std::to_string(blocker.used) + " of " + std::to_string(blocker.capacity) +
                    " in use) is kept for a task that needs more and was passed over too long",
                std::move(data));
}

void explain_scheduled(const Scheduler::State& s, const Task& task, const Instance& instance,
                       Now now, std::vector<Reason>& reasons) {
  for (const Blocker& blocker : s.admission.blockers(instance.row.id, now.steady)) {
    switch (blocker.kind) {
      case Blocker::Kind::limit: reasons.push_back(explain_limit(s, task, blocker)); break;
      case Blocker::Kind::no_worker: reasons.push_back(explain_no_worker(s, blocker.queue)); break;
      case Blocker::Kind::no_free_slot:
        reasons.push_back(reason("no_free_slot",
                                 "all slots of the workers of queue \"" + blocker.queue +
                                     "\" are taken; " + count_of(blocker.ahead, "other task") +
                                     " waiting there",
                                 {{"queue", blocker.queue}, {"waiting", blocker.ahead}}));
        break;
      case Blocker::Kind::behind: reasons.push_back(explain_behind(task, blocker)); break;
    }
  }
  if (reasons.empty())
    reasons.push_back(reason("next", "it is handed out with the next step of the scheduler"));
}

/// Its worker has it.
void explain_handed(Scheduler::State& s, const Instance& instance, Now now,
                    std::vector<Reason>& reasons) {
  const ActiveAttempt* attempt = s.attempts.find(instance.row.attempt);
  if (attempt == nullptr) return;
  const WorkerRow* worker = s.find_worker(attempt->row.worker);
  const Session* session = s.attempts.session(attempt->row.session);
  const std::string name = worker != nullptr ? worker->name : "?";
  if (session != nullptr && session->unreachable) {
    const auto left =
        std::chrono::duration_cast<std::chrono::seconds>(session->lease_until - now.steady);
    const bool is_lost = left.count() <= 0 && attempt->on_lost == OnLost::wait;
    reasons.push_back(
        is_lost ? reason("worker_lost",
                         "worker \"" + name +
                             "\" has it and is lost; it says on_lost: wait, so it goes on when the "
                             "worker is back, or when somebody cancels, clears or marks it",
                         {{"worker", name}})
                : reason("worker_unreachable",
                         "worker \"" + name + "\" has it and is silent; it is declared lost in " +
                             std::to_string(std::max<std::int64_t>(0, left.count())) + " s",
                         {{"worker", name}, {"lease_seconds_left", left.count()}}));
  } else if (instance.row.state == TaskState::queued) {
    reasons.push_back(reason("handed_to_worker",
                             "worker \"" + name + "\" has it and has not said yet that it started",
                             {{"worker", name}}));
  }
}

/// What it waits for in the run before; none when it goes on with the next step.
Reason explain_past(const PastBlock& block) {
  std::string name = "task \"" + block.task_id + "\"";
  if (block.map_index >= 0) name += "[" + std::to_string(block.map_index) + "]";
  const std::string state(name_of(block.state));
  const bool over = is_terminal(block.state);
  return reason(block.downstream ? "wait_for_downstream" : "depends_on_past",
                name + " of the run before, \"" + block.run_id + "\", is " + state +
                    "; it must be success or skipped" + (over ? ": clear it or mark it" : ""),
                {{"run_id", block.run_id},
                 {"task_id", block.task_id},
                 {"map_index", block.map_index},
                 {"state", state}});
}

}  // namespace

static Result<const ActiveRun*> active_run(const Scheduler::State& s, std::string_view dag_id,
                                           std::string_view run_id) {
  const DagState* dag = s.find_dag(dag_id);
  if (dag == nullptr) return fail(ErrorCode::not_found, "no DAG \"" + std::string(dag_id) + "\"");
  auto it = dag->by_run_id.find(std::string(run_id));
  if (it != dag->by_run_id.end()) return s.find_run(it->second);
  if (!s.history.run_by_id(dag->row.key, run_id))
    return fail(ErrorCode::not_found,
                "DAG \"" + std::string(dag_id) + "\" has no run \"" + std::string(run_id) + "\"");
  return nullptr;
}

Result<Explanation> Scheduler::explain_run(std::string_view dag_id, std::string_view run_id) const {
  const State& s = *state_;
  TRY_ASSIGN(const ActiveRun* run, active_run(s, dag_id, run_id));
  if (run == nullptr) return Explanation{"", {}};
  Explanation explanation{std::string(name_of(run->row.state)), {}};
  if (run->row.state == RunState::queued)
    explain_queued_run(s, s.dags.at(run->row.dag), *run, explanation.reasons);
  if (!run->ending.empty())
    explanation.reasons.push_back(reason("ending", "it is being ended: " + run->ending));
  return explanation;
}

Result<Explanation> Scheduler::explain_task(std::string_view dag_id, std::string_view run_id,
                                            std::string_view task_id, int map_index,
                                            Now now) const {
  State& s = *state_;
  TRY_ASSIGN(const ActiveRun* run, active_run(s, dag_id, run_id));
  if (run == nullptr) return Explanation{"", {}};
  const Task* task = run->dag().find_task(task_id);
  const bool made = task != nullptr && run->has(InstanceIndex{task->index.value});
  const Instance* found = made ? run->find_instance(task->index, map_index) : nullptr;
  if (task == nullptr || (made ? found == nullptr : map_index != -1))
    return fail(ErrorCode::not_found, "run \"" + std::string(run_id) +
                                          "\" has no task instance \"" + std::string(task_id) +
                                          "\" with map_index " + std::to_string(map_index));
  if (!made) {
    Explanation explanation{"none", {}};
    if (run->row.state == RunState::queued)
      explain_queued_run(s, s.dags.at(run->row.dag), *run, explanation.reasons);
    else
      explanation.reasons.push_back(reason("run_is_starting", "its run is being started"));
    return explanation;
  }
  const Instance& instance = *found;
  Explanation explanation{std::string(name_of(instance.row.state)), {}};
  auto& reasons = explanation.reasons;
  switch (instance.row.state) {
    case TaskState::none:
      if (!run->ending.empty())
        reasons.push_back(reason("ending", "its run is being ended: " + run->ending));
      else if (run->row.state == RunState::queued)
        explain_queued_run(s, s.dags.at(run->row.dag), *run, reasons);
      else if (run->held)
        reasons.push_back(reason("being_edited",
                                 "its run is being cleared or marked in slices; it goes on when "
                                 "that is done"));
      else if (run->graph->verdict(instance.index).kind == RuleVerdict::Kind::wait)
        explain_waiting_rule(*run, instance, reasons);
      else if (const auto block = past_block(s, *run, instance))
        reasons.push_back(explain_past(*block));
      else
        reasons.push_back(reason("next", "it goes on with the next step of the scheduler"));
      break;
    case TaskState::scheduled: explain_scheduled(s, *task, instance, now, reasons); break;
    case TaskState::queued:
    case TaskState::running: explain_handed(s, instance, now, reasons); break;
    case TaskState::deferred:
    case TaskState::up_for_reschedule: explain_waiting(s, *run, instance, reasons); break;
    case TaskState::up_for_retry:
      if (instance.row.retry_at)
        reasons.push_back(reason("up_for_retry",
                                 "try " + std::to_string(instance.row.try_number) + " failed (" +
                                     instance.row.reason + "); the next one starts at " +
                                     format_instant(*instance.row.retry_at),
                                 {{"retry_at", format_instant(*instance.row.retry_at)},
                                  {"try_number", instance.row.try_number}}));
      break;
    case TaskState::restarting:
      reasons.push_back(reason("restarting",
                               "it was cleared while it ran: its attempt is being ended, then it "
                               "begins anew",
                               {{"try_number", instance.row.try_number}}));
      break;
    default: break;
  }
  return explanation;
}

}  // namespace weft
