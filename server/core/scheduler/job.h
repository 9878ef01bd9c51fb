#pragma once

// An edit on its way through the runs that it is about. It stands still between two instances of
// one run or between two runs; where, is written with each slice, so that a restart goes on there.

#include <cstdint>

#include "server/core/scheduler/change.h"
#include "server/core/scheduler/selection.h"

namespace weft {

/// A walk along a DAG's runs, by id or by logical date, and where in the current one it stands.
struct RunWalk {
  bool by_date = false;
  std::int64_t after = 0,
               last = 0;  ///< run ids, or microseconds; the next run lies in (after, last]
  RunId run;              ///< the current one; 0: between two
  bool begun = false;     ///< it stands in the middle of that run
  enum class Pass : std::uint8_t { selected = 0, downstream = 1 };
  Pass pass = Pass::selected;
  std::int32_t task = 0;         ///< the next one to look at
  std::int32_t element = 0;      ///< … from which of its instances on
  std::int64_t run_changed = 0;  ///< instances of this run changed so far
};
nlohmann::json to_json(const RunWalk& walk);
RunWalk walk_from_json(const nlohmann::json& json);

/// `row.cursor` and the counts are current whenever the row is recorded.
struct Job {
  JobRow row;
  Edit edit;  ///< Kind::edit
  RunWalk walk;
  Instant before{};  ///< Kind::delete_run of several: those that ended before
};

}  // namespace weft
