// Drawings of graphs: what must hold of every one of them, and what the simple ones look like.

#include "server/core/dag/layout.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace weft {
namespace {

/// The same graphs on every machine.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed) {}
  std::int32_t below(std::int32_t end) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::int32_t>((state_ >> 33) % static_cast<std::uint64_t>(end));
  }

 private:
  std::uint64_t state_;
};

LayoutGraph tangle(std::int32_t nodes, std::int32_t groups, std::uint64_t seed, bool far) {
  Numbers numbers(seed);
  LayoutGraph graph;
  graph.group_count = groups;
  for (std::int32_t i = 0; i < nodes; ++i) {
    const std::int32_t group = i < groups ? i : numbers.below(2) * (numbers.below(groups + 1)) - 1;
    graph.nodes.push_back({100 + numbers.below(200), 30 + numbers.below(40), group});
  }
  for (std::int32_t i = 1; i < nodes; ++i)
    for (std::int32_t k = numbers.below(3); k >= 0; --k)
      graph.edges.push_back({i - 1 - numbers.below(far ? i : std::min(i, 6)), i});
  return graph;
}

bool overlap(const LayoutBox& a, const LayoutBox& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
bool contains(const LayoutBox& outer, const LayoutBox& inner) {
  return outer.x <= inner.x && outer.y <= inner.y &&
         inner.x + inner.width <= outer.x + outer.width &&
         inner.y + inner.height <= outer.y + outer.height;
}

void check(const LayoutGraph& graph, const Layout& layout) {
  ASSERT_EQ(layout.nodes.size(), graph.nodes.size());
  ASSERT_EQ(layout.groups.size(), static_cast<std::size_t>(graph.group_count));
  ASSERT_EQ(layout.routes.size(), graph.edges.size());
  const LayoutBox sheet{0, 0, layout.width, layout.height};
  for (std::size_t i = 0; i < layout.nodes.size(); ++i) {
    EXPECT_TRUE(contains(sheet, layout.nodes[i]));
    EXPECT_EQ(layout.nodes[i].width, graph.nodes[i].width);
    EXPECT_EQ(layout.nodes[i].height, graph.nodes[i].height);
    for (std::size_t j = 0; j < i; ++j) EXPECT_FALSE(overlap(layout.nodes[i], layout.nodes[j]));
    for (std::int32_t g = 0; g < graph.group_count; ++g) {
      const auto& box = layout.groups[static_cast<std::size_t>(g)];
      if (graph.nodes[i].group == g)
        EXPECT_TRUE(contains(box, layout.nodes[i])) << i << " in " << g;
      else
        EXPECT_FALSE(overlap(box, layout.nodes[i])) << i << " beside " << g;
    }
  }
  for (std::size_t i = 0; i < layout.groups.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) EXPECT_FALSE(overlap(layout.groups[i], layout.groups[j]));
  for (std::size_t i = 0; i < graph.edges.size(); ++i) {
    ASSERT_GE(layout.routes[i].size(), 2U);
    const auto [from, to] = graph.edges[i];
    if (from < 0 || to < 0) continue;
    const auto& source = layout.nodes[static_cast<std::size_t>(from)];
    const auto& target = layout.nodes[static_cast<std::size_t>(to)];
    EXPECT_EQ(layout.routes[i].front(),
              (LayoutPoint{source.x + source.width, source.y + source.height / 2}));
    EXPECT_EQ(layout.routes[i].back(), (LayoutPoint{target.x, target.y + target.height / 2}));
    EXPECT_LT(layout.routes[i].front().x, layout.routes[i].back().x) << "edges run to the right";
  }
}

LayoutGraph plain(std::int32_t nodes, std::vector<LayoutGraph::Edge> edges) {
  LayoutGraph graph;
  graph.nodes.assign(static_cast<std::size_t>(nodes), {100, 40, -1});
  graph.edges = std::move(edges);
  return graph;
}

TEST(Layout, boxes_never_overlap_and_groups_hold_their_own) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    const auto nodes = static_cast<std::int32_t>(5 + seed * 3);
    const auto groups = static_cast<std::int32_t>(seed % 5);
    const auto graph = tangle(nodes, groups, seed, seed % 2 == 0);
    check(graph, lay_out(graph));
  }
}

TEST(Layout, the_same_graph_always_looks_the_same) {
  const auto graph = tangle(80, 3, 7, true);
  const auto one = lay_out(graph), other = lay_out(graph);
  EXPECT_EQ(one.nodes, other.nodes);
  EXPECT_EQ(one.groups, other.groups);
  EXPECT_EQ(one.routes, other.routes);
  EXPECT_EQ(one.work, other.work);
}

TEST(Layout, a_chain_is_one_straight_line) {
  const auto layout = lay_out(plain(4, {{0, 1}, {1, 2}, {2, 3}}));
  for (const auto& node : layout.nodes) EXPECT_EQ(node.y, layout.nodes[0].y);
  EXPECT_LT(layout.nodes[2].x, layout.nodes[3].x);
}

TEST(Layout, a_fork_stands_between_its_arms) {
  const auto layout = lay_out(plain(4, {{0, 1}, {0, 2}, {1, 3}, {2, 3}}));
  EXPECT_EQ(layout.nodes[1].x, layout.nodes[2].x);
  EXPECT_EQ(layout.nodes[1].y + layout.nodes[2].y, 2 * layout.nodes[0].y);
  EXPECT_EQ(layout.nodes[0].y, layout.nodes[3].y);
}

TEST(Layout, crossings_that_need_not_be_are_undone) {
  // As they come, 0 → 3 and 1 → 2 would cross.
  const auto layout = lay_out(plain(4, {{0, 3}, {1, 2}}));
  EXPECT_EQ(layout.nodes[0].y < layout.nodes[1].y, layout.nodes[3].y < layout.nodes[2].y);
}

TEST(Layout, a_long_edge_runs_round_what_it_passes) {
  const auto graph = plain(4, {{0, 1}, {1, 2}, {2, 3}, {0, 3}});
  const auto layout = lay_out(graph);
  const auto& route = layout.routes[3];
  ASSERT_GE(route.size(), 4U);
  for (const auto& point : route)
    for (const std::size_t passed : {1U, 2U}) {
      const auto& box = layout.nodes[passed];
      const bool is_beside = point.y < box.y || point.y > box.y + box.height;
      EXPECT_TRUE(is_beside || point.x < box.x || point.x > box.x + box.width);
    }
}

TEST(Layout, what_only_one_waits_for_stands_next_to_it) {
  const auto layout = lay_out(plain(5, {{0, 1}, {1, 2}, {2, 3}, {4, 3}, {4, 3}}));
  EXPECT_EQ(layout.nodes[4].x, layout.nodes[2].x);
}

TEST(Layout, an_edge_to_a_group_ends_at_its_box) {
  auto graph = plain(5, {{0, group_end(0)}, {group_end(0), 4}, {1, 2}});
  for (const std::size_t member : {1U, 2U, 3U}) graph.nodes[member].group = 0;
  graph.group_count = 1;
  const auto layout = lay_out(graph);
  check(graph, layout);
  const auto& box = layout.groups[0];
  EXPECT_EQ(layout.routes[0].back(), (LayoutPoint{box.x, box.y + box.height / 2}));
  EXPECT_EQ(layout.routes[1].front(), (LayoutPoint{box.x + box.width, box.y + box.height / 2}));
  EXPECT_LT(layout.nodes[0].x, layout.nodes[1].x);
  EXPECT_GT(layout.nodes[4].x, layout.nodes[2].x);
}

TEST(Layout, a_cycle_has_an_edge_that_runs_back) {
  const auto layout = lay_out(plain(3, {{0, 1}, {1, 2}, {2, 0}}));
  EXPECT_LT(layout.nodes[0].x, layout.nodes[1].x);
  EXPECT_LT(layout.nodes[1].x, layout.nodes[2].x);
  EXPECT_GT(layout.routes[2].front().x, layout.routes[2].back().x);
}

TEST(Layout, nothing_is_an_empty_sheet) {
  const auto layout = lay_out({});
  EXPECT_TRUE(layout.nodes.empty());
  EXPECT_GT(layout.width, 0);
}

TEST(Layout, the_work_grows_with_the_size_of_the_graph) {
  // In steps of the inner loops: what 1,000 nodes may cost is a few hundred per node.
  const auto small = lay_out(tangle(1'000, 20, 3, true));
  EXPECT_LT(small.work, 400'000);
  const auto large = lay_out(tangle(10'000, 20, 3, true));
  EXPECT_LT(large.work, 15 * small.work);
}

TEST(Layout, a_tangle_of_long_edges_stays_affordable) {
  // A chain of 2,000, each of which also waits for the first: two million bends if each had its
  // own.
  LayoutGraph graph = plain(2'000, {});
  for (std::int32_t i = 1; i < 2'000; ++i) {
    graph.edges.push_back({i - 1, i});
    if (i > 1) graph.edges.push_back({0, i});
  }
  EXPECT_LT(lay_out(graph).work, 2'000'000);
}

}  // namespace
}  // namespace weft
