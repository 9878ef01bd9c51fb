#pragma once

#include <optional>
#include <string>

#include "server/storage/log_store.h"
#include "server/storage/readers.h"

namespace weft::storage {

struct AttemptLog {
  LogKey key;          ///< where it stands
  std::string worker;  ///< the name of the one that the attempt was leased to
};
/// nullopt for an attempt that was never leased.
Result<std::optional<AttemptLog>> find_log(Reader& reader, AttemptId attempt);

}  // namespace weft::storage
