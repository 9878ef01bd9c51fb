#pragma once

#include <optional>
#include <vector>

#include "server/core/dag/dag.h"

namespace weft::cli {

/// One run that a schedule will make.
struct UpcomingRun {
  Instant logical_date{}, run_after{};
  DataInterval interval;
};

/// The first `count` runs that become due after `after`, within the DAG's start_date and end_date.
/// Fewer when the schedule ends; none for a DAG that only runs when it is triggered.
std::vector<UpcomingRun> upcoming_runs(const Dag& dag, Instant after, int count);

}  // namespace weft::cli
