// Runs that are cleared or moved to a newer version while tasks of them are mapped.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/scheduler/edit_calls.h"

namespace weft::test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

/// list → load[…] → mart
const char* const mapped = R"("tasks": [
    {"task_id": "list", "command": "true"},
    {"task_id": "load", "command": ["load", "{{ map.x }}"], "depends_on": ["list"],
     "expand": {"x": "{{ outputs.list.xs }}"}},
    {"task_id": "mart", "command": "true", "depends_on": ["load"]}])";

void run_mapped(Lab& lab, const json& list) {
  lab.put_dag("d", mapped);
  lab.work(9);
  lab.trigger("d", "r");
  lab.finish("r.list", AttemptState::success, 0, {{"xs", list}});
  lab.finish_all();
  EXPECT_EQ(lab.run_state("d", "r"), "success");
}

TEST(EditedMaps, over_more_elements_after_a_clear_get_more_instances) {
  Lab lab;
  run_mapped(lab, {"a", "b"});
  edit(lab, clear("r"));
  lab.finish("r.list", AttemptState::success, 0, {{"xs", {"a", "b", "c"}}});
  EXPECT_THAT(lab.held(), ElementsAre("r.load[0]", "r.load[1]", "r.load[2]"));
  lab.restart();
  lab.finish_all();
  EXPECT_EQ(lab.run_state("d", "r"), "success");
}

TEST(EditedMaps, over_fewer_elements_after_a_clear_lose_the_others_and_may_get_them_back) {
  Lab lab;
  run_mapped(lab, {"a", "b", "c"});
  edit(lab, clear("r"));
  lab.finish("r.list", AttemptState::success, 0, {{"xs", {"a"}}});
  EXPECT_THAT(lab.held(), ElementsAre("r.load[0]"));
  EXPECT_EQ(lab.state("d", "r", "load", 2), "removed");
  lab.finish("r.load[0]");
  EXPECT_THAT(lab.held(), ElementsAre("r.mart")) << "what is removed counts no more";
  lab.finish_all();
  edit(lab, clear("r"));
  lab.finish("r.list", AttemptState::success, 0, {{"xs", {"a", "b"}}});
  EXPECT_THAT(lab.held(), ElementsAre("r.load[0]", "r.load[1]"));
  EXPECT_EQ(lab.state("d", "r", "load", 2), "removed");
}

TEST(EditedMaps, that_became_shorter_are_waited_for_after_a_restart_too) {
  Lab lab;
  run_mapped(lab, {"a", "b", "c"});
  edit(lab, clear("r"));
  lab.finish("r.list", AttemptState::success, 0, {{"xs", {"a"}}});
  lab.restart();
  EXPECT_EQ(lab.state("d", "r", "mart"), "none");
  EXPECT_THAT(lab.held(), ElementsAre("r.load[0]"));
  lab.finish_all();
  EXPECT_EQ(lab.run_state("d", "r"), "success");
}

TEST(EditedMaps, that_were_empty_once_get_the_same_elements_back) {
  Lab lab;
  run_mapped(lab, {"a", "b"});
  edit(lab, clear("r"));
  lab.finish("r.list", AttemptState::success, 0, {{"xs", json::array()}});
  EXPECT_EQ(lab.state("d", "r", "load", 0), "skipped");
  edit(lab, clear("r"));
  lab.finish("r.list", AttemptState::success, 0, {{"xs", {"a", "b"}}});
  EXPECT_THAT(lab.held(), ElementsAre("r.load[0]", "r.load[1]"));
}

TEST(EditedMaps, over_outputs_too_large_for_memory_see_them_in_the_same_step) {
  Lab lab;
  json list = json::array();
  for (int i = 0; i < 900; ++i) list.push_back(std::string(100, 'x'));
  run_mapped(lab, list);
  EXPECT_EQ(lab.state("d", "r", "load", 899), "success");
}

TEST(EditedMaps, are_deleted_with_their_run) {
  Lab lab;
  run_mapped(lab, {"a", "b"});
  EXPECT_TRUE(lab.apply(DeleteRun{"d", "r", "ada"}));
  lab.settle();
  EXPECT_THAT(lab.scheduler().state().jobs, IsEmpty());
  EXPECT_EQ(lab.run_state("d", "r"), "");
}

TEST(EditedMaps, of_one_cleared_element_only_that_one_and_what_follows_run_again) {
  Lab lab;
  run_mapped(lab, {"a", "b", "c"});
  edit(lab, clear("r", {{"load", 1}}));
  EXPECT_THAT(lab.held(), ElementsAre("r.load[1]"));
  lab.finish_all();
  EXPECT_EQ(lab.row("d", "r", "load", 1).try_number, 2);
  EXPECT_EQ(lab.row("d", "r", "load", 0).try_number, 1);
}

TEST(EditedMaps, elements_of_a_version_without_the_map_all_count) {
  Lab lab;
  run_mapped(lab, {"a", "b"});
  lab.put_dag("d", R"("tasks": [
      {"task_id": "list", "command": "true"},
      {"task_id": "load", "command": "true", "depends_on": ["list"]},
      {"task_id": "more", "command": "true", "depends_on": ["list"]},
      {"task_id": "mart", "command": "true", "depends_on": ["load", "more"]}])");
  edit(lab, clear("r", {{"mart", std::nullopt}}, true));
  EXPECT_THAT(lab.held(), ElementsAre("r.more"));
  EXPECT_EQ(lab.state("d", "r", "mart"), "none") << "two elements are not two tasks";
  lab.finish("r.more");
  EXPECT_THAT(lab.held(), ElementsAre("r.mart"));
}

TEST(EditedMaps, a_removed_mapped_task_leaves_its_elements_removed) {
  Lab lab;
  run_mapped(lab, {"a", "b"});
  lab.put_dag("d", R"("tasks": [{"task_id": "list", "command": "true"},
                               {"task_id": "mart", "command": "true", "depends_on": ["list"]}])");
  edit(lab, clear("r", {{"mart", std::nullopt}}, true));
  EXPECT_EQ(lab.state("d", "r", "load", 0), "removed");
  EXPECT_EQ(lab.state("d", "r", "load", 1), "removed");
  EXPECT_THAT(lab.held(), ElementsAre("r.mart"));
}

TEST(EditedMaps, of_an_older_version_are_mapped_anew_in_a_group_that_is) {
  Lab lab;
  run_mapped(lab, {"a"});
  lab.put_dag("d", R"("task_groups": {"g": {"expand": {"y": [1, 2]}}}, "tasks": [
      {"task_id": "list", "command": "true", "group": "g"},
      {"task_id": "load", "command": ["load", "{{ map.y }}"], "group": "g"}])");
  edit(lab, clear("r", {{"load", std::nullopt}}, true));
  EXPECT_THAT(lab.held(), ElementsAre("r.load[0]", "r.load[1]"));
  EXPECT_EQ(lab.row("d", "r", "list").try_number, 1) << "it has run, and is no element";
}

TEST(EditedMaps, of_an_older_version_make_no_elements_of_what_the_newer_one_maps_otherwise) {
  Lab lab;
  lab.put_dag("d", R"("task_groups": {"g": {"expand": {"x": [1, 2]}}}, "tasks": [
      {"task_id": "t", "command": "true", "expand": {"y": [1]}},
      {"task_id": "u", "command": "true", "group": "g", "depends_on": ["t"]}])");
  lab.work(9);
  lab.trigger("d", "r");
  lab.finish_all();
  lab.put_dag("d", R"("params": {"no": {"type": "boolean", "default": false}},
      "task_groups": {"g": {"expand": {"x": "{{ params.no }}"}}}, "tasks": [
      {"task_id": "t", "command": "true", "group": "g"},
      {"task_id": "u", "command": "true", "group": "g"},
      {"task_id": "v", "command": "true", "depends_on": ["g"], "trigger_rule": "all_done"}])");
  edit(lab, clear("r", {}, true));
  EXPECT_THAT(lab.held(), ElementsAre("r.v")) << "there is nothing else to run";
  EXPECT_EQ(lab.state("d", "r", "t", 0), "failed");
  EXPECT_EQ(lab.state("d", "r", "t", 1), "") << "an element of the older version's map";
  EXPECT_EQ(lab.state("d", "r", "u", 1), "removed");
}

TEST(EditedMaps, a_cleared_element_has_the_value_that_the_newer_version_gives_it) {
  Lab lab;
  const auto dag = [](const char* list) {
    return R"("max_active_runs": 1, "tasks": [
        {"task_id": "t", "command": "true", "when": "map.x != 'typo'", "expand": {"x": )" +
           std::string(list) + "}}]";
  };
  lab.put_dag("d", dag(R"(["a", "typo", "c"])"));
  lab.work(9);
  lab.trigger("d", "r");
  lab.finish_all();
  EXPECT_EQ(lab.state("d", "r", "t", 1), "skipped");
  lab.put_dag("d", dag(R"(["a", "b", "c", "d"])"));
  edit(lab, clear("r", {{"t", 1}}, true));
  EXPECT_THAT(lab.held(), ElementsAre("r.t[1]", "r.t[3]")) << "and the one that it adds";
  lab.finish_all();
  lab.put_dag("d", dag(R"(["a", "b", "c"])"));
  lab.trigger("d", "other");
  edit(lab, clear("r", {{"t", 3}}, true));
  lab.finish_all();
  EXPECT_EQ(lab.state("d", "r", "t", 3), "removed") << "beyond the new end";
  EXPECT_EQ(lab.run_state("d", "r"), "success");
}

TEST(EditedMaps, the_last_element_of_a_group_that_a_newer_version_lacks_closes_the_group) {
  Lab lab;
  const auto dag = [](const char* list) {
    return R"("task_groups": {"g": {"retries": 1}}, "tasks": [
        {"task_id": "t", "command": "true", "group": "g", "expand": {"x": )" +
           std::string(list) +
           R"(}},
        {"task_id": "after", "command": "true", "depends_on": ["g"]}])";
  };
  lab.put_dag("d", dag("[1, 2, 3]"));
  lab.work(9);
  lab.trigger("d", "r");
  lab.finish_all();
  lab.put_dag("d", dag("[1, 2]"));
  edit(lab, clear("r", {{"t", 2}, {"after", std::nullopt}}, true));
  EXPECT_EQ(lab.state("d", "r", "t", 2), "removed");
  EXPECT_THAT(lab.held(), ElementsAre("r.after"));
}

TEST(EditedMaps, that_came_to_nothing_have_no_elements_left) {
  Lab lab;
  lab.put_dag("d", R"("task_groups": {"g": {"expand": {"x": "{{ outputs.list.xs }}"}}}, "tasks": [
      {"task_id": "list", "command": "true"},
      {"task_id": "a", "command": ["a", "{{ map.x }}"], "group": "g", "depends_on": ["list"]},
      {"task_id": "b", "command": ["b", "{{ map.x }}"], "group": "g", "depends_on": ["list"]}])");
  lab.work(9);
  lab.trigger("d", "r");
  lab.finish("r.list", AttemptState::success, 0, {{"xs", {"one", "two"}}});
  lab.finish_all();
  edit(lab, clear("r"));
  lab.finish("r.list", AttemptState::success, 0, {{"xs", "no list"}});
  EXPECT_EQ(lab.state("d", "r", "a", 0), "failed");
  lab.restart();
  edit(lab, clear("r", {{"a", 1}}));
  EXPECT_EQ(lab.state("d", "r", "a", 1), "removed");
  edit(lab, clear("r", {{"b", 0}}));
  EXPECT_THAT(lab.held(), IsEmpty()) << "the elements of the map before are not its own";
  EXPECT_EQ(lab.state("d", "r", "b", 0), "failed");
}

// Simulation, seed 5601.
TEST(EditedMaps, an_element_that_its_neighbour_has_none_for_does_not_wait_for_it) {
  Lab lab;
  lab.put_dag("d", R"("tasks": [
      {"task_id": "list", "command": "true"},
      {"task_id": "a", "command": "true", "expand": {"x": [1, 2]}},
      {"task_id": "b", "command": "true", "expand": {"x": [1, 2, 3]}}])");
  lab.work(9);
  lab.trigger("d", "r");
  lab.finish_all();
  lab.put_dag("d", R"("task_groups": {"g": {"expand": {"x": "{{ outputs.list.xs }}"}}}, "tasks": [
      {"task_id": "list", "command": "true"},
      {"task_id": "a", "command": "true", "group": "g", "depends_on": ["list"],
       "trigger_rule": "all_skipped"},
      {"task_id": "b", "command": "true", "group": "g", "depends_on": ["a"],
       "trigger_rule": "all_done"}])");
  edit(lab, clear("r", {}, true));
  lab.finish("r.list");
  EXPECT_EQ(lab.state("d", "r", "b", 0), "upstream_failed");
  EXPECT_EQ(lab.state("d", "r", "b", 2), "removed");
  EXPECT_EQ(lab.run_state("d", "r"), "failed");
}

// Simulation, seed 13316.
TEST(EditedMaps, the_rule_of_an_element_counts_its_lane_alone_from_its_first_start_on) {
  Lab lab;
  lab.put_dag("d", R"("tasks": [
      {"task_id": "a", "command": "true", "expand": {"x": [1, 2]}},
      {"task_id": "z", "command": "true"}])");
  lab.work(9);
  lab.trigger("d", "r");
  lab.finish("r.a[1]", AttemptState::failed, 1);
  lab.finish_all();
  lab.put_dag("d", R"("task_groups": {"g": {"expand": {"x": [1]}}}, "tasks": [
      {"task_id": "a", "command": "true", "group": "g"},
      {"task_id": "b", "command": "true", "group": "g", "depends_on": ["a"],
       "trigger_rule": "one_failed"},
      {"task_id": "z", "command": "true"}])");
  edit(lab, clear("r", {{"z", std::nullopt}}, true));
  EXPECT_THAT(lab.held(), ElementsAre("r.z"));
  EXPECT_EQ(lab.state("d", "r", "b", 0), "skipped") << "its a has not failed";
}

TEST(EditedMaps, a_mapped_teardown_of_a_run_that_is_ended_runs_for_each_element) {
  Lab lab;
  lab.put_dag("d", R"("fail_fast": true, "tasks": [
      {"task_id": "up", "command": "true"},
      {"task_id": "work", "command": "true", "depends_on": ["up"]},
      {"task_id": "down", "command": "true", "depends_on": ["work"], "teardown_of": ["up"],
       "expand": {"x": [1, 2]}}])");
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.up");
  lab.finish("r.work", AttemptState::failed, 1);
  EXPECT_THAT(lab.held(), ElementsAre("r.down[0]", "r.down[1]"));
  lab.finish_all();
  EXPECT_EQ(lab.run_state("d", "r"), "failed");
  EXPECT_THAT(lab.scheduler().state().runs, IsEmpty());
}

}  // namespace
}  // namespace weft::test
