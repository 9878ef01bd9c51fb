#include "server/core/dag/rows.h"

namespace weft {

std::vector<DagRowLine> row_lines(const Dag& dag) {
  std::vector<DagRowLine> lines;
  std::vector<bool> is_listed(dag.groups.size());
  for (const Task& task : dag.tasks) {
    if (task.group < 0) {
      lines.push_back({task.index, -1});
      continue;
    }
    const auto group = static_cast<std::size_t>(task.group);
    if (is_listed[group]) continue;
    is_listed[group] = true;
    lines.push_back({TaskIndex{}, task.group});
    for (const TaskIndex member : dag.groups[group].tasks) lines.push_back({member, task.group});
  }
  return lines;
}

}  // namespace weft
