#pragma once

// What the steps of lay_out() hand on. A *cell* is what takes room in a layer: a node, or the bend
// of an edge that crosses the layer. A *slot* is a cell or, behind all cells, the part of a group
// that stands in one layer.

#include <cstdint>
#include <span>
#include <vector>

#include "server/core/dag/layout.h"
#include "server/core/dag/position.h"

namespace weft::layout {

struct Layers {
  std::vector<std::int32_t> of_node;
  std::vector<std::int32_t> first, last;  ///< per group
  std::int32_t count = 0;

  /// Where an edge leaves its source, or comes to its target.
  std::int32_t leaves(std::int32_t end) const {
    return end < 0 ? last[at(-1 - end)] : of_node[at(end)];
  }
  std::int32_t enters(std::int32_t end) const {
    return end < 0 ? first[at(-1 - end)] : of_node[at(end)];
  }
};
/// Longest paths, then whatever has more edges forwards than backwards moves right.
Layers find_layers(const LayoutGraph& graph, std::int64_t& work);

struct Cell {
  std::int32_t layer = 0;
  std::int32_t group = -1;
  std::int32_t height = 0;
};
/// Between slots of neighbouring layers, left to right.
struct Link {
  std::int32_t from = 0, to = 0;
  double weight = 1;  ///< how much it wants to be straight
};
struct Bends {
  std::int32_t first = 0, count = 0;  ///< cells, from left to right
};
struct Cells {
  std::vector<Cell> cells;  ///< the nodes first
  std::vector<Link> links;
  std::vector<Bends> bends;               ///< per edge
  std::vector<std::int32_t> group_slots;  ///< per group: its slot in its first layer
  std::int32_t slot_count = 0;

  std::int32_t cell_count() const { return static_cast<std::int32_t>(cells.size()); }
  std::int32_t layer_of(std::int32_t slot, const Layers& layers) const;
  bool is_cell(std::int32_t slot) const { return slot < cell_count(); }
};
/// Bends for edges that pass layers, short ones first, as long as there are not too many: the
/// longest of a tangle run straight.
Cells split_edges(const LayoutGraph& graph, const Layers& layers, std::int64_t& work);

/// Top to bottom.
struct Order {
  std::vector<std::vector<std::int32_t>> layers;  ///< slots outside of groups, and groups' slots
  std::vector<std::vector<std::int32_t>>
      inside;  ///< per slot of a group, from the first: its cells
};
/// Few crossings; the cells of a group stand together, and two groups never change sides.
Order find_order(const Layers& layers, const Cells& cells, std::int64_t& work);

/// Items in columns, top to bottom, that want to be level with what they are linked to.
struct Placing {
  std::vector<double> heights;                     ///< per item
  std::vector<std::vector<std::int32_t>> columns;  ///< an item may stand in several that follow
  struct Pull {
    std::int32_t from = 0, to = 0;  ///< items of a column and the next one
    double from_at = 0, to_at = 0;  ///< where at the items, below their top
    double weight = 1;
  };
  std::vector<std::vector<Pull>> pulls;  ///< per column: to the next one
  double gap = 0;
};
/// The top of each item.
std::vector<double> place(const Placing& placing, std::int64_t& work);

}  // namespace weft::layout
