#pragma once

#include <vector>

#include "server/core/dag/dag.h"

namespace weft {

/// A line of a table of a DAG's tasks: a task, or a group with its tasks in the lines behind it.
struct DagRowLine {
  TaskIndex task;           ///< -1: the group itself
  std::int32_t group = -1;  ///< that it is, or stands in; -1: none
  bool is_group() const { return task.value < 0; }
};

/// All tasks in topological order, but those of a group together behind it, where the first of them
/// would stand. A group without tasks has no line.
std::vector<DagRowLine> row_lines(const Dag& dag);

}  // namespace weft
