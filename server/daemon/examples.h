#pragma once

#include <string>

#include "base/result.h"

namespace weft::daemon {

/// Makes the folder for DAG files if it is missing, with the examples in it if asked; one that is
/// there stays as it is. Errors: unavailable naming the path.
Result<void> make_dags_folder(const std::string& path, bool with_examples);

}  // namespace weft::daemon
