#pragma once

#include "server/api/call.h"
#include "server/storage/queries/backfills.h"

namespace weft::api {

std::string_view name_of(ReprocessBehavior behavior);
std::optional<ReprocessBehavior> reprocess_behavior_from(std::string_view name);

/// The backfill with its progress. Errors: not_found.
Outcome<http::Response> backfill_response(const Call& call, BackfillId backfill);

}  // namespace weft::api
