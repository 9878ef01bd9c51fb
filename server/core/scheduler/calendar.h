#pragma once

// When a DAG's schedule makes a run: cursor, data intervals, catch-up. Knows no run and no task.

#include <optional>
#include <vector>

#include "server/core/dag/dag.h"

namespace weft {

/// Ticks that were passed without a run.
struct DroppedTicks {
  Instant from{}, to{};
  std::int64_t count = 0;
  bool count_is_exact = true;
};

/// What is due for one DAG.
struct DueTick {
  std::optional<Instant> tick;  ///< a run is made for this one
  std::optional<DroppedTicks> dropped;
  std::optional<Instant> cursor;   ///< where the cursor stands after it
  std::optional<Instant> wake_at;  ///< nothing more is due before this
};

/// The cursor of a DAG that is seen for the first time, or whose schedule was edited at `now`
/// (`previous` is its cursor then): its next tick is the first one behind it.
std::optional<Instant> initial_cursor(const Dag& dag, Instant now, std::optional<Instant> previous);

/// Where a cursor belongs that the clock has left behind: at the last tick that has come, though
/// not before start_date. nullopt: it stays.
std::optional<Instant> cursor_set_back(const Dag& dag, Instant cursor, Instant now);

/// The ticks between the cursor and now, of which no run was made; nullopt: none.
std::optional<DroppedTicks> missed_ticks(const Dag& dag, Instant cursor, Instant now);

/// What the schedule says at `now`. `armed` is the tick that was waited for: it is not missed.
/// Gives at most one run; ask again until only wake_at (or nothing) is left.
DueTick due_tick(const Dag& dag, Instant cursor, Instant now, std::optional<Instant> armed);

/// All that due_tick gives at `now` when no tick was waited for.
struct DueTicks {
  std::int64_t count = 0;  ///< runs, at the least
  bool count_is_exact = true;
  std::vector<Instant> first;
  std::optional<DroppedTicks> dropped;
  std::optional<Instant> next;  ///< the first tick behind `now`
};

/// With the first `most` ticks; takes no longer when there are more.
DueTicks due_ticks(const Dag& dag, Instant cursor, Instant now, std::size_t most);

/// The interval that `tick` closes, and the date its run is named by.
DataInterval interval_of(const Dag& dag, Instant tick);
Instant logical_date_of(const Dag& dag, const DataInterval& interval);

/// The last complete interval at `at`; start = end = at without a schedule.
DataInterval manual_interval(const Dag& dag, Instant at);

}  // namespace weft
