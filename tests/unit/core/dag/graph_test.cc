#include "server/core/dag/graph.h"

#include <random>
#include <set>

#include "tests/unit/core/dag/parse_helper.h"

namespace weft::test {
namespace {

using Edges = std::vector<std::vector<std::int32_t>>;

/// Each task depends on up to `most` of the tasks before it.
Edges random_edges(std::mt19937& random, int tasks, int most) {
  Edges upstream(static_cast<std::size_t>(tasks));
  for (int i = 1; i < tasks; ++i) {
    const int count = static_cast<int>(random() % static_cast<unsigned>(most + 1));
    for (int k = 0; k < count; ++k) {
      upstream[static_cast<std::size_t>(i)].push_back(
          static_cast<int>(random() % static_cast<unsigned>(i)));
    }
  }
  return upstream;
}

std::set<std::int32_t> reachable(const Edges& edges, std::int32_t from) {
  std::set<std::int32_t> found;
  std::vector<std::int32_t> open = {from};
  while (!open.empty()) {
    const std::int32_t here = open.back();
    open.pop_back();
    for (const std::int32_t next : edges[static_cast<std::size_t>(here)]) {
      if (found.insert(next).second) open.push_back(next);
    }
  }
  return found;
}

TEST(Weights, CountDistinctTasksAsANaiveWalkDoes) {
  std::mt19937 random(7);
  for (const int tasks : {1, 2, 63, 64, 65, 255, 256, 257, 600}) {
    const TaskGraph graph = make_graph(random_edges(random, tasks, 4));
    std::vector<int> own;
    for (int i = 0; i < tasks; ++i) own.push_back(static_cast<int>(random() % 20) - 5);
    const auto below = descendant_weights(graph, own);
    const auto above = ancestor_weights(graph, own);
    for (std::size_t i = 0; i < graph.size(); ++i) {
      std::int64_t expected_below = own[i], expected_above = own[i];
      for (const auto j : reachable(graph.downstream, static_cast<int>(i))) {
        expected_below += own[static_cast<std::size_t>(j)];
      }
      for (const auto j : reachable(graph.upstream, static_cast<int>(i))) {
        expected_above += own[static_cast<std::size_t>(j)];
      }
      ASSERT_EQ(below[i], expected_below) << tasks << " tasks, task " << i;
      ASSERT_EQ(above[i], expected_above) << tasks << " tasks, task " << i;
    }
  }
}

TEST(Weights, AreTheHeaviestPathAboveTenThousand) {
  const std::size_t tasks = 10'001;
  Edges upstream(tasks);
  for (std::size_t i = 1; i < tasks; ++i) upstream[i] = {static_cast<int>(i - 1)};
  upstream[tasks - 1] = {0};
  const std::vector<int> own(tasks, 2);
  const auto weights = descendant_weights(make_graph(upstream), own);
  EXPECT_EQ(weights[0], 2 * (10'001 - 1));
  EXPECT_EQ(weights[tasks - 1], 2);
  EXPECT_EQ(ancestor_weights(make_graph(upstream), own)[tasks - 1], 4);
}

TEST(Graph, FindsWhatIsNotUpstreamAsANaiveWalkDoes) {
  std::mt19937 random(11);
  const int tasks = 700;
  const TaskGraph graph = make_graph(random_edges(random, tasks, 2));
  std::vector<std::pair<std::int32_t, std::int32_t>> pairs, expected;
  for (int k = 0; k < 5000; ++k) {
    pairs.emplace_back(random() % tasks, random() % tasks);
    if (!reachable(graph.upstream, pairs.back().first).contains(pairs.back().second)) {
      expected.push_back(pairs.back());
    }
  }
  auto wrong = not_upstream(graph, pairs);
  std::sort(wrong.begin(), wrong.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(wrong, expected);
}

TEST(Graph, OrdersTopologicallyAndKeepsTheFilesOrderOtherwise) {
  EXPECT_EQ(topological_order(make_graph({{}, {}, {}})), (std::vector<std::int32_t>{0, 1, 2}));
  EXPECT_EQ(topological_order(make_graph({{2}, {}, {}, {0}})),
            (std::vector<std::int32_t>{1, 2, 0, 3}));
  const TaskGraph cyclic = make_graph({{}, {3}, {1}, {2}, {0}});
  const auto order = topological_order(cyclic);
  EXPECT_EQ(order, (std::vector<std::int32_t>{0, 4}));
  EXPECT_EQ(find_cycle(cyclic, order), (std::vector<std::int32_t>{1, 2, 3}));
  EXPECT_TRUE(find_cycle(make_graph({{}, {0}}), {0, 1}).empty());
}

TEST(Graph, OfADagIsInTopologicalOrder) {
  const auto dag = parsed(R"({"tasks": [
    {"task_id": "c", "type": "noop", "depends_on": ["a", "b"]}, {"task_id": "b", "type": "noop", "depends_on": ["a"]},
    {"task_id": "a", "type": "noop"}, {"task_id": "d", "type": "noop", "depends_on": ["a"], "weight_rule": "upstream"}]})");
  ASSERT_TRUE(dag);
  std::string order;
  for (const Task& task : dag->tasks)
    order += task.id + std::to_string(task.effective_weight) + " ";
  EXPECT_EQ(order, "a4 b2 c1 d2 ");
}

}  // namespace
}  // namespace weft::test
