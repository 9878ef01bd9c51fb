#pragma once

// What the current versions of DAGs with a file say that cannot be right.

#include <string>
#include <vector>

#include "server/core/dag/asset_cycles.h"
#include "server/storage/queries/list.h"

namespace weft::storage {

/// A task in a pool that is not there.
struct LostTask {
  std::string dag_id, task_id, pool;
};
/// By DAG, then in the order of its file.
Result<std::vector<LostTask>> list_lost_tasks(Reader& reader);

/// What DAGs make and wait for, of the assets that some make and some wait for.
Result<std::vector<AssetFlow>> list_asset_flows(Reader& reader);

}  // namespace weft::storage
