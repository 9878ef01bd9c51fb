#pragma once

// The lists of `expand`, evaluated: as JSON that is stored, {"zip": bool, "keys": [[name, list]…]}.
// Pure functions over them; server/core/scheduler/mapping.cc makes instances of what they say.

#include <string>

#include <nlohmann/json.hpp>

#include "server/core/dag/dag.h"
#include "server/core/expression/expression.h"

namespace weft {

struct MapLists {
  enum class Kind : std::uint8_t {
    lists,
    missing,  ///< an output that it reads is not there
    failed,   ///< no list, too many elements, or the expression fails
  };
  Kind kind = Kind::lists;
  nlohmann::json lists;
  std::int32_t length = 0;
  std::string reason;  ///< unless there is at least one element
};

/// `outputs` is what the scope has under that name, or null.
MapLists evaluate_lists(const Mapping& mapping, const Scope& scope, const nlohmann::json* outputs);

/// {key: value} of one element. Of a product the last key varies fastest.
nlohmann::json map_values(const nlohmann::json& lists, std::int32_t element);

/// What the row of a task's mapping is called: the task's id, or that of its mapped group.
const std::string& mapping_owner(const Dag& dag, const Task& task);
/// The tasks that are mapped together under that name.
std::vector<TaskIndex> mapped_tasks(const Dag& dag, const std::string& owner);
/// Both versions map the same tasks under that name, over the same lists as they are written.
bool is_mapped_alike(const Dag& a, const Dag& b, const std::string& owner);

}  // namespace weft
