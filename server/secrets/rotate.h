#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace weft::secrets {

struct Rotation {
  std::int64_t variables = 0, connections = 0;  ///< that were sealed anew
};

/// Makes a new key, seals everything that is stored with it, and forgets the older ones. At any
/// moment in which this ends, file and database fit together. The caller holds the data folder's
/// lock: no server runs. Errors: internal naming what cannot be unsealed (then nothing is changed
/// but that the file has one more key), unavailable.
Result<Rotation> rotate(const std::string& database, const std::string& key_file,
                        const std::string& actor);

}  // namespace weft::secrets
