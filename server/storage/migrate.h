#pragma once

#include "server/storage/database.h"

namespace weft::storage {

/// The schema that this program writes: the number of the last file in migrations/.
int newest_schema();

/// Brings the database to newest_schema(), each migration in a transaction of its own.
/// Errors: conflict when the database is of a newer program, internal when it is damaged or no
/// database of ours.
Result<void> migrate(Database& database);

}  // namespace weft::storage
