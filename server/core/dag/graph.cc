#include "server/core/dag/graph.h"

#include <algorithm>
#include <queue>

#include "server/core/dag/position.h"

namespace weft {
namespace {}  // namespace

TaskGraph make_graph(std::vector<std::vector<std::int32_t>> upstream) {
  TaskGraph graph;
  graph.downstream.resize(upstream.size());
  for (std::size_t i = 0; i < upstream.size(); ++i) {
    std::vector<std::int32_t>& above = upstream[i];
    std::sort(above.begin(), above.end());
    above.erase(std::unique(above.begin(), above.end()), above.end());
    for (const std::int32_t parent : above) {
      graph.downstream[at(parent)].push_back(static_cast<std::int32_t>(i));
    }
  }
  graph.upstream = std::move(upstream);
  return graph;
}

std::vector<std::int32_t> topological_order(const TaskGraph& graph) {
  std::vector<std::size_t> missing(graph.size());
  std::priority_queue<std::int32_t, std::vector<std::int32_t>, std::greater<>> ready;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    missing[i] = graph.upstream[i].size();
    if (missing[i] == 0) ready.push(static_cast<std::int32_t>(i));
  }
  std::vector<std::int32_t> order;
  order.reserve(graph.size());
  while (!ready.empty()) {
    const std::int32_t next = ready.top();
    ready.pop();
    order.push_back(next);
    for (const std::int32_t child : graph.downstream[at(next)]) {
      if (--missing[at(child)] == 0) ready.push(child);
    }
  }
  return order;
}

std::vector<std::int32_t> find_cycle(const TaskGraph& graph,
                                     const std::vector<std::int32_t>& ordered) {
  if (ordered.size() == graph.size()) return {};
  std::vector<bool> done(graph.size(), false);
  for (const std::int32_t position : ordered) done[at(position)] = true;
  // Each task that is left has an upstream that is left: walking up must come back.
  std::int32_t here = 0;
  while (done[at(here)]) ++here;
  std::vector<std::int32_t> seen_at(graph.size(), -1);
  std::vector<std::int32_t> walk;
  while (seen_at[at(here)] < 0) {
    seen_at[at(here)] = static_cast<std::int32_t>(walk.size());
    walk.push_back(here);
    const std::vector<std::int32_t>& above = graph.upstream[at(here)];
    here = *std::find_if(above.begin(), above.end(),
                         [&](std::int32_t parent) { return !done[at(parent)]; });
  }
  std::vector<std::int32_t> cycle(walk.begin() + seen_at[at(here)], walk.end());
  std::reverse(cycle.begin(), cycle.end());
  std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
  return cycle;
}

}  // namespace weft
