#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace weft::storage {

/// Copies the database of a data folder into the file `target`, whole and of one moment, also while
/// its server runs, which goes on meanwhile; reads the copy once more before it gets its name.
/// The bytes of the copy. Errors: not_found (no database there), conflict (`target` exists),
/// unavailable (disk full, locked), internal (damaged), each naming the file.
Result<std::int64_t> back_up(const std::string& data, const std::string& target);

/// What a restore has done.
struct RestoreReport {
  std::string replaced;  ///< where the database that was there before lies now; "": there was none
};

/// Puts a backup into the data folder of a server that is stopped. A database that is there already
/// stays beside it under another name. The numbers of runs and attempts go on a million behind the
/// backup's: what workers and log files know of the time after the backup is nobody else's.
/// Errors: not_found, conflict (a server runs there, a newer schema), unavailable, internal
/// (`source` is damaged, or no database of ours).
Result<RestoreReport> restore(const std::string& data, const std::string& source);

}  // namespace weft::storage
