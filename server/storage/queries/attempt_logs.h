#pragma once

#include <optional>

#include "server/storage/log_store.h"
#include "server/storage/readers.h"

namespace weft::storage {

/// Where the log of an attempt stands; nullopt for one that was never leased.
Result<std::optional<LogKey>> find_log(Reader& reader, AttemptId attempt);

}  // namespace weft::storage
