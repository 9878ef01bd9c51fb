#include "server/core/scheduler/calendar.h"

#include <algorithm>

namespace weft {
namespace {

constexpr Duration tick_unit{1};
constexpr std::int64_t max_counted = 10'000;

std::optional<Instant> next_tick(const Dag& dag, Instant after) {
  auto tick = dag.timetable->next(after);
  if (tick && dag.end_date && *tick > *dag.end_date) return std::nullopt;
  return tick;
}

std::optional<Instant> latest_tick(const Dag& dag, Instant now) {
  const Instant end = dag.end_date ? std::min(now, *dag.end_date) : now;
  return dag.timetable->previous(end + tick_unit);
}

DroppedTicks dropped(const Dag& dag, Instant first, Instant last) {
  const auto count = dag.timetable->count(first, last, max_counted);
  return {first, last, count, count < max_counted};
}

/// The first of the newest `limit` ticks in [first, last].
Instant first_within_limit(const Dag& dag, Instant first, Instant last, int limit) {
  Instant tick = last;
  for (int i = 1; i < limit && tick > first; ++i) {
    auto before = dag.timetable->previous(tick);
    if (!before) break;
    tick = *before;
  }
  return std::max(first, tick);
}

}  // namespace

std::optional<Instant> initial_cursor(const Dag& dag, Instant now,
                                      std::optional<Instant> previous) {
  if (!dag.timetable) return previous;
  // Of a schedule that had no tick at all: the one that has some begins afresh.
  if (previous == Instant::max()) previous.reset();
  std::optional<Instant> first_start;  // the first tick that may start an interval
  if (dag.start_date) {
    first_start = dag.timetable->next(*dag.start_date - tick_unit);
    if (!first_start) return Instant::max();
  }
  if (dag.catchup == Catchup::all) {
    if (previous) return first_start ? std::max(*previous, *first_start) : *previous;
    if (first_start) return first_start;
  }
  Instant cursor = dag.timetable->previous(now + tick_unit).value_or(now);
  if (previous) cursor = std::max(cursor, *previous);
  return first_start ? std::max(cursor, *first_start) : cursor;
}

std::optional<Instant> cursor_set_back(const Dag& dag, Instant cursor, Instant now) {
  if (!dag.timetable || cursor <= now || cursor == Instant::max()) return std::nullopt;
  Instant back = dag.timetable->previous(now + tick_unit).value_or(now);
  if (dag.start_date) {
    const auto first_start = dag.timetable->next(*dag.start_date - tick_unit);
    if (!first_start) return std::nullopt;
    back = std::max(back, *first_start);
  }
  return back < cursor ? std::optional(back) : std::nullopt;
}

std::optional<DroppedTicks> missed_ticks(const Dag& dag, Instant cursor, Instant now) {
  if (!dag.timetable || cursor >= now) return std::nullopt;
  const auto first = next_tick(dag, cursor);
  const auto last = latest_tick(dag, now);
  if (!first || !last || *first > *last) return std::nullopt;
  return dropped(dag, *first, *last);
}

DueTick due_tick(const Dag& dag, Instant cursor, Instant now, std::optional<Instant> armed) {
  DueTick due;
  if (!dag.timetable || cursor == Instant::max()) return due;
  const auto first = next_tick(dag, cursor);
  if (!first) return due;
  if (*first > now) {
    due.wake_at = first;
    return due;
  }
  const Instant last = latest_tick(dag, now).value_or(*first);
  Instant chosen = *first;
  if (dag.catchup == Catchup::all) {
    if (dag.catchup_limit) chosen = first_within_limit(dag, *first, last, *dag.catchup_limit);
  } else if (dag.catchup == Catchup::none && last != armed) {
    due.dropped = dropped(dag, *first, last);
    due.cursor = last;
    return due;
  } else {
    chosen = last;
  }
  if (chosen > *first) {
    due.dropped = dropped(dag, *first, dag.timetable->previous(chosen).value_or(*first));
  }
  due.tick = chosen;
  due.cursor = chosen;
  return due;
}

DueTicks due_ticks(const Dag& dag, Instant cursor, Instant now, std::size_t most) {
  DueTicks all;
  if (!dag.timetable || cursor == Instant::max()) return all;
  const DueTick due = due_tick(dag, cursor, now, std::nullopt);
  all.dropped = due.dropped;
  all.next = next_tick(dag, std::max(cursor, now));
  if (!due.tick) return all;
  const Instant last = latest_tick(dag, now).value_or(*due.tick);
  all.count = dag.timetable->count(*due.tick, last, max_counted);
  all.count_is_exact = all.count < max_counted;
  for (auto tick = due.tick; tick && *tick <= last && all.first.size() < most;
       tick = next_tick(dag, *tick))
    all.first.push_back(*tick);
  return all;
}

DataInterval interval_of(const Dag& dag, Instant tick) {
  if (!dag.timetable) return {tick, tick};
  return {dag.timetable->previous(tick).value_or(tick), tick};
}

Instant logical_date_of(const Dag& dag, const DataInterval& interval) {
  return dag.logical_date == LogicalDate::interval_start ? interval.start : interval.end;
}

DataInterval manual_interval(const Dag& dag, Instant at) {
  if (!dag.timetable) return {at, at};
  const auto end = dag.timetable->previous(at + tick_unit);
  if (!end) return {at, at};
  return interval_of(dag, *end);
}

}  // namespace weft
