// Task groups, teardowns and mappings as the parser compiles them.

#include "tests/unit/core/dag/parse_helper.h"

namespace weft::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::vector<std::string> ids(const Dag& dag, const std::vector<TaskIndex>& tasks) {
  std::vector<std::string> names;
  for (const TaskIndex task : tasks) names.push_back(dag.task(task).id);
  return names;
}

std::string errors(const std::string& text) {
  const ParseOutput output = parse(text);
  EXPECT_FALSE(output.dag);
  return findings(output);
}

/// a → [ g1 → g2, g3 ] → z
std::string grouped(const std::string& group) {
  return R"({"task_groups": {"g": {"depends_on": ["a"])" + group + R"(}}, "tasks": [
    {"task_id": "z", "command": "true", "depends_on": ["g"]},
    {"task_id": "a", "command": "true"},
    {"task_id": "g1", "command": "true", "group": "g"},
    {"task_id": "g2", "command": "true", "group": "g", "depends_on": ["g1"]},
    {"task_id": "g3", "command": "true", "group": "g"}]})";
}

TEST(TaskGroupFiles, a_group_stands_for_its_last_and_first_tasks) {
  const auto dag = parsed(grouped(R"(, "tooltip": "one each", "retries": 2)"));
  EXPECT_THAT(ids(*dag, dag->find_task("z")->upstream), UnorderedElementsAre("g2", "g3"));
  EXPECT_THAT(ids(*dag, dag->find_task("g1")->upstream), ElementsAre("a"));
  EXPECT_THAT(ids(*dag, dag->find_task("g3")->upstream), ElementsAre("a"));
  ASSERT_EQ(dag->groups.size(), 1u);
  EXPECT_EQ(dag->groups[0].retries, 2);
  EXPECT_EQ(dag->groups[0].tooltip, "one each");
  EXPECT_THAT(ids(*dag, dag->groups[0].tasks), UnorderedElementsAre("g1", "g2", "g3"));
  EXPECT_EQ(dag->find_task("z")->group, -1);
}

TEST(TaskGroupFiles, a_teardown_in_a_group_is_none_of_its_last_tasks) {
  const auto dag = parsed(R"({"task_groups": {"g": {}}, "tasks": [
    {"task_id": "up", "command": "true", "group": "g"},
    {"task_id": "work", "command": "true", "group": "g", "depends_on": ["up"]},
    {"task_id": "down", "command": "true", "group": "g", "depends_on": ["work"], "teardown_of": ["up"]},
    {"task_id": "z", "command": "true", "depends_on": ["g"]}]})");
  EXPECT_THAT(ids(*dag, dag->find_task("z")->upstream), ElementsAre("work"));
}

TEST(TaskGroupFiles, keep_the_order_of_the_keys_of_expand_in_canonical_json) {
  const auto dag = parsed(grouped(R"(, "expand": {"z": [1], "a": [2], "m": "{{ outputs.a.x }}"})"));
  ParseInput again;
  again.path = "again.dag.json";
  again.text = dag->canonical;
  const auto same = parse_dag(again).dag;
  ASSERT_TRUE(same);
  EXPECT_EQ(same->hash, dag->hash);
  std::vector<std::string> keys;
  for (const MapKey& key : same->groups[0].mapping->keys) keys.push_back(key.name);
  EXPECT_THAT(keys, ElementsAre("z", "a", "m"));
  EXPECT_THAT(ids(*same, same->groups[0].mapping->output_references), ElementsAre("a"));
}

TEST(TaskGroupFiles, say_what_is_wrong) {
  EXPECT_THAT(errors(grouped(R"(, "retires": 1)")), HasSubstr("did you mean \"retries\"?"));
  EXPECT_THAT(errors(grouped(R"(, "retries": 1, "expand": {"a": [1]})")),
              HasSubstr("a mapped group has no retries of its own"));
  EXPECT_THAT(errors(grouped(R"(, "expand": {"a": "{{ outputs.g1.x }}"})")),
              HasSubstr("g1\" is not upstream of"));
  EXPECT_THAT(errors(R"({"task_groups": {"g": {}}, "tasks": [{"task_id": "t", "command": "x"}]})"),
              HasSubstr("no task is in the group \"g\""));
  EXPECT_THAT(errors(R"({"task_groups": {"t": {}}, "tasks": [
      {"task_id": "t", "command": "x", "group": "t"}]})"),
              HasSubstr("is a task's id already"));
  EXPECT_THAT(errors(R"({"task_groups": {"load": {}}, "tasks": [
      {"task_id": "a", "command": "x", "group": "load"},
      {"task_id": "t", "command": "x", "group": "laod"}]})"),
              HasSubstr("did you mean \"load\"?"));
  EXPECT_THAT(errors(R"({"task_groups": {"g": {}}, "tasks": [
      {"task_id": "t", "command": "x", "group": "g", "depends_on": ["g"]}]})"),
              HasSubstr("belongs to the group \"g\" itself"));
  EXPECT_THAT(errors(R"({"task_groups": {"g": {"expand": {"a": [1]}}}, "tasks": [
      {"task_id": "t", "command": "x", "group": "g", "expand": {"b": [1]}}]})"),
              HasSubstr("cannot be mapped itself"));
  EXPECT_THAT(errors(R"({"task_groups": {"g": {}, "h": {"depends_on": ["g"]}}, "tasks": [
      {"task_id": "a", "command": "x", "group": "g", "depends_on": ["b"]},
      {"task_id": "b", "command": "x", "group": "h"}]})"),
              HasSubstr("the tasks form a cycle"));
}

/// A group with retries and a task beside it, which depends on `beside` and is before `last`.
std::string with_detour(const std::string& retries) {
  return R"({"task_groups": {"g": {)" + retries + R"(}}, "tasks": [
    {"task_id": "first", "command": "true", "group": "g"},
    {"task_id": "beside", "command": "true", "depends_on": ["first"]},
    {"task_id": "last", "command": "true", "group": "g", "depends_on": ["beside"]}]})";
}

TEST(TaskGroupFiles, no_path_leaves_a_group_with_retries_and_comes_back) {
  EXPECT_THAT(errors(with_detour(R"("retries": 1)")), HasSubstr("comes back: g → beside → g"));
  EXPECT_TRUE(parsed(with_detour("")));
  EXPECT_THAT(errors(R"({"task_groups": {"g": {"retries": 1}, "h": {"retries": 1}}, "tasks": [
      {"task_id": "g1", "command": "x", "group": "g"},
      {"task_id": "h1", "command": "x", "group": "h", "depends_on": ["g1"]},
      {"task_id": "h2", "command": "x", "group": "h"},
      {"task_id": "g2", "command": "x", "group": "g", "depends_on": ["h2"]}]})"),
              HasSubstr("comes back: g → h → g"));
}

TEST(TaskGroupFiles, a_version_that_was_accepted_before_stays_one) {
  ParseInput stored;
  stored.path = "d.dag.json";
  stored.text = with_detour(R"("retries": 1)");
  stored.is_stored = true;
  EXPECT_TRUE(parse_dag(stored).dag);
}

TEST(TaskGroupFiles, have_a_max_map_length_of_their_own) {
  const auto dag = parsed(grouped(R"(, "expand": {"a": [1, 2]}, "max_map_length": 5000)"));
  EXPECT_EQ(dag->groups[0].mapping->max_length, 5000);
}

TEST(TaskGroupFiles, more_edges_than_can_be_kept_are_refused_before_they_are_made) {
  std::string text = R"({"task_groups": {"g": {"depends_on": [)";
  for (int i = 0; i < 3000; ++i) text += "\"h" + std::to_string(i) + "\", ";
  text += R"("h"]})";
  for (int i = 0; i < 3000; ++i) text += ", \"h" + std::to_string(i) + "\": {}";
  text += R"(}, "tasks": [{"task_id": "last", "command": "x"})";
  for (int i = 0; i < 3000; ++i)
    text += R"(, {"task_id": "t)" + std::to_string(i) + R"(", "command": "x", "group": "g"})";
  EXPECT_THAT(errors(text + "]}"), HasSubstr("more than 2,000,000 edges"));
}

TEST(TeardownFiles, too_many_over_too_many_tasks_are_refused) {
  std::string text = R"({"tasks": [{"task_id": "up", "command": "x"})";
  for (int i = 0; i < 3000; ++i) {
    const std::string above = i == 0 ? "up" : "a" + std::to_string(i - 1);
    text += R"(, {"task_id": "a)" + std::to_string(i) + R"(", "command": "x", "depends_on": [")" +
            above + R"("]})";
  }
  for (int i = 0; i < 800; ++i)
    text += R"(, {"task_id": "z)" + std::to_string(i) +
            R"(", "command": "x", "depends_on": ["a2999"], "teardown_of": ["up"]})";
  EXPECT_THAT(errors(text + "]}"), HasSubstr("fewer teardowns"));
}

TEST(TeardownFiles, know_what_lies_between_them_and_their_setups) {
  const auto dag = parsed(R"({"tasks": [
    {"task_id": "up", "command": "true"},
    {"task_id": "a", "command": "true", "depends_on": ["up"]},
    {"task_id": "b", "command": "true", "depends_on": ["a"]},
    {"task_id": "beside", "command": "true", "depends_on": ["up"]},
    {"task_id": "down", "command": "true", "depends_on": ["b"], "teardown_of": ["up"]}]})");
  const Task& down = *dag->find_task("down");
  EXPECT_TRUE(down.teardown);
  EXPECT_THAT(ids(*dag, down.setups), ElementsAre("up"));
  EXPECT_THAT(ids(*dag, down.upstream), ElementsAre("up", "b"));
  EXPECT_THAT(ids(*dag, down.between), ElementsAre("a"));
  EXPECT_THAT(ids(*dag, dag->find_task("a")->torn_down_by), ElementsAre("down"));
  EXPECT_THAT(dag->find_task("beside")->torn_down_by, IsEmpty());
  EXPECT_TRUE(dag->find_task("b")->fails_run) << "a teardown behind it leaves it a leaf";
  EXPECT_FALSE(dag->find_task("a")->fails_run);
  EXPECT_FALSE(down.fails_run);
}

TEST(TeardownFiles, say_what_is_wrong) {
  EXPECT_THAT(errors(with_task(R"("command": "x", "on_failure_fail_dagrun": true)")),
              HasSubstr("only a teardown has this key"));
  EXPECT_THAT(errors(with_task(R"("command": "x", "teardown": true, "trigger_rule": "always")")),
              HasSubstr("a teardown has a rule of its own"));
  EXPECT_THAT(errors(with_task(R"("command": "x", "teardown_of": ["t"])")),
              HasSubstr("cannot tear itself down"));
  EXPECT_THAT(errors(with_task(R"("command": "x", "teardown_of": ["u"])")),
              HasSubstr("no task \"u\""));
}

}  // namespace
}  // namespace weft::test
