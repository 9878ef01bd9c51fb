#pragma once

// The values of templates, in one place: the core evaluates `when` and branch cases with them,
// dispatch renders commands and environment.

#include <nlohmann/json.hpp>

#include "server/core/scheduler/change.h"

namespace weft {

/// All root names a template of this task instance may read, as one JSON object. `outputs` is
/// {task id: {key: value}} of upstreams that succeeded, or null; `map` is {key: value} of a mapped
/// instance, or null. Dates follow logical_date, or
/// run_after where that is null.
nlohmann::json template_values(const RunFacts& facts, const Task& task, int try_number,
                               int map_index, const nlohmann::json* outputs,
                               const nlohmann::json* map);

/// True if a template, `when` or case of any task reads a root name that starts with `prefix`.
bool reads_root(const Dag& dag, std::string_view prefix);

}  // namespace weft
