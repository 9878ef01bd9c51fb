#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "server/storage/database.h"

namespace weft::storage {

/// What `weft db check` prints.
struct CheckReport {
  std::vector<std::string> problems;  ///< at most 100; empty: all is well
  std::int64_t dags = 0, runs = 0, instances = 0, attempts = 0, events = 0;
};

/// Reads the whole database in one transaction: SQLite's own integrity, foreign keys, the hashes
/// of the stored versions, and the promises between tables: states belong together, every active
/// attempt is the current one of its instance, a replay of the events gives the states. Changes
/// nothing. Errors: unavailable, internal when it cannot even be read.
Result<CheckReport> check(Database& database);

}  // namespace weft::storage
