#pragma once

#include <string>
#include <string_view>

#include "server/core/dag/draft.h"

namespace weft {

/// Fills Dag::canonical, Dag::hash and each Task::source: the keys as they were given, after
/// defaults.json and default_args, sorted, with {"file"} and {"lines"} inlined. Reading it again
/// gives an equal DAG.
void make_canonical(DagDraft& draft, const std::vector<JsonRef>& layers);

/// SHA-256 as 64 hex digits.
std::string sha256_hex(std::string_view data);

}  // namespace weft
