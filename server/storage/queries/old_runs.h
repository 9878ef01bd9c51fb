#pragma once

#include <string>
#include <utility>
#include <vector>

#include "server/core/scheduler/change.h"
#include "server/storage/readers.h"

namespace weft::storage {

/// A DAG with runs that are old enough to go.
struct OldRuns {
  std::string dag_id;
  RunId last;  ///< the runs behind it stay, however old they are
};

/// The DAGs with a run that ended before `before` and is not one of the DAG's `keep_last` newest.
/// Looks at the oldest few runs of each DAG only.
Result<std::vector<OldRuns>> old_runs(Reader& reader, Instant before, int keep_last);

/// Those of the runs that the DAG had and has no more. What this database has never heard of is not
/// among them: it may be another one's.
Result<std::vector<RunId>> deleted_runs(Reader& reader, DagKey dag, const std::vector<RunId>& runs);

}  // namespace weft::storage
