#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"

namespace weft::storage {

/// Of one DAG, those of the runs that were deleted. Errors: as it likes; they end the sweep.
using DeletedRuns =
    std::function<Result<std::vector<RunId>>(DagKey dag, const std::vector<RunId>& runs)>;

/// Removes the logs (log_store.h) of runs that were deleted; how many runs had some. Takes as long
/// as there are folders: for a thread of its own. What is not a folder of a log stays.
Result<std::int64_t> sweep_logs(const std::string& root, const DeletedRuns& deleted);

}  // namespace weft::storage
