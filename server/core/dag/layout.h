#pragma once

// Where the nodes of a graph stand when it is drawn from left to right, and how its edges run:
// layers (layout_layers.cc), an order with few crossings in each (layout_order.cc), places
// (layout_place.cc), all put together in layout.cc. Knows no DAG: that is graph_view.h.

#include <cstdint>
#include <vector>

namespace weft {

/// As an end of an edge: the group itself, all of its nodes.
constexpr std::int32_t group_end(std::int32_t group) {
  return -1 - group;
}

/// What is to be drawn. Lengths are in pixels.
struct LayoutGraph {
  struct Node {
    std::int32_t width = 0, height = 0;
    std::int32_t group = -1;  ///< that it stands in; -1: none
  };
  struct Edge {
    std::int32_t from = 0, to = 0;  ///< positions in `nodes`, or group_end()
  };
  std::vector<Node> nodes;
  std::int32_t group_count = 0;  ///< each must have a node
  std::vector<Edge> edges;       ///< cycles are allowed: some edges then run backwards
};

struct LayoutPoint {
  std::int32_t x = 0, y = 0;
  bool operator==(const LayoutPoint&) const = default;
};
struct LayoutBox {
  std::int32_t x = 0, y = 0, width = 0, height = 0;  ///< of the top left corner; y grows downwards
  bool operator==(const LayoutBox&) const = default;
};

struct Layout {
  std::vector<LayoutBox> nodes;
  std::vector<LayoutBox> groups;                 ///< around their nodes, with room for a title
  std::vector<std::vector<LayoutPoint>> routes;  ///< per edge, from its source to its target
  std::int32_t width = 0, height = 0;
  /// Steps of the inner loops: what it cost, the same on every machine.
  std::int64_t work = 0;
};

/// The same graph always gives the same layout. No two boxes overlap but a group's and those of its
/// nodes, which it contains. Time and memory grow with nodes + edges, a little faster than linear.
Layout lay_out(const LayoutGraph& graph);

}  // namespace weft
