#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace weft::api {

/// A UUIDv7 that is always the same for the same row: its time from `at`, the rest from the row's
/// id and the database, so that two databases give different ones and two rows never the same.
/// `kind` tells tables apart.
std::string row_uuid(Instant at, std::int64_t id, char kind, std::string_view database_id);

}  // namespace weft::api
