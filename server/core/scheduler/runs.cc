// The life of a run: made, queued, started, filled with its instances, over.

#include <algorithm>

#include "base/check.h"
#include "server/core/scheduler/past.h"
#include "server/core/scheduler/state_events.h"
#include "server/core/scheduler/step.h"
#include "server/core/scheduler/template_scope.h"

namespace weft {
bool is_backfill(const RunRow& run) {
  return run.type == RunType::backfill || run.backfill;
}

QueuedRun queue_position(const RunRow& run) {
  return {is_backfill(run), run.logical_date.value_or(run.run_after), run.id};
}

void Step::enqueue(DagState& dag, const RunRow& run) {
  if (BackfillState* backfill = s.find_backfill(run.backfill)) {
    backfill->queued.insert(queue_position(run));
    return;
  }
  dag.queued.insert(queue_position(run));
  if (run.type == RunType::scheduled) ++dag.scheduled_queued;
}

std::set<RunId>& Step::running_beside(DagState& dag, const RunRow& run) {
  BackfillState* backfill = s.find_backfill(run.backfill);
  return backfill != nullptr ? backfill->running : dag.running;
}

bool Step::logical_date_taken(const DagState& dag, Instant date) const {
  return dag.by_logical_date.contains(date) ||
         s.history.run_by_logical_date(dag.row.key, date).has_value();
}

ActiveRun& Step::create_run(DagState& dag, NewRun what) {
  auto run = std::make_unique<ActiveRun>();
  RunRow& row = run->row;
  row.id = RunId{++s.ids.run.value};
  row.dag = dag.row.key;
  row.version = what.version ? what.version : dag.row.current_version;
  row.run_id = std::move(what.run_id);
  row.type = what.type;
  row.triggered_by = what.by;
  row.logical_date = what.logical_date;
  row.data_interval = what.data_interval;
  row.run_after = what.run_after;
  row.queued_at = now.wall;
  row.conf = std::move(what.conf);
  row.params = std::move(what.params);
  row.note = std::move(what.note);
  row.actor = std::move(what.actor);
  row.backfill = what.backfill;
  row.partition_key = std::move(what.partition_key);
  row.triggered_through = std::move(what.triggered_through);

  auto facts = std::make_shared<RunFacts>();
  facts->dag = what.spec ? std::move(what.spec) : dag.spec;
  facts->dag_id = dag.row.dag_id;
  facts->bundle = dag.row.bundle;
  facts->run = row;
  std::vector<AssetConsumedRow> consumed;
  for (const AssetQueuedRow& events : what.events)
    consumed.push_back({row.id, row.dag, events.asset, events.partition_key, events.first_event,
                        events.last_event});
  if (reads_root(*facts->dag, "triggering_asset_events"))
    facts->triggering_asset_events = triggering_events(consumed);
  for (AssetConsumedRow& events : consumed) record(std::move(events));
  run->facts = std::move(facts);

  if (row.logical_date) wake_after(dag, *row.logical_date);
  ActiveRun& added = keep(std::move(run));
  if (added.row.logical_date) {
    wake({Awaited::Kind::run_made, to_micros(*added.row.logical_date), dag.row.dag_id});
  }
  touch(added);
  event(run_event(added.row, RunState::queued, RunState::queued, "created"));
  if (added.row.run_after > now.wall) {
    dag.waiting.emplace(added.row.run_after, added.row.id);
    s.timers.at_wall(added.row.run_after, {Timer::Kind::run_after, dag.row.key.value});
  } else {
    enqueue(dag, added.row);
  }
  asset_run_queued(dag, added.row);
  start_ready_runs(dag);
  return added;
}

void Step::start_ready_runs(DagState& dag) {
  while (!dag.waiting.empty() && dag.waiting.begin()->first <= now.wall) {
    ActiveRun& run = *s.runs.at(dag.waiting.begin()->second);
    dag.waiting.erase(dag.waiting.begin());
    enqueue(dag, run.row);
    if (const BackfillState* backfill = s.find_backfill(run.row.backfill)) wake_backfill(*backfill);
  }
  bool opened = false;
  const auto most = static_cast<std::size_t>(std::max(1, dag.spec->max_active_runs));
  while (!dag.queued.empty() && dag.running.size() < most) {
    const RunId id = dag.queued.begin()->run;
    dag.queued.erase(dag.queued.begin());
    ActiveRun& run = *s.runs.at(id);
    if (run.row.type == RunType::scheduled) {
      --dag.scheduled_queued;
      opened = true;
    }
    start_run(dag, run);
  }
  // The window of a catch-up has opened; a timer, since this may run inside run_schedule().
  if (opened && dag.spec->timetable) wake_schedule(dag);
}

void Step::start_run(DagState& dag, ActiveRun& run) {
  // Only now is it known how the runs before it ended.
  if (reads_root(run.dag(), "prev_")) {
    auto facts = std::make_shared<RunFacts>(*run.facts);
    facts->previous_success = success_before(s, dag, run.row);
    run.facts = std::move(facts);
  }
  running_beside(dag, run.row).insert(run.row.id);
  event(run_event(run.row, run.row.state, RunState::running));
  run.row.state = RunState::running;
  run.row.started_at = now.wall;
  run.row.ended_at.reset();
  touch(run);
  asset_run_started(dag, run.row);
  s.admission.set_capacity({LimitName::Kind::run, std::to_string(run.row.id.value)},
                           run.dag().max_active_tasks);
  arm_run_timeout(run, run.dag().dagrun_timeout);
  if (run.graph == nullptr) rebuild_graph(run);  // one that goes on after its end has it
  s.work.push_back({run.row.id, InstanceIndex{-1}});
}

/// Makes the next slice of instances; after the last one evaluates those that need no upstream.
void Step::materialize(ActiveRun& run) {
  const Dag& dag = run.dag();
  while (run.instances.size() < dag.tasks.size()) {
    if (is_spent()) return s.work.push_back({run.row.id, InstanceIndex{-1}});
    const Task& task = dag.tasks[run.instances.size()];
    make_instance(run, task, InstanceIndex{task.index.value}, -1);
  }
  if (!run.row.materialized) {
    if (run.row.backfill && !leave_out(run))
      return s.work.push_back({run.row.id, InstanceIndex{-1}});
    run.row.materialized = true;
    touch(run);
  }
  if (!grow(run)) return s.work.push_back({run.row.id, InstanceIndex{-1}});
  if (!run.ending.empty()) return sweep(run);
  for (const Instance& instance : run.instances)
    if (instance.row.state == TaskState::none &&
        run.graph->verdict(instance.index).kind != RuleVerdict::Kind::wait)
      s.work.push_back({run.row.id, instance.index});
  complete_if_settled(run);
}

void Step::complete_if_settled(ActiveRun& run) {
  if (run.row.state != RunState::running || !run.row.materialized || run.held) return;
  if (run.unsettled > 0 || !run.growing.empty()) return;
  if (!run.ending.empty() && run.has(run.swept)) return;
  finish_run(run, outcome_of(run));
}

RunState Step::outcome_of(const ActiveRun& run) const {
  if (run.ending == marked_success) return RunState::success;
  return run.failed_of_note > 0 || !run.ending.empty() ? RunState::failed : RunState::success;
}

void Step::finish_run(ActiveRun& run, RunState state) {
  DagState& dag = s.dags.at(run.row.dag);
  event(run_event(run.row, run.row.state, state, run.ending));
  run.row.state = state;
  run.row.ended_at = now.wall;
  run.row.failed_tasks = run.failed;
  run.row.reason = run.ending;
  touch(run);
  running_beside(dag, run.row).erase(run.row.id);
  if (const BackfillState* backfill = s.find_backfill(run.row.backfill)) wake_backfill(*backfill);
  dag.row.consecutive_failures = state == RunState::failed ? dag.row.consecutive_failures + 1 : 0;
  const int limit = dag.spec->max_consecutive_failed_dag_runs;
  if (limit > 0 && dag.row.consecutive_failures >= limit && !dag.row.is_paused) {
    dag.row.is_paused = true;
    dag.armed.reset();  // as a person's pause does
    EventRow row;
    row.kind = EventRow::Kind::dag_paused;
    row.dag = dag.row.key;
    row.detail = std::to_string(dag.row.consecutive_failures) + " runs failed in a row";
    event(std::move(row));
  }
  if (limit > 0 || dag.spec->schedule.continuous) {
    if (dag.spec->schedule.continuous) {
      dag.row.cursor = now.wall;
      wake_schedule(dag, std::chrono::seconds(1));
    }
    touch(dag);
  }
  retire(run);
  asset_run_started(dag, run.row);
  wake({Awaited::Kind::run_end, run.row.id.value, ""});
  start_ready_runs(dag);
}

void Step::retire(ActiveRun& run) {
  s.retiring.push_back(run.row.id);
}

}  // namespace weft
