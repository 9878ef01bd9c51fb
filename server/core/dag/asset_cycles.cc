#include "server/core/dag/asset_cycles.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace weft {
namespace {

constexpr std::size_t most_entangled_told = 10;

/// DAGs and assets in one graph, so that many producers and many consumers of an asset are no
/// product of edges. DAGs come first, both by name.
struct Flows {
  std::vector<std::string_view> names;
  std::size_t dags = 0;
  std::vector<std::vector<std::size_t>> next;  ///< ascending, without doubles

  bool is_dag(std::size_t node) const { return node < dags; }
};

void sort_unique(std::vector<std::string_view>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

std::size_t place_of(const std::vector<std::string_view>& sorted, std::string_view name) {
  return static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), name) -
                                  sorted.begin());
}

Flows make_flows(const std::vector<AssetFlow>& flows) {
  std::vector<std::string_view> dags, assets;
  for (const AssetFlow& flow : flows) {
    dags.push_back(flow.dag_id);
    assets.insert(assets.end(), flow.produces.begin(), flow.produces.end());
    assets.insert(assets.end(), flow.consumes.begin(), flow.consumes.end());
  }
  sort_unique(dags);
  sort_unique(assets);
  Flows graph{.names = dags, .dags = dags.size(), .next = {}};
  graph.names.insert(graph.names.end(), assets.begin(), assets.end());
  graph.next.resize(graph.names.size());
  for (const AssetFlow& flow : flows) {
    const std::size_t dag = place_of(dags, flow.dag_id);
    for (const std::string& asset : flow.produces)
      graph.next[dag].push_back(graph.dags + place_of(assets, asset));
    for (const std::string& asset : flow.consumes)
      graph.next[graph.dags + place_of(assets, asset)].push_back(dag);
  }
  for (auto& edges : graph.next) {
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  }
  return graph;
}

/// Tarjan's strongly connected components, with a stack of its own: the number of each node's.
class Knots {
 public:
  explicit Knots(const Flows& graph)
      : graph_(graph),
        order_(graph.next.size(), unseen),
        low_(graph.next.size()),
        knot_(graph.next.size(), unseen) {
    for (std::size_t node = 0; node < graph.next.size(); ++node)
      if (order_[node] == unseen) walk(node);
  }

  std::size_t of(std::size_t node) const { return knot_[node]; }
  std::size_t count() const { return count_; }

 private:
  static constexpr std::size_t unseen = SIZE_MAX;

  void enter(std::size_t node) {
    order_[node] = low_[node] = entered_++;
    open_.push_back(node);
    path_.emplace_back(node, 0);
  }

  void walk(std::size_t start) {
    enter(start);
    while (!path_.empty()) {
      const std::size_t node = path_.back().first;
      if (path_.back().second < graph_.next[node].size()) {
        const std::size_t next = graph_.next[node][path_.back().second++];
        if (order_[next] == unseen)
          enter(next);
        else if (knot_[next] == unseen)
          low_[node] = std::min(low_[node], order_[next]);
        continue;
      }
      path_.pop_back();
      if (!path_.empty()) {
        std::size_t& above = low_[path_.back().first];
        above = std::min(above, low_[node]);
      }
      if (low_[node] == order_[node]) close(node);
    }
  }

  void close(std::size_t root) {
    std::size_t node = root;
    do {
      node = open_.back();
      open_.pop_back();
      knot_[node] = count_;
    } while (node != root);
    ++count_;
  }

  const Flows& graph_;
  std::vector<std::size_t> order_, low_, knot_;
  std::vector<std::size_t> open_;                          ///< entered, in no knot yet
  std::vector<std::pair<std::size_t, std::size_t>> path_;  ///< node, its next edge
  std::size_t entered_ = 0, count_ = 0;
};

/// The nodes of a shortest way from `start` back to it, without its second mention. There is one.
std::vector<std::size_t> way_round(const Flows& graph, const Knots& knots, std::size_t start,
                                   std::vector<std::size_t>& reached_from) {
  std::vector<std::size_t> queue{start};
  for (std::size_t head = 0; head < queue.size(); ++head) {
    const std::size_t node = queue[head];
    for (const std::size_t next : graph.next[node]) {
      if (knots.of(next) != knots.of(start) || reached_from[next] != SIZE_MAX) continue;
      reached_from[next] = node;
      if (next == start) {
        std::vector<std::size_t> way;
        for (std::size_t at = node; at != start; at = reached_from[at]) way.push_back(at);
        way.push_back(start);
        std::reverse(way.begin(), way.end());
        return way;
      }
      queue.push_back(next);
    }
  }
  return {};
}

}  // namespace

std::vector<AssetCycle> find_asset_cycles(const std::vector<AssetFlow>& flows) {
  const Flows graph = make_flows(flows);
  const Knots knots(graph);
  // DAGs and assets alternate, so a knot of two nodes or more is one that goes round.
  std::vector<std::vector<std::size_t>> dags_of(knots.count());
  std::vector<std::size_t> nodes_of(knots.count());
  for (std::size_t node = 0; node < graph.names.size(); ++node) {
    ++nodes_of[knots.of(node)];
    if (graph.is_dag(node)) dags_of[knots.of(node)].push_back(node);
  }
  std::vector<AssetCycle> cycles;
  std::vector<std::size_t> reached_from(graph.names.size(),
                                        SIZE_MAX);  // each knot has its own part
  for (std::size_t dag = 0; dag < graph.dags; ++dag) {
    const std::size_t knot = knots.of(dag);
    if (nodes_of[knot] < 2 || dags_of[knot].front() != dag) continue;
    AssetCycle cycle;
    std::vector<std::string_view> walked;
    const auto way = way_round(graph, knots, dag, reached_from);
    for (std::size_t i = 0; i + 1 < way.size(); i += 2) {
      walked.push_back(graph.names[way[i]]);
      cycle.steps.push_back(
          {std::string(graph.names[way[i]]), std::string(graph.names[way[i + 1]])});
    }
    std::sort(walked.begin(), walked.end());
    for (const std::size_t other : dags_of[knot])
      if (!std::binary_search(walked.begin(), walked.end(), graph.names[other]))
        cycle.entangled.emplace_back(graph.names[other]);
    cycles.push_back(std::move(cycle));
  }
  return cycles;
}

std::string describe(const AssetCycle& cycle) {
  std::string text = "asset cycle ";
  for (const AssetCycle::Step& step : cycle.steps)
    text += fmt::format("{} -({})-> ", step.dag_id, step.asset);
  text += cycle.steps.front().dag_id;
  text += ": what one run makes starts the next one, without an end; ";
  if (!cycle.entangled.empty()) {
    const std::size_t told = std::min(cycle.entangled.size(), most_entangled_told);
    const std::vector<std::string> first(
        cycle.entangled.begin(), cycle.entangled.begin() + static_cast<std::ptrdiff_t>(told));
    text += fmt::format("entangled in it: {}", fmt::join(first, ", "));
    if (told < cycle.entangled.size())
      text += fmt::format(" and {} more", cycle.entangled.size() - told);
    text += "; ";
  }
  return text +
         "take one of these assets out of the schedule that waits for it, or out of the "
         "outlets of the task that makes it";
}

}  // namespace weft
