#pragma once

// A DAG version as a picture: which boxes and lines there are, and where they stand.

#include <set>
#include <string>
#include <vector>

#include "server/core/dag/dag.h"
#include "server/core/dag/layout.h"

namespace weft {

struct GraphNode {
  TaskIndex task;           ///< -1: a group
  std::int32_t group = -1;  ///< that it is, or stands in
  bool is_collapsed = false;
  bool is_setup = false;  ///< some teardown undoes it
  LayoutBox box;
  bool is_group() const { return task.value < 0; }
};

struct GraphEdge {
  enum class Kind : std::uint8_t {
    dependency,
    branch,    ///< from a branch to what it may choose
    teardown,  ///< from a setup to the teardown that undoes it
  };
  std::int32_t from = 0, to = 0;  ///< positions in GraphView::nodes
  Kind kind = Kind::dependency;
  std::string label;  ///< of a branch: its condition, or "default"
  std::vector<LayoutPoint> route;
};

struct GraphView {
  std::vector<GraphNode> nodes;  ///< as row_lines: a group before its tasks
  std::vector<GraphEdge> edges;
  std::int64_t total_edges = 0;  ///< more than `edges` when there are too many to be drawn
  std::int32_t width = 0, height = 0;
  std::int64_t work = 0;  ///< Layout::work
};

/// Groups whose ids are in `collapsed` are drawn as one box without their tasks. An edge to all
/// first tasks of a group, or from all its last ones, is one edge of the group.
GraphView graph_view(const Dag& dag, const std::set<std::string>& collapsed = {});

}  // namespace weft
