// What a DAG's schedule makes now: the runs whose ticks are due, and word of those that were
// dropped.

#include <algorithm>

#include "server/core/scheduler/calendar.h"
#include "server/core/scheduler/step.h"

namespace weft {
namespace {

constexpr int ticks_per_step = 16;
constexpr Duration between_continuous = std::chrono::seconds(1);

/// What was dropped, and the words that bring it back.
std::string dropped_detail(const Dag& dag, const DroppedTicks& dropped) {
  const auto date = [&](Instant tick) {
    return format_instant_z(logical_date_of(dag, interval_of(dag, tick)));
  };
  return nlohmann::json{{"from", format_instant(dropped.from)},
                        {"to", format_instant(dropped.to)},
                        {"count", dropped.count},
                        {"count_is_exact", dropped.count_is_exact},
                        {"backfill", "weft backfill create " + dag.id + " --from " +
                                         date(dropped.from) + " --to " + date(dropped.to)}}
      .dump();
}

NewRun scheduled_run(const Dag& dag, Instant tick) {
  NewRun what;
  what.type = RunType::scheduled;
  what.by = TriggeredBy::timetable;
  what.data_interval = interval_of(dag, tick);
  what.logical_date = logical_date_of(dag, *what.data_interval);
  what.run_after = tick;
  what.run_id = "scheduled__" + format_instant(*what.logical_date);
  what.params = resolve_params(dag, nlohmann::json::object()).value_or(nlohmann::json::object());
  return what;
}

}  // namespace

void Step::wake_schedule(const DagState& dag, Duration after) {
  s.timers.at_steady(now.steady + after, {Timer::Kind::tick, dag.row.key.value});
}

void Step::drop_ticks(const DagState& dag, const DroppedTicks& dropped) {
  EventRow row;
  row.kind = EventRow::Kind::ticks_dropped;
  row.dag = dag.row.key;
  row.detail = dropped_detail(*dag.spec, dropped);
  event(std::move(row));
}

/// "@once": its single run.
void Step::run_once(DagState& dag) {
  const Instant at = dag.spec->start_date.value_or(now.wall);
  if (at > now.wall) return s.timers.at_wall(at, {Timer::Kind::tick, dag.row.key.value});
  dag.row.once_done = true;
  touch(dag);
  if (!logical_date_taken(dag, at)) create_run(dag, scheduled_run(*dag.spec, at));
}

/// "@continuous": the next run, when none is there. The cursor is the end of the last one.
void Step::run_continuous(DagState& dag) {
  const Dag& spec = *dag.spec;
  if (!dag.queued.empty() || !dag.running.empty()) return;
  if (dag.row.cursor && *dag.row.cursor > now.wall) {  // the clock was set back
    dag.row.cursor = now.wall;
    touch(dag);
  }
  if (spec.end_date && now.wall > *spec.end_date) return;
  if (spec.start_date && *spec.start_date > now.wall)
    return s.timers.at_wall(*spec.start_date, {Timer::Kind::tick, dag.row.key.value});
  const Duration since = dag.row.cursor ? now.wall - *dag.row.cursor : between_continuous;
  if (since < between_continuous) return wake_schedule(dag, between_continuous - since);
  dag.row.cursor = now.wall;
  touch(dag);
  if (logical_date_taken(dag, now.wall)) return wake_schedule(dag, between_continuous);
  create_run(dag, scheduled_run(spec, now.wall));
}

/// Makes the runs whose ticks are due. At most as many scheduled runs are queued as may run at
/// once: the rest of a catch-up is made when these start.
void Step::run_schedule(DagState& dag) {
  const Dag& spec = *dag.spec;
  if (dag.row.is_paused || dag.row.is_stale || s.stopping) return;
  if (spec.schedule.once && !dag.row.once_done) return run_once(dag);
  if (spec.schedule.continuous) return run_continuous(dag);
  if (!spec.timetable || !dag.row.cursor) return;
  if (const auto back = cursor_set_back(spec, *dag.row.cursor, now.wall)) {
    dag.row.cursor = back;
    dag.armed.reset();
    touch(dag);
  }
  const auto window = std::max(1, spec.max_active_runs);
  for (int made = 0; dag.scheduled_queued < window; ++made) {
    if (made >= ticks_per_step) return wake_schedule(dag);
    DueTick due = due_tick(spec, *dag.row.cursor, now.wall, dag.armed);
    if (due.wake_at) {
      if (dag.armed != due.wake_at)
        s.timers.at_wall(*due.wake_at, {Timer::Kind::tick, dag.row.key.value});
      dag.armed = due.wake_at;
      return;
    }
    if (!due.cursor) return;
    const bool overlaps = static_cast<int>(dag.running.size()) >= window;
    if (due.tick && overlaps && spec.on_overlap == OnOverlap::skip) {
      if (!due.dropped) due.dropped = DroppedTicks{*due.tick, *due.tick, 0, true};
      due.dropped->to = *due.tick;
      ++due.dropped->count;
      due.tick.reset();
    }
    if (due.dropped) drop_ticks(dag, *due.dropped);
    dag.row.cursor = due.cursor;
    touch(dag);
    if (!due.tick) continue;
    NewRun what = scheduled_run(spec, *due.tick);
    if (logical_date_taken(dag, *what.logical_date)) continue;
    if (overlaps && spec.on_overlap == OnOverlap::cancel_running) {
      const auto running = dag.running;
      for (const RunId id : running)
        if (ActiveRun* run = s.find_run(id)) end_early(*run, "cancelled: overlapped");
    }
    create_run(dag, std::move(what));
  }
}

/// Cursors ahead of it come along (run_schedule), timers are set anew.
void Step::clock_set_back() {
  for (auto& [key, dag] : s.dags) {
    dag.armed.reset();
    wake_schedule(dag);
  }
}

}  // namespace weft
