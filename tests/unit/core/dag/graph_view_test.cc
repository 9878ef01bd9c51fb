// What of a DAG is drawn, and which chain of instances held a run up.

#include "server/core/dag/graph_view.h"

#include "server/core/dag/critical_path.h"
#include "server/core/dag/rows.h"
#include "tests/unit/core/dag/parse_helper.h"

namespace weft::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::string id_of(const GraphNode& node, const Dag& dag) {
  return node.is_group() ? dag.groups[static_cast<std::size_t>(node.group)].id
                         : dag.task(node.task).id;
}

/// "a > b", with the kind and the label when they say something.
std::vector<std::string> edges(const GraphView& view, const Dag& dag) {
  std::vector<std::string> list;
  for (const auto& edge : view.edges) {
    auto text = id_of(view.nodes[static_cast<std::size_t>(edge.from)], dag) + " > " +
                id_of(view.nodes[static_cast<std::size_t>(edge.to)], dag);
    if (edge.kind == GraphEdge::Kind::teardown) text += " teardown";
    if (edge.kind == GraphEdge::Kind::branch) text += " if " + edge.label;
    list.push_back(text);
  }
  return list;
}

/// a → [ g1, g2 ] → [ h1, h2 ] → z
const std::string two_groups = R"({"task_groups": {"g": {"depends_on": ["a"]},
    "h": {"depends_on": ["g"]}}, "tasks": [
  {"task_id": "a", "command": "true"},
  {"task_id": "g1", "command": "true", "group": "g"},
  {"task_id": "g2", "command": "true", "group": "g"},
  {"task_id": "h1", "command": "true", "group": "h"},
  {"task_id": "h2", "command": "true", "group": "h"},
  {"task_id": "z", "command": "true", "depends_on": ["h"]}]})";

TEST(RowLines, a_group_stands_before_its_tasks_where_the_first_of_them_would) {
  const auto dag = parsed(R"({"task_groups": {"g": {}}, "tasks": [
    {"task_id": "a", "command": "true"},
    {"task_id": "g1", "command": "true", "group": "g", "depends_on": ["a"]},
    {"task_id": "b", "command": "true", "depends_on": ["g1"]},
    {"task_id": "g2", "command": "true", "group": "g", "depends_on": ["b"]}]})");
  std::vector<std::string> names;
  for (const auto& line : row_lines(*dag))
    names.push_back(line.is_group() ? dag->groups[static_cast<std::size_t>(line.group)].id
                                    : dag->task(line.task).id);
  EXPECT_THAT(names, ElementsAre("a", "g", "g1", "g2", "b"));
}

TEST(GraphView, all_edges_between_two_groups_are_one) {
  const auto dag = parsed(two_groups);
  EXPECT_THAT(edges(graph_view(*dag), *dag), UnorderedElementsAre("a > g", "g > h", "h > z"));
}

TEST(GraphView, edges_to_some_of_a_group_stay_as_they_are) {
  const auto dag = parsed(R"({"task_groups": {"g": {}}, "tasks": [
    {"task_id": "a", "command": "true"},
    {"task_id": "g1", "command": "true", "group": "g", "depends_on": ["a"]},
    {"task_id": "g2", "command": "true", "group": "g"},
    {"task_id": "z", "command": "true", "depends_on": ["g2"]}]})");
  EXPECT_THAT(edges(graph_view(*dag), *dag), UnorderedElementsAre("a > g1", "g2 > z"));
}

TEST(GraphView, a_collapsed_group_is_one_node) {
  const auto dag = parsed(two_groups);
  const auto view = graph_view(*dag, {"g", "unknown"});
  std::vector<std::string> names;
  for (const auto& node : view.nodes) names.push_back(id_of(node, *dag));
  EXPECT_THAT(names, ElementsAre("a", "g", "h", "h1", "h2", "z"));
  EXPECT_TRUE(view.nodes[1].is_collapsed);
  EXPECT_FALSE(view.nodes[2].is_collapsed);
  EXPECT_THAT(edges(view, *dag), UnorderedElementsAre("a > g", "g > h", "h > z"));
  EXPECT_LT(view.nodes[1].box.height, view.nodes[2].box.height);
}

TEST(GraphView, a_collapsed_group_with_a_way_round_is_drawn_with_an_edge_back) {
  const auto dag = parsed(R"({"task_groups": {"g": {}}, "tasks": [
    {"task_id": "g1", "command": "true", "group": "g"},
    {"task_id": "b", "command": "true", "depends_on": ["g1"]},
    {"task_id": "g2", "command": "true", "group": "g", "depends_on": ["b"]}]})");
  const auto view = graph_view(*dag, {"g"});
  EXPECT_THAT(edges(view, *dag), UnorderedElementsAre("g > b", "b > g"));
  EXPECT_GT(view.edges[1].route.front().x, view.edges[1].route.back().x);
}

TEST(GraphView, branches_carry_their_conditions_and_setups_lead_to_their_teardowns) {
  const auto dag = parsed(R"({"params": {"mode": {"type": "string", "default": "x"}}, "tasks": [
    {"task_id": "choose", "type": "branch",
     "with": {"cases": [{"when": "params.mode == 'full'", "next": ["up"]}], "default": ["other"]}},
    {"task_id": "other", "command": "true", "depends_on": ["choose"]},
    {"task_id": "up", "command": "true", "depends_on": ["choose"]},
    {"task_id": "work", "command": "true", "depends_on": ["up"]},
    {"task_id": "down", "command": "true", "depends_on": ["work"], "teardown_of": ["up"]}]})");
  const auto view = graph_view(*dag);
  EXPECT_THAT(edges(view, *dag), UnorderedElementsAre("choose > up if params.mode == 'full'",
                                                      "choose > other if default", "up > work",
                                                      "work > down", "up > down teardown"));
  for (const auto& node : view.nodes) EXPECT_EQ(node.is_setup, id_of(node, *dag) == "up");
}

TEST(GraphView, a_box_is_as_wide_as_its_name_in_letters) {
  const auto dag = parsed(R"({"tasks": [
    {"task_id": "a", "command": "true", "task_display_name": "zwanzig Buchstaben e"},
    {"task_id": "b", "command": "true", "task_display_name": "zwölf Bücher übrig ä"}]})");
  const auto view = graph_view(*dag);
  EXPECT_EQ(view.nodes[0].box.width, view.nodes[1].box.width);
  EXPECT_EQ(view.nodes[0].box.width, 48 + 20 * 8);
}

Instant second(int n) {
  return from_micros(n * 1'000'000LL);
}

/// Names of the tasks on the path, with the map index where there is one.
std::vector<std::string> path(const Dag& dag, const std::vector<TimedInstance>& instances) {
  std::vector<std::string> names;
  for (const std::size_t position : critical_path(dag, instances)) {
    const auto& one = instances[position];
    names.push_back(dag.task(one.task).id +
                    (one.map_index < 0 ? "" : "[" + std::to_string(one.map_index) + "]"));
  }
  return names;
}

class CriticalPath : public testing::Test {
 protected:
  void add(const std::string& task, int ready, int start, int end, int map_index = -1) {
    TimedInstance one{dag_->find_task(task)->index, map_index, second(ready), second(start), {}};
    if (end > 0) one.end = second(end);
    instances_.push_back(one);
  }
  std::shared_ptr<const Dag> dag_;
  std::vector<TimedInstance> instances_;
};

TEST_F(CriticalPath, goes_by_the_upstream_that_ended_last) {
  dag_ = parsed(R"({"tasks": [{"task_id": "a", "command": "true"},
    {"task_id": "fast", "command": "true", "depends_on": ["a"]},
    {"task_id": "slow", "command": "true", "depends_on": ["a"]},
    {"task_id": "z", "command": "true", "depends_on": ["fast", "slow"]},
    {"task_id": "side", "command": "true"}]})");
  EXPECT_THAT(path(*dag_, instances_), IsEmpty());
  add("a", 0, 0, 2);
  add("fast", 2, 2, 3);
  add("slow", 2, 4, 9);
  add("z", 9, 9, 10);
  add("side", 0, 0, 8);
  EXPECT_THAT(path(*dag_, instances_), ElementsAre("a", "slow", "z"));
}

TEST_F(CriticalPath, what_ended_after_one_success_was_enough_held_nobody_up) {
  dag_ = parsed(R"({"tasks": [{"task_id": "first", "command": "true"},
    {"task_id": "late", "command": "true"},
    {"task_id": "z", "command": "true", "depends_on": ["first", "late"],
     "trigger_rule": "one_success"}]})");
  add("first", 0, 0, 3);
  add("late", 0, 0, 5);
  add("z", 3, 3, 20);
  EXPECT_THAT(path(*dag_, instances_), ElementsAre("first", "z"));
}

TEST_F(CriticalPath, ends_in_what_runs_still) {
  dag_ = parsed(R"({"tasks": [{"task_id": "a", "command": "true"},
    {"task_id": "b", "command": "true", "depends_on": ["a"]},
    {"task_id": "c", "command": "true"}]})");
  add("a", 0, 0, 2);
  add("b", 2, 3, 0);
  add("c", 0, 0, 9);
  EXPECT_THAT(path(*dag_, instances_), ElementsAre("a", "b"));
}

TEST_F(CriticalPath, keeps_to_its_lane_in_a_mapped_group) {
  dag_ = parsed(R"({"task_groups": {"g": {"expand": {"x": [1, 2]}}}, "tasks": [
    {"task_id": "a", "command": "true", "group": "g"},
    {"task_id": "b", "command": "true", "group": "g", "depends_on": ["a"]},
    {"task_id": "z", "command": "true", "depends_on": ["g"]}]})");
  add("a", 0, 0, 4, 0);
  add("a", 0, 0, 2, 1);
  add("b", 4, 4, 5, 0);
  add("b", 4, 4, 7, 1);
  add("z", 7, 7, 8);
  EXPECT_THAT(path(*dag_, instances_), ElementsAre("a[1]", "b[1]", "z"));
}

TEST_F(CriticalPath, a_teardown_waits_for_all_in_its_scope) {
  dag_ = parsed(R"({"tasks": [{"task_id": "up", "command": "true"},
    {"task_id": "work", "command": "true", "depends_on": ["up"]},
    {"task_id": "more", "command": "true", "depends_on": ["work"]},
    {"task_id": "down", "command": "true", "depends_on": ["more"], "teardown_of": ["up"]}]})");
  add("up", 0, 0, 1);
  add("work", 1, 1, 6);
  add("more", 3, 3, 4);  // run again before its upstream was
  add("down", 6, 6, 7);
  EXPECT_THAT(path(*dag_, instances_), ElementsAre("up", "work", "down"));
}

}  // namespace
}  // namespace weft::test
