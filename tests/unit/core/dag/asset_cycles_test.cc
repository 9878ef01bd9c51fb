#include "server/core/dag/asset_cycles.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <set>

namespace weft::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Step = AssetCycle::Step;

TEST(AssetCycles, what_only_flows_on_has_none) {
  EXPECT_THAT(find_asset_cycles({}), IsEmpty());
  EXPECT_THAT(find_asset_cycles({{"a", {"x"}, {}}, {"b", {"y"}, {"x"}}, {"c", {}, {"x", "y"}}}),
              IsEmpty());
}

TEST(AssetCycles, a_dag_scheduled_on_its_own_outlet_is_one) {
  const auto cycles = find_asset_cycles({{"a", {"x"}, {"x"}}});
  ASSERT_EQ(cycles.size(), 1U);
  EXPECT_THAT(cycles[0].steps, ElementsAre(Step{"a", "x"}));
  EXPECT_THAT(cycles[0].entangled, IsEmpty());
  EXPECT_THAT(describe(cycles[0]), HasSubstr("asset cycle a -(x)-> a: "));
}

TEST(AssetCycles, the_message_names_the_whole_way_and_the_fix) {
  const auto cycles = find_asset_cycles({{"b", {"y"}, {"x"}}, {"a", {"x"}, {"y"}}});
  ASSERT_EQ(cycles.size(), 1U);
  EXPECT_THAT(cycles[0].steps, ElementsAre(Step{"a", "x"}, Step{"b", "y"}));
  EXPECT_THAT(describe(cycles[0]), HasSubstr("a -(x)-> b -(y)-> a: "));
  EXPECT_THAT(describe(cycles[0]), HasSubstr("take one of these assets out of the schedule"));
  EXPECT_THAT(describe(cycles[0]), Not(HasSubstr("entangled")));
}

TEST(AssetCycles, the_shortest_way_is_told_and_who_else_is_in_it) {
  // hub goes round by itself and b, and by c and d.
  const auto cycles = find_asset_cycles({{"hub", {"h"}, {"b1", "d1"}},
                                         {"b", {"b1"}, {"h"}},
                                         {"c", {"c1"}, {"h"}},
                                         {"d", {"d1"}, {"c1"}},
                                         {"after", {}, {"d1"}},
                                         {"before", {"b1"}, {}}});
  ASSERT_EQ(cycles.size(), 1U);
  EXPECT_THAT(cycles[0].steps, ElementsAre(Step{"b", "b1"}, Step{"hub", "h"}));
  EXPECT_THAT(cycles[0].entangled, ElementsAre("c", "d"));
  EXPECT_THAT(describe(cycles[0]), HasSubstr("entangled in it: c, d; "));
}

TEST(AssetCycles, knots_come_by_their_first_dag_whatever_the_order) {
  std::vector<AssetFlow> flows{
      {"z", {"1"}, {"1"}}, {"m", {"2"}, {"3"}}, {"n", {"3"}, {"2", "1"}}, {"a", {"4"}, {"4", "3"}}};
  const auto told = [&] {
    std::string all;
    for (const auto& cycle : find_asset_cycles(flows)) all += describe(cycle) + "\n";
    return all;
  };
  const std::string first = told();
  EXPECT_THAT(first, HasSubstr("a -(4)-> a"));
  EXPECT_LT(first.find("a -(4)-> a"), first.find("m -(2)-> n -(3)-> m"));
  EXPECT_LT(first.find("m -(2)-> n -(3)-> m"), first.find("z -(1)-> z"));
  std::sort(flows.begin(), flows.end(),
            [](const auto& a, const auto& b) { return a.dag_id < b.dag_id; });
  EXPECT_EQ(told(), first);
}

TEST(AssetCycles, mentions_of_one_dag_are_put_together) {
  const auto cycles = find_asset_cycles({{"a", {"x"}, {}}, {"a", {"x", "x"}, {"x"}}});
  ASSERT_EQ(cycles.size(), 1U);
  EXPECT_EQ(cycles[0].steps.size(), 1U);
}

/// DAGs that lead back to themselves, found by walking from each.
std::set<std::string> naive(const std::vector<AssetFlow>& flows) {
  const auto leads = [](const AssetFlow& from, const AssetFlow& to) {
    return std::any_of(from.produces.begin(), from.produces.end(), [&](const auto& asset) {
      return std::find(to.consumes.begin(), to.consumes.end(), asset) != to.consumes.end();
    });
  };
  std::set<std::string> found;
  for (const auto& start : flows) {
    std::set<const AssetFlow*> reached;
    std::vector<const AssetFlow*> open{&start};
    while (!open.empty()) {
      const AssetFlow* here = open.back();
      open.pop_back();
      for (const auto& next : flows)
        if (leads(*here, next) && reached.insert(&next).second) open.push_back(&next);
    }
    if (reached.contains(&start)) found.insert(start.dag_id);
  }
  return found;
}

TEST(AssetCycles, finds_what_a_naive_walk_finds_and_each_step_is_true) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    std::vector<AssetFlow> flows;
    const auto name = [&](const char* prefix, unsigned most) {
      return prefix + std::to_string(random() % most);
    };
    for (int dag = 0; dag < 9; ++dag) {
      AssetFlow flow{"d" + std::to_string(dag), {}, {}};
      if (random() % 3 != 0) flow.produces.push_back(name("x", 8));
      if (random() % 3 != 0) flow.consumes.push_back(name("x", 8));
      if (random() % 4 == 0) flow.consumes.push_back(name("x", 8));
      flows.push_back(std::move(flow));
    }
    std::set<std::string> found;
    for (const auto& cycle : find_asset_cycles(flows)) {
      for (std::size_t i = 0; i < cycle.steps.size(); ++i) {
        const auto& step = cycle.steps[i];
        const auto& next = cycle.steps[(i + 1) % cycle.steps.size()];
        const auto& from = flows[static_cast<std::size_t>(step.dag_id[1] - '0')];
        const auto& to = flows[static_cast<std::size_t>(next.dag_id[1] - '0')];
        EXPECT_THAT(from.produces, ::testing::Contains(step.asset));
        EXPECT_THAT(to.consumes, ::testing::Contains(step.asset));
        found.insert(step.dag_id);
      }
      found.insert(cycle.entangled.begin(), cycle.entangled.end());
    }
    EXPECT_EQ(found, naive(flows));
  }
}

TEST(AssetCycles, a_long_one_needs_no_deep_stack) {
  constexpr int count = 100'000;
  std::vector<AssetFlow> flows;
  for (int i = 0; i < count; ++i)
    flows.push_back({"d" + std::to_string(i),
                     {"x" + std::to_string(i)},
                     {"x" + std::to_string((i + count - 1) % count)}});
  const auto cycles = find_asset_cycles(flows);
  ASSERT_EQ(cycles.size(), 1U);
  EXPECT_EQ(cycles[0].steps.size(), static_cast<std::size_t>(count));
}

}  // namespace
}  // namespace weft::test
