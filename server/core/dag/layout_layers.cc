// Which layer each node stands in, and what stands in a layer.

#include <algorithm>
#include <numeric>

#include "server/core/dag/layout_parts.h"

namespace weft::layout {
namespace {

/// The graph with two gates per group: an edge to a group goes through the one in front of its
/// nodes, an edge from it through the one behind them. Gates stand in no layer of their own.
struct Gated {
  struct Arc {
    std::int32_t from, to;
  };
  std::int32_t nodes = 0, count = 0;
  std::vector<Arc> arcs;
  std::vector<std::int32_t> start;  ///< per vertex: its first arc, by source

  explicit Gated(const LayoutGraph& graph)
      : nodes(static_cast<std::int32_t>(graph.nodes.size())), count(nodes + 2 * graph.group_count) {
    for (const auto& edge : graph.edges)
      arcs.push_back({edge.from < 0 ? behind(-1 - edge.from) : edge.from,
                      edge.to < 0 ? before(-1 - edge.to) : edge.to});
    std::vector<bool> has_before(at(graph.group_count)), has_behind(at(graph.group_count));
    for (const auto& edge : graph.edges) {
      if (edge.to < 0) has_before[at(-1 - edge.to)] = true;
      if (edge.from < 0) has_behind[at(-1 - edge.from)] = true;
    }
    for (std::int32_t i = 0; i < nodes; ++i) {
      const std::int32_t group = graph.nodes[at(i)].group;
      if (group < 0) continue;
      if (has_before[at(group)]) arcs.push_back({before(group), i});
      if (has_behind[at(group)]) arcs.push_back({i, behind(group)});
    }
    sort();
  }

  std::int32_t before(std::int32_t group) const { return nodes + 2 * group; }
  std::int32_t behind(std::int32_t group) const { return nodes + 2 * group + 1; }
  bool is_gate(std::int32_t vertex) const { return vertex >= nodes; }
  std::int32_t length(const Arc& arc) const { return is_gate(arc.to) ? 0 : 1; }
  std::span<const Arc> from(std::int32_t vertex) const {
    return std::span(arcs).subspan(at(start[at(vertex)]),
                                   at(start[at(vertex) + 1] - start[at(vertex)]));
  }

  /// By source, stable.
  void sort() {
    start.assign(at(count) + 1, 0);
    for (const Arc& arc : arcs) ++start[at(arc.from) + 1];
    std::partial_sum(start.begin(), start.end(), start.begin());
    std::vector<std::int32_t> next(start.begin(), start.end() - 1);
    std::vector<Arc> sorted(arcs.size());
    for (const Arc& arc : arcs) sorted[at(next[at(arc.from)]++)] = arc;
    arcs = std::move(sorted);
  }
};

/// A topological order; in a cycle the first vertex goes on without what it waits for.
std::vector<std::int32_t> order_of(const Gated& graph) {
  std::vector<std::int32_t> missing(at(graph.count)), order;
  std::vector<bool> seen(at(graph.count));
  for (const auto& arc : graph.arcs) ++missing[at(arc.to)];
  order.reserve(at(graph.count));
  const auto take = [&](std::int32_t vertex) {
    if (seen[at(vertex)]) return;
    seen[at(vertex)] = true;
    order.push_back(vertex);
  };
  for (std::int32_t i = 0; i < graph.count; ++i)
    if (missing[at(i)] == 0) take(i);
  std::int32_t stuck = 0;
  for (std::size_t done = 0; done < at(graph.count); ++done) {
    while (done == order.size()) take(stuck++);
    for (const auto& arc : graph.from(order[done]))
      if (--missing[at(arc.to)] == 0) take(arc.to);
  }
  return order;
}

/// Turns the arcs round that run against the order, so that it is one of all arcs.
void turn_round(Gated& graph, const std::vector<std::int32_t>& order) {
  std::vector<std::int32_t> rank(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) rank[at(order[i])] = static_cast<std::int32_t>(i);
  bool turned = false;
  for (auto& arc : graph.arcs) {
    if (rank[at(arc.from)] <= rank[at(arc.to)]) continue;
    std::swap(arc.from, arc.to);
    turned = true;
  }
  if (turned) graph.sort();
}

/// Numbers without holes.
void close_up(Layers& layers) {
  std::vector<std::int32_t> number(at(layers.count), -1);
  for (const std::int32_t layer : layers.of_node) number[at(layer)] = 0;
  layers.count = 0;
  for (auto& n : number)
    if (n == 0) n = layers.count++;
  for (auto& layer : layers.of_node) layer = number[at(layer)];
}

}  // namespace

Layers find_layers(const LayoutGraph& graph, std::int64_t& work) {
  Gated gated(graph);
  const auto order = order_of(gated);
  turn_round(gated, order);
  std::vector<std::int32_t> layer(at(gated.count)), balance(at(gated.count));
  for (const std::int32_t vertex : order)
    for (const auto& arc : gated.from(vertex)) {
      layer[at(arc.to)] = std::max(layer[at(arc.to)], layer[at(vertex)] + gated.length(arc));
      ++balance[at(vertex)];
      --balance[at(arc.to)];
    }
  for (auto v = order.rbegin(); v != order.rend(); ++v) {
    const auto arcs = gated.from(*v);
    if (arcs.empty() || (balance[at(*v)] <= 0 && !gated.is_gate(*v))) continue;
    std::int32_t most = layer[at(arcs.front().to)] - gated.length(arcs.front());
    for (const auto& arc : arcs) most = std::min(most, layer[at(arc.to)] - gated.length(arc));
    layer[at(*v)] = std::max(layer[at(*v)], most);
  }
  work += static_cast<std::int64_t>(2 * gated.arcs.size() + 3 * order.size());

  Layers layers;
  layers.of_node.assign(layer.begin(), layer.begin() + gated.nodes);
  for (const std::int32_t l : layers.of_node) layers.count = std::max(layers.count, l + 1);
  close_up(layers);
  layers.first.assign(at(graph.group_count), layers.count);
  layers.last.assign(at(graph.group_count), -1);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const std::int32_t group = graph.nodes[i].group;
    if (group < 0) continue;
    layers.first[at(group)] = std::min(layers.first[at(group)], layers.of_node[i]);
    layers.last[at(group)] = std::max(layers.last[at(group)], layers.of_node[i]);
  }
  return layers;
}

}  // namespace weft::layout
