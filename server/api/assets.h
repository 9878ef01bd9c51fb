#pragma once

// What the files of assets share.

#include "server/api/call.h"
#include "server/storage/queries/assets.h"

namespace weft::api {

nlohmann::json asset_event_json(const storage::AssetEventRecord& event,
                                const std::vector<storage::ConsumingRun>& runs);
/// With the runs that each of them made. DAGs that the caller may not see are left out.
Outcome<nlohmann::json> asset_events_json(storage::Reader& reader, const Call& call,
                                          const std::vector<storage::AssetEventRecord>& events);
/// The asset of {asset_id}. Errors: not_found.
Outcome<storage::AssetRecord> require_asset(storage::Reader& reader, const Call& call);

}  // namespace weft::api
