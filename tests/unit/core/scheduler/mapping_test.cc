// Mapped tasks as whole scenarios.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/core/scheduler/map_lists.h"
#include "tests/unit/core/scheduler/lab.h"

namespace weft::test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// A list of regions, a task mapped over it, and one behind that.
std::string mapped(const std::string& keys = "", const std::string& after = "") {
  return R"("max_active_tasks": 5000, "tasks": [
    {"task_id": "list", "command": "true"},
    {"task_id": "load", "command": ["load", "{{ map.region }}"], "depends_on": ["list"],
     "expand": {"region": "{{ outputs.list.codes }}"})" +
         keys + R"(},
    {"task_id": "mart", "command": "true", "depends_on": ["load"])" +
         after + "}]";
}

json codes(int n) {
  json list = json::array();
  for (int i = 0; i < n; ++i) list.push_back("r" + std::to_string(i));
  return {{"codes", list}};
}

/// The element that a mapped instance was leased with, or null.
json element_of(const Lab& lab, const std::string& task_id, int map_index) {
  for (const auto& [id, run] : lab.scheduler().state().runs)
    for (const Instance& instance : run->instances)
      if (instance.row.task_id == task_id && instance.row.map_index == map_index)
        return map_values(*run->mappings.at(task_id).lists, map_index);
  return nullptr;
}

TEST(Mapping, over_nothing_is_skipped) {
  Lab lab;
  lab.put_dag("d", mapped());
  lab.work(4);
  lab.trigger("d", "r");
  EXPECT_EQ(lab.state("d", "r", "load"), "none") << "unexpanded, it is one unfinished upstream";
  lab.finish("r.list", AttemptState::success, 0, codes(0));
  EXPECT_EQ(lab.state("d", "r", "load"), "skipped");
  EXPECT_THAT(lab.row("d", "r", "load").reason, HasSubstr("expand.region is empty"));
  EXPECT_EQ(lab.state("d", "r", "mart"), "skipped");
  EXPECT_EQ(lab.run_state("d", "r"), "success");
}

TEST(Mapping, over_one_element) {
  Lab lab;
  lab.put_dag("d", mapped());
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.list", AttemptState::success, 0, codes(1));
  EXPECT_THAT(lab.held(), ElementsAre("r.load[0]"));
  EXPECT_EQ(element_of(lab, "load", 0), (json{{"region", "r0"}}));
  lab.finish("r.load[0]");
  EXPECT_THAT(lab.held(), ElementsAre("r.mart"));
}

TEST(Mapping, over_1024_elements_all_of_them_run_and_count) {
  Lab lab;
  lab.put_dag("d", mapped());
  lab.put_pool("default_pool", 2000);
  lab.work(2000);
  lab.trigger("d", "r");
  lab.finish("r.list", AttemptState::success, 0, codes(1024));
  EXPECT_THAT(lab.held(), SizeIs(1024));
  EXPECT_EQ(element_of(lab, "load", 1023), (json{{"region", "r1023"}}));
  for (int i = 0; i < 1023; ++i) lab.finish("r.load[" + std::to_string(i) + "]");
  EXPECT_EQ(lab.state("d", "r", "mart"), "none");
  lab.finish("r.load[1023]");
  EXPECT_THAT(lab.held(), ElementsAre("r.mart"));
}

TEST(Mapping, over_1025_elements_fails_and_says_why) {
  Lab lab;
  lab.put_dag("d", mapped());
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.list", AttemptState::success, 0, codes(1025));
  EXPECT_EQ(lab.state("d", "r", "load"), "failed");
  EXPECT_THAT(lab.row("d", "r", "load").reason,
              HasSubstr("1025 elements, more than max_map_length (1024)"));
  EXPECT_EQ(lab.state("d", "r", "mart"), "upstream_failed");
  EXPECT_EQ(lab.run_state("d", "r"), "failed");
}

TEST(Mapping, a_map_longer_than_a_step_is_made_in_slices_and_survives_a_restart) {
  Lab lab;
  lab.put_dag("d", R"("max_active_tasks": 5000, "tasks": [{"task_id": "t", "type": "noop",
      "max_map_length": 5000, "expand": {"i": "{{ params.items }}"}},
      {"task_id": "after", "command": "true", "depends_on": ["t"]}],
      "params": {"items": {"type": "array", "default": []}})");
  lab.work(4);
  json items = json::array();
  for (int i = 0; i < 3000; ++i) items.push_back(i);
  ASSERT_TRUE(lab.apply(TriggerRun{.dag_id = "d", .run_id = "r", .conf = {{"items", items}}}));
  lab.restart();
  lab.pass(std::chrono::seconds(1));
  EXPECT_EQ(lab.state("d", "r", "t", 2999), "success");
  EXPECT_THAT(lab.held(), ElementsAre("r.after"));
}

TEST(Mapping, a_missing_output_is_upstream_failed) {
  Lab lab;
  lab.put_dag("d", mapped());
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.list");
  EXPECT_EQ(lab.state("d", "r", "load"), "upstream_failed");
  EXPECT_EQ(lab.row("d", "r", "load").reason, "expand.region: outputs.list.codes is missing");
}

TEST(Mapping, what_is_no_list_fails_and_says_so) {
  Lab lab;
  lab.put_dag("d", mapped());
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.list", AttemptState::success, 0, {{"codes", "north"}});
  EXPECT_EQ(lab.state("d", "r", "load"), "failed");
  EXPECT_THAT(lab.row("d", "r", "load").reason,
              HasSubstr("{{ outputs.list.codes }} must give a list, not a value of type string"));
}

TEST(Mapping, of_a_product_the_last_key_varies_fastest_and_a_zip_ends_with_the_shortest) {
  Lab lab;
  lab.put_dag("d", R"("tasks": [
    {"task_id": "product", "command": "true", "expand": {"b": [1, 2], "a": ["x", "y", "z"]}},
    {"task_id": "zip", "command": "true", "expand_zip": {"b": [1, 2], "a": ["x", "y", "z"]}}])");
  lab.trigger("d", "r");
  lab.restart();  // the version comes back from its canonical JSON
  EXPECT_EQ(element_of(lab, "product", 1), (json{{"b", 1}, {"a", "y"}}));
  EXPECT_EQ(element_of(lab, "product", 5), (json{{"b", 2}, {"a", "z"}}));
  EXPECT_EQ(element_of(lab, "zip", 1), (json{{"b", 2}, {"a", "y"}}));
  EXPECT_EQ(lab.state("d", "r", "zip", 2), "");
}

TEST(Mapping, each_instance_has_its_own_state_retries_and_reasons) {
  Lab lab;
  lab.put_dag("d", mapped(R"(, "retries": 1, "retry_delay": "10s")"));
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.list", AttemptState::success, 0, codes(3));
  lab.finish("r.load[0]");
  lab.finish("r.load[1]", AttemptState::failed, 1);
  EXPECT_EQ(lab.state("d", "r", "load", 0), "success");
  EXPECT_EQ(lab.state("d", "r", "load", 1), "up_for_retry");
  EXPECT_EQ(lab.state("d", "r", "load", 2), "queued");
  EXPECT_THAT(lab.why("d", "r", "load", 1), ElementsAre("up_for_retry"));
  EXPECT_THAT(lab.why("d", "r", "mart"), ElementsAre("upstream_unfinished"));
  lab.restart();
  lab.pass(std::chrono::seconds(15));
  EXPECT_EQ(lab.row("d", "r", "load", 1).try_number, 2);
}

TEST(Mapping, outputs_of_a_mapped_task_read_as_lists_of_what_succeeded) {
  Lab lab;
  lab.put_dag("d", mapped("", R"(, "trigger_rule": "all_done",
      "when": "outputs.load.rows == [10, 30]")"));
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.list", AttemptState::success, 0, codes(3));
  lab.finish("r.load[2]", AttemptState::success, 0, {{"rows", 30}});
  lab.finish("r.load[1]", AttemptState::failed, 1);
  lab.finish("r.load[0]", AttemptState::success, 0, {{"rows", 10}});
  EXPECT_THAT(lab.held(), ElementsAre("r.mart"));
}

TEST(Mapping, a_rule_without_waiting_runs_before_all_elements_are_done) {
  Lab lab;
  lab.put_dag("d", mapped("", R"(, "trigger_rule": "one_success")"));
  lab.work(4);
  lab.trigger("d", "r");
  lab.finish("r.list", AttemptState::success, 0, codes(3));
  lab.finish("r.load[1]");
  EXPECT_TRUE(lab.held().contains("r.mart"));
}

TEST(Mapping, a_cancelled_run_settles_what_is_mapped) {
  Lab lab;
  lab.put_dag("d", mapped());
  lab.work(2);
  lab.trigger("d", "r");
  lab.finish("r.list", AttemptState::success, 0, codes(5));
  lab.mark("d", "r", MarkRun::To::cancelled);
  EXPECT_EQ(lab.state("d", "r", "load", 4), "skipped");
  lab.finish("r.load[0]", AttemptState::cancelled);
  lab.finish("r.load[1]", AttemptState::cancelled);
  EXPECT_EQ(lab.run_state("d", "r"), "failed");
  EXPECT_THAT(lab.scheduler().state().runs, IsEmpty());
}

TEST(Mapping, of_a_mapped_task_too_a_condition_sees_its_element) {
  Lab lab;
  lab.put_dag("d", R"("tasks": [{"task_id": "t", "command": "true", "when": "map.n != 2",
      "expand": {"n": [1, 2, 3]}}])");
  lab.work(4);
  lab.trigger("d", "r");
  EXPECT_THAT(lab.held(), ElementsAre("r.t[0]", "r.t[2]"));
  EXPECT_EQ(lab.state("d", "r", "t", 1), "skipped");
}

}  // namespace
}  // namespace weft::test
