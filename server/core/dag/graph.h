#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace weft {

/// Edges between tasks by their position.
struct TaskGraph {
  std::vector<std::vector<std::int32_t>> upstream;    ///< ascending, without doubles
  std::vector<std::vector<std::int32_t>> downstream;  ///< the same edges, ascending
  std::size_t size() const { return upstream.size(); }
};

/// Sorts, removes doubles and mirrors the edges.
TaskGraph make_graph(std::vector<std::vector<std::int32_t>> upstream);

/// A topological order, the smallest position first wherever there is a choice; shorter than the
/// graph when there is a cycle.
std::vector<std::int32_t> topological_order(const TaskGraph& graph);

/// One cycle, each position being an upstream of the next and the last of the first; `ordered` is
/// what topological_order gave. Empty when there is none.
std::vector<std::int32_t> find_cycle(const TaskGraph& graph,
                                     const std::vector<std::int32_t>& ordered);

/// For a graph whose positions are a topological order: own weight plus that of all distinct
/// descendants (`downstream`) or ancestors; exact up to 10,000 tasks, the heaviest path beyond.
std::vector<std::int64_t> descendant_weights(const TaskGraph& graph, std::span<const int> own);
std::vector<std::int64_t> ancestor_weights(const TaskGraph& graph, std::span<const int> own);

/// Of pairs (task, other), those where `other` is not above `task`, directly or not. Positions are
/// a topological order.
std::vector<std::pair<std::int32_t, std::int32_t>> not_upstream(
    const TaskGraph& graph, const std::vector<std::pair<std::int32_t, std::int32_t>>& pairs);

}  // namespace weft
