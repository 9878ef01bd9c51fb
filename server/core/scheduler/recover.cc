// A start, or a rebuild after a failed commit: everything active, from what the storage holds.
// What can be derived is derived (counters, slots in use, ready order), never stored.

#include <algorithm>

#include "base/check.h"
#include "server/core/scheduler/calendar.h"
#include "server/core/scheduler/step.h"

namespace weft {
namespace {

void recover_dags(Step& step, const Snapshot& snapshot) {
  Scheduler::State& s = step.s;
  for (const DagRow& row : snapshot.dags) {
    DagState& dag = s.dags[row.key];
    dag.row = row;
    s.dag_by_id[row.dag_id] = row.key;
    if (!row.is_stale) s.dag_by_file[{row.bundle, row.path}] = row.key;
  }
  for (const VersionRow& version : snapshot.versions) {
    auto dag = s.dags.find(version.dag);
    if (dag != s.dags.end() && dag->second.row.current_version == version.id)
      dag->second.spec = version.spec;
  }
  for (auto& [key, dag] : s.dags)
    WEFT_CHECK_MSG(dag.spec != nullptr, "a DAG without its current version");
  for (const ImportErrorRow& row : snapshot.import_errors)
    s.import_errors[{row.bundle, row.path}] = row;
}

void recover_pools(Step& step, const Snapshot& snapshot) {
  Scheduler::State& s = step.s;
  for (const PoolRow& pool : snapshot.pools) s.pools[pool.name] = pool;
  if (!s.pools.contains("default_pool"))
    s.pools["default_pool"] = {"default_pool", 128, false, "The pool of tasks that name none"};
  for (const auto& [name, pool] : s.pools) {
    s.admission.set_capacity({LimitName::Kind::pool, name}, pool.slots);
    s.admission.set_counts_deferred({LimitName::Kind::pool, name}, pool.include_deferred);
  }
}

/// Before the runs, which count with them.
void recover_backfills(Step& step, const Snapshot& snapshot) {
  for (const BackfillRow& row : snapshot.backfills) {
    BackfillState& backfill = step.s.backfills[row.id];
    backfill.row = row;
    for (const VersionRow& version : snapshot.versions)
      if (version.id == row.version) backfill.spec = version.spec;
    WEFT_CHECK_MSG(backfill.spec != nullptr, "a backfill without its version");
    step.wake_backfill(backfill);
  }
}

Session& recover_session(Step& step, const std::string& id, const WorkerRow& worker) {
  Session session;
  session.id = id;
  session.worker = worker.id;
  session.slots = worker.slots;
  session.queues = worker.queues;
  session.drained = worker.is_drained;
  session.last_seen = step.now.steady;
  // Nothing is declared lost before a full lease has passed.
  session.lease_until = step.now.steady + step.s.config.lease;
  Session& added = step.s.attempts.add_session(std::move(session));
  step.arm_session(added, step.now.steady + step.s.config.unreachable_after);
  return added;
}

void recover_attempt(Step& step, ActiveRun& run, const AttemptRow& row) {
  Scheduler::State& s = step.s;
  const auto instance = std::find_if(run.instances.begin(), run.instances.end(),
                                     [&](const Instance& i) { return i.row.id == row.instance; });
  WEFT_CHECK_MSG(instance != run.instances.end(), "an attempt without its instance");
  ActiveAttempt attempt;
  attempt.row = row;
  attempt.may_run = true;
  attempt.instance = instance->index;
  attempt.on_lost = run.task_of(*instance).on_lost;
  attempt.detached = is_terminal(instance->row.state);
  const bool ends = run.has_ended_for(run.task_of(*instance));
  attempt.cancel = attempt.detached || ends || instance->row.state == TaskState::restarting ||
                   instance->row.reason == cancelled_reason;
  Session* session = s.attempts.session(row.session);
  if (session == nullptr) {
    const WorkerRow* worker = s.find_worker(row.worker);
    WEFT_CHECK_MSG(worker != nullptr, "an attempt without its worker");
    const std::string current = worker->session;
    session = &recover_session(step, row.session, *worker);
    session->replaced = current != row.session;
    if (session->replaced)  // the newer one stays the worker's own
      if (Session* newer = s.attempts.session(current)) s.attempts.add_session(*newer);
    session = s.attempts.session(row.session);
  }
  s.attempts.add(std::move(attempt));
  ++run.live_attempts;
  s.admission.restore(step.demand_of(run, *instance));
}

void recover_instances(Step& step, ActiveRun& run) {
  Scheduler::State& s = step.s;
  const Now now = step.now;
  for (const Instance& instance : run.instances) {
    if (instance.row.state == TaskState::scheduled) step.demand(run, instance);
    if (instance.row.state == TaskState::deferred ||
        instance.row.state == TaskState::up_for_reschedule) {
      step.arm_waiting(run, instance);
      s.work.push_back({run.row.id, instance.index});  // looks again
    }
    if (instance.row.state == TaskState::up_for_retry) {
      const Duration left = instance.row.retry_at.value_or(now.wall) - now.wall;
      const Duration most = run.task_of(instance).retry.max_delay;
      s.timers.at_steady(
          now.steady + std::clamp(left, Duration{}, most * 2),
          {Timer::Kind::retry, run.row.id.value, instance.index.value, instance.row.try_number});
    }
  }
}

void recover_run(Step& step, const RunSnapshot& snapshot) {
  Scheduler::State& s = step.s;
  ActiveRun& run = step.adopt(snapshot);
  DagState& dag = s.dags.at(run.row.dag);
  s.admission.set_capacity({LimitName::Kind::run, std::to_string(run.row.id.value)},
                           run.dag().max_active_tasks);
  for (const AttemptRow& attempt : snapshot.active_attempts) recover_attempt(step, run, attempt);
  if (run.row.state == RunState::queued) {
    // One that was due when it was made stays due, whatever a clock says that was set back since.
    if (run.row.run_after > step.now.wall && run.row.run_after > run.row.queued_at) {
      dag.waiting.emplace(run.row.run_after, run.row.id);
      s.timers.at_wall(run.row.run_after, {Timer::Kind::run_after, dag.row.key.value});
    } else {
      step.enqueue(dag, run.row);
    }
    step.asset_run_queued(dag, run.row);
  } else if (run.row.state == RunState::running) {
    step.running_beside(dag, run.row).insert(run.row.id);
    recover_instances(step, run);
    s.work.push_back({run.row.id, InstanceIndex{-1}});  // goes on making and evaluating instances
    const Duration limit = run.dag().dagrun_timeout;
    const Duration spent = step.now.wall - run.row.started_at.value_or(step.now.wall);
    step.arm_run_timeout(run, std::clamp(limit - spent, Duration{}, limit));
  }
}

void recover_job(Step& step, const JobRow& row) {
  Job job{row, {}, walk_from_json(row.cursor)};
  if (row.kind == JobRow::Kind::edit) {
    job.edit = edit_from_json(row.spec);
    ActiveRun* begun = step.s.find_run(job.walk.run);
    if (begun != nullptr && job.walk.begun) begun->held = true;
  }
  if (row.kind == JobRow::Kind::delete_run) {
    if (!row.run) job.before = from_micros(row.spec.at("before"));
    const RunId begun = row.run ? row.run : job.walk.run;
    if (begun) step.s.deleting.insert(begun);
  }
  if (row.kind == JobRow::Kind::delete_dag) step.hide(step.s.dags.at(row.dag));
  step.s.jobs.emplace(row.id, std::move(job));
}

void recover_assets(Step& step, const Snapshot& snapshot) {
  Scheduler::State& s = step.s;
  for (const AssetRow& row : snapshot.assets) {
    s.assets[row.id].row = row;
    s.asset_by_uri[row.uri] = row.id;
  }
  for (auto& [key, dag] : s.dags) {
    for (const AssetSpec& asset : dag.spec->assets)
      dag.assets.ids.push_back(s.asset_by_uri.at(asset.uri));
    std::vector<AssetIndex> awaited;
    if (dag.spec->asset_schedule) dag.spec->asset_schedule->collect(awaited);
    for (const AssetIndex index : awaited)
      s.assets.at(dag.assets.ids[static_cast<std::size_t>(index.value)]).consumers.insert(key);
  }
  for (const AssetQueuedRow& row : snapshot.asset_queue) {
    AssetQueue& queue = s.dags.at(row.dag).assets;
    queue.rows[row.partition_key][row.asset] = row;
    ++queue.size;
  }
}

}  // namespace

void recover(Scheduler::State& state, const Snapshot& snapshot, Now now) {
  Changes none;
  Step step(state, now, none);
  state.ids = snapshot.highest;
  recover_dags(step, snapshot);
  recover_pools(step, snapshot);
  for (const WorkerRow& worker : snapshot.workers) {
    state.workers[worker.name] = worker;
    state.worker_names[worker.id] = worker.name;
    if (worker.state != WorkerRow::State::lost && worker.state != WorkerRow::State::gone)
      recover_session(step, worker.session, worker);
  }
  recover_assets(step, snapshot);
  recover_backfills(step, snapshot);
  for (const RunSnapshot& run : snapshot.runs) recover_run(step, run);
  for (const JobRow& job : snapshot.jobs) recover_job(step, job);
  state.work.put_off();
  for (auto& [key, dag] : state.dags) {
    // Ticks and queued runs go on with the first timers: recovery itself decides nothing.
    step.wake_schedule(dag);
    state.timers.at_steady(now.steady, {Timer::Kind::run_after, key.value});
    step.check_assets(dag);
  }
  WEFT_CHECK_MSG(none.rows.empty() && none.effects.empty(), "recovery must change nothing");
}

}  // namespace weft
