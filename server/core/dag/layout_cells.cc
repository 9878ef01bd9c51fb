// What stands in a layer: nodes, and bends of the edges that pass it.

#include <algorithm>
#include <numeric>

#include "server/core/dag/layout_parts.h"

namespace weft::layout {
namespace {

constexpr std::int32_t bend_height = 8;
constexpr std::int32_t usual_bends = 2000;
constexpr std::int32_t bends_per_node = 4;
/// As is usual: the middle of a long edge bends last.
constexpr double weight_of[] = {1, 2, 8};

struct Splitter {
  const LayoutGraph& graph;
  const Layers& layers;
  Cells& cells;

  std::int32_t group_of(std::int32_t end) const {
    return end < 0 ? -1 : graph.nodes[at(end)].group;
  }
  bool stands_in(std::int32_t group, std::int32_t layer) const {
    return group >= 0 && layers.first[at(group)] <= layer && layer <= layers.last[at(group)];
  }
  /// Inside of the box of an end's group an edge keeps to it.
  std::int32_t bend_group(std::int32_t left, std::int32_t right, std::int32_t layer) const {
    if (stands_in(group_of(left), layer)) return group_of(left);
    return stands_in(group_of(right), layer) ? group_of(right) : -1;
  }
  std::int32_t slot(std::int32_t end, std::int32_t layer) const {
    if (end >= 0) return end;
    const std::int32_t group = -1 - end;
    return cells.group_slots[at(group)] + layer - layers.first[at(group)];
  }
};

/// An edge from left to right, whichever way it runs.
struct Span {
  std::int32_t edge = 0, left = 0, right = 0, begin = 0, end = 0;
  std::int32_t bends() const { return std::max(0, end - begin - 1); }
};

Span span_of(const LayoutGraph& graph, const Layers& layers, std::int32_t edge) {
  const auto [from, to] = graph.edges[at(edge)];
  const std::int32_t begin = layers.leaves(from), end = layers.enters(to);
  if (begin <= end) return {edge, from, to, begin, end};
  return {edge, to, from, layers.leaves(to), layers.enters(from)};
}

}  // namespace

std::int32_t Cells::layer_of(std::int32_t slot, const Layers& layers) const {
  if (is_cell(slot)) return cells[at(slot)].layer;
  const auto next = std::upper_bound(group_slots.begin(), group_slots.end(), slot);
  const auto group = static_cast<std::int32_t>(next - group_slots.begin()) - 1;
  return layers.first[at(group)] + slot - group_slots[at(group)];
}

Cells split_edges(const LayoutGraph& graph, const Layers& layers, std::int64_t& work) {
  Cells cells;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    cells.cells.push_back({layers.of_node[i], graph.nodes[i].group, graph.nodes[i].height});

  std::vector<Span> spans;
  spans.reserve(graph.edges.size());
  for (std::size_t i = 0; i < graph.edges.size(); ++i)
    spans.push_back(span_of(graph, layers, static_cast<std::int32_t>(i)));
  std::vector<std::int32_t> by_length(spans.size());
  std::iota(by_length.begin(), by_length.end(), 0);
  std::stable_sort(by_length.begin(), by_length.end(), [&](std::int32_t a, std::int32_t b) {
    return spans[at(a)].bends() < spans[at(b)].bends();
  });

  cells.bends.resize(spans.size());
  Splitter splitter{graph, layers, cells};
  std::int64_t left =
      std::max(usual_bends, bends_per_node * static_cast<std::int32_t>(graph.nodes.size()));
  std::vector<bool> is_linked(spans.size());
  for (const std::int32_t edge : by_length) {
    const Span& span = spans[at(edge)];
    if (span.begin >= span.end || span.bends() > left) continue;
    left -= span.bends();
    is_linked[at(edge)] = true;
    cells.bends[at(edge)] = {cells.cell_count(), span.bends()};
    for (std::int32_t layer = span.begin + 1; layer < span.end; ++layer)
      cells.cells.push_back(
          {layer, splitter.bend_group(span.left, span.right, layer), bend_height});
  }

  cells.slot_count = cells.cell_count();
  for (std::int32_t group = 0; group < graph.group_count; ++group) {
    cells.group_slots.push_back(cells.slot_count);
    cells.slot_count += layers.last[at(group)] - layers.first[at(group)] + 1;
  }
  for (std::size_t i = 0; i < spans.size(); ++i) {
    if (!is_linked[i]) continue;
    const auto [first, count] = cells.bends[i];
    std::int32_t here = splitter.slot(spans[i].left, spans[i].begin);
    for (std::int32_t bend = first; bend < first + count; ++bend) {
      cells.links.push_back({here, bend, weight_of[bend == first ? 1 : 2]});
      here = bend;
    }
    cells.links.push_back(
        {here, splitter.slot(spans[i].right, spans[i].end), weight_of[count > 0 ? 1 : 0]});
  }
  work += static_cast<std::int64_t>(cells.cells.size() + cells.links.size() + spans.size());
  return cells;
}

}  // namespace weft::layout
