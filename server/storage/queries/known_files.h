#pragma once

#include <string>
#include <utility>
#include <vector>

#include "server/storage/readers.h"

namespace weft::storage {

/// (bundle, path) of every file that a DAG or an import error came from and that was there when
/// it was looked at last. Reads whole tables: for the start only.
Result<std::vector<std::pair<std::string, std::string>>> list_known_files(Reader& reader);

}  // namespace weft::storage
