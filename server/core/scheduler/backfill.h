#pragma once

// Which ticks of a DAG a backfill takes, in its order. Knows no run.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/core/scheduler/command.h"
#include "server/core/scheduler/history.h"
#include "server/core/scheduler/selection.h"

namespace weft {

/// The first and the last tick of a backfill, both inclusive.
struct BackfillSpan {
  Instant first{}, last{};
};

/// The ticks whose logical dates lie in [from_date, to_date], whose intervals the DAG's start_date
/// and end_date let through, and which had come when the backfill was made. nullopt: none.
std::optional<BackfillSpan> backfill_span(const Dag& dag, const BackfillRow& row);

/// The tick that follows row.position in the backfill's order; nullopt: none is left.
std::optional<Instant> next_backfill_tick(const Dag& dag, const BackfillRow& row);

/// Does it run again what has ended in `state`?
bool reprocesses(ReprocessBehavior behavior, RunState state);

/// "backfill__" and the date.
std::string backfill_run_id(Instant logical_date);

/// The tasks that it runs, by TaskIndex; empty: all of them. With what it names come the setups and
/// teardowns around them. Ids that the version lacks name nothing.
std::vector<bool> backfilled_tasks(const Dag& dag, const BackfillRow& row);
/// The same as the tasks of a clear.
std::vector<TaskRef> backfilled_refs(const Dag& dag, const BackfillRow& row);

/// Does the version have what the backfill names? Errors: unprocessable.
Result<void> check_backfilled_tasks(const Dag& dag, const BackfillRow& row);

/// Why a run can't be made of its tasks alone: `"b" reads the outputs of "a", …`; "" when it can.
std::string missing_outputs(const Dag& dag, const BackfillRow& row);
/// The same of a run in which other tasks are there.
std::string missing_outputs(const Dag& dag, const BackfillRow& row,
                            const std::function<bool(const std::string& task_id)>& is_there);

/// The command as a row without an id, counted and checked against the DAG.
/// Errors: as CreateBackfill's, but for what other backfills make of it.
Result<BackfillRow> draft_backfill(const Dag& dag, const CreateBackfill& command,
                                   std::int64_t max_runs, Instant now);

}  // namespace weft
