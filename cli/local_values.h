#pragma once

#include <string>

#include "server/core/dag/dag.h"
#include "server/secrets/lookup.h"

namespace weft::cli {

/// What a task's texts read of variables and connections when there is no server: the environment
/// of this process (WEFT_VAR_KEY, WEFT_CONN_ID). Errors: not_found naming what to set.
Result<secrets::Values> local_values(const Task& task, const std::string& dag_id);

/// `text` with `***` for each of the secrets.
std::string without_secrets(std::string text, const std::vector<std::string>& secrets);

}  // namespace weft::cli
