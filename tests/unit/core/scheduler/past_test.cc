// depends_on_past and wait_for_downstream.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/scheduler/edit_calls.h"

namespace weft::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const char* const dated_chain = R"("tasks": [
    {"task_id": "t", "command": "true", "depends_on_past": true},
    {"task_id": "next", "command": "true", "depends_on": ["t"]}])";
const char* const strict_chain = R"("tasks": [
    {"task_id": "t", "command": "true", "wait_for_downstream": true},
    {"task_id": "next", "command": "true", "depends_on": ["t"]}])";

class Past : public testing::Test {
 protected:
  Past() { lab_.work(50); }
  Lab lab_;
};

TEST_F(Past, the_first_run_passes_and_the_second_waits_for_the_same_task) {
  lab_.put_dag("d", dated_chain);
  lab_.trigger("d", "one", 1);
  lab_.trigger("d", "two", 2);
  EXPECT_THAT(lab_.held(), ElementsAre("one.t"));
  EXPECT_EQ(lab_.state("d", "two", "t"), "none");
  EXPECT_THAT(lab_.why("d", "two", "t"), ElementsAre("depends_on_past"));
  EXPECT_EQ(lab_.why_text("d", "two", "t"),
            "task \"t\" of the run before, \"one\", is queued; it must be success or skipped\n");
  lab_.finish("one.t");
  EXPECT_THAT(lab_.held(), ElementsAre("one.next", "two.t"));
}

TEST_F(Past, a_failed_one_holds_it_back_until_it_is_marked) {
  lab_.put_dag("d", dated_chain);
  lab_.trigger("d", "one", 1);
  lab_.finish("one.t", AttemptState::failed, 1);
  EXPECT_EQ(lab_.run_state("d", "one"), "failed");
  lab_.trigger("d", "two", 2);
  EXPECT_THAT(lab_.held(), IsEmpty());
  EXPECT_THAT(lab_.why_text("d", "two", "t"), HasSubstr("is failed"));
  EXPECT_THAT(lab_.why_text("d", "two", "t"), HasSubstr("clear it or mark it"));
  lab_.restart();
  lab_.work(50);
  EXPECT_THAT(lab_.held(), IsEmpty());
  lab_.mark("d", "one", MarkRun::To::success);
  EXPECT_THAT(lab_.held(), ElementsAre("two.t"));
}

TEST_F(Past, what_a_running_run_waits_for_needs_no_turn) {
  lab_.put_dag("d", std::string(R"("max_active_runs": 1, )") + dated_chain);
  lab_.trigger("d", "one", 1);
  lab_.finish("one.t", AttemptState::failed, 1);
  lab_.trigger("d", "two", 2);
  EXPECT_EQ(lab_.run_state("d", "two"), "running");
  edit(lab_, clear("one", {{"t", std::nullopt}}));
  lab_.settle();
  EXPECT_THAT(lab_.held(), ElementsAre("one.t")) << "else both wait for each other for ever";
  lab_.finish("one.t");
  EXPECT_THAT(lab_.held(), ElementsAre("two.t"));
}

TEST_F(Past, a_run_that_comes_between_needs_no_turn_either) {
  lab_.put_dag("d", std::string(R"("max_active_runs": 2, )") + dated_chain);
  lab_.trigger("d", "one", 1);
  lab_.trigger("d", "three", 3);
  lab_.trigger("d", "two", 2);
  lab_.finish("one.t");
  EXPECT_THAT(lab_.held(), ElementsAre("one.next", "two.t"));
  lab_.finish_all();
  EXPECT_EQ(lab_.run_state("d", "three"), "success");
}

TEST_F(Past, wait_for_downstream_waits_for_the_tasks_behind_it_too) {
  lab_.put_dag("d", strict_chain);
  lab_.trigger("d", "one", 1);
  lab_.trigger("d", "two", 2);
  lab_.finish("one.t");
  EXPECT_THAT(lab_.held(), ElementsAre("one.next"));
  EXPECT_THAT(lab_.why("d", "two", "t"), ElementsAre("wait_for_downstream"));
  lab_.finish("one.next");
  EXPECT_THAT(lab_.held(), ElementsAre("two.t"));
}

TEST_F(Past, it_is_the_latest_earlier_run_that_exists_at_the_moment) {
  lab_.put_dag("d", dated_chain);
  lab_.trigger("d", "one", 1);
  lab_.trigger("d", "five", 5);
  EXPECT_THAT(lab_.why_text("d", "five", "t"), HasSubstr("\"one\""));
  lab_.trigger("d", "three", 3);
  EXPECT_THAT(lab_.why_text("d", "five", "t"), HasSubstr("\"three\""));
  lab_.finish("one.t");
  EXPECT_THAT(lab_.held(), ElementsAre("one.next", "three.t"));
  lab_.finish("three.t");
  EXPECT_TRUE(lab_.held().contains("five.t"));
}

TEST_F(Past, a_run_made_between_a_failed_one_and_a_waiting_one_takes_its_place) {
  lab_.put_dag("d", dated_chain);
  lab_.trigger("d", "one", 1);
  lab_.finish("one.t", AttemptState::failed, 1);
  lab_.trigger("d", "five", 5);
  lab_.put_dag("d", R"("tasks": [{"task_id": "t", "command": "true"}])");
  lab_.trigger("d", "three", 3);
  lab_.finish("three.t");
  EXPECT_THAT(lab_.held(), ElementsAre("five.t"));
}

TEST_F(Past, runs_without_a_logical_date_and_new_tasks_pass) {
  lab_.put_dag("d", R"("tasks": [{"task_id": "old", "command": "true"}])");
  lab_.trigger("d", "one", 1);
  lab_.put_dag("d", dated_chain);
  lab_.trigger("d", "two", 2);
  lab_.trigger("d", "manual");
  EXPECT_THAT(lab_.held(), ElementsAre("manual.t", "one.old", "two.t"));
}

TEST_F(Past, a_queued_run_before_that_has_no_instances_yet_holds_it_back) {
  lab_.put_dag("d", std::string(R"("max_active_runs": 1, )") + dated_chain);
  lab_.trigger("d", "five", 5);
  lab_.trigger("d", "six", 6);
  lab_.put_dag("d", std::string(R"("max_active_runs": 1, "description": "x", )") + dated_chain);
  EXPECT_THAT(lab_.held(), ElementsAre("five.t"));
  lab_.finish_all();
  EXPECT_EQ(lab_.run_state("d", "six"), "success");
}

TEST_F(Past, a_skipped_one_passes_and_when_is_asked_only_then) {
  lab_.put_dag("d", R"("params": {"go": {"type": "boolean", "default": true}}, "tasks": [
      {"task_id": "t", "command": "true", "depends_on_past": true, "when": "params.go"}])");
  lab_.trigger("d", "one", 1);
  lab_.trigger("d", "two", 2, {{"go", false}});
  lab_.trigger("d", "three", 3);
  EXPECT_EQ(lab_.state("d", "two", "t"), "none");
  lab_.finish("one.t");
  EXPECT_EQ(lab_.state("d", "two", "t"), "skipped");
  EXPECT_THAT(lab_.held(), ElementsAre("three.t"));
}

TEST_F(Past, an_element_of_a_map_waits_for_its_own_map_index_alone) {
  lab_.put_dag("d", R"("tasks": [
      {"task_id": "t", "command": ["x", "{{ map.n }}"], "expand": {"n": [1, 2]},
       "depends_on_past": true}])");
  lab_.trigger("d", "one", 1);
  lab_.trigger("d", "two", 2);
  EXPECT_THAT(lab_.held(), ElementsAre("one.t[0]", "one.t[1]"));
  EXPECT_EQ(lab_.state("d", "two", "t", 1), "none") << "mapped already, and waits";
  lab_.finish("one.t[0]", AttemptState::failed, 1);
  lab_.finish("one.t[1]");
  EXPECT_THAT(lab_.held(), ElementsAre("two.t[1]"));
  EXPECT_THAT(lab_.why("d", "two", "t", 0), ElementsAre("depends_on_past"));
}

TEST_F(Past, an_element_without_its_like_in_the_run_before_goes_on_once_that_is_mapped) {
  lab_.put_dag("d", R"("tasks": [{"task_id": "list", "command": "true"},
      {"task_id": "t", "command": ["x", "{{ map.n }}"], "depends_on": ["list"],
       "expand": {"n": "{{ outputs.list.n }}"}, "depends_on_past": true}])");
  lab_.trigger("d", "one", 1);
  lab_.trigger("d", "two", 2);
  lab_.finish("two.list", AttemptState::success, 0, {{"n", {1, 2}}});
  EXPECT_EQ(lab_.state("d", "two", "t", 1), "none") << "\"one\" may come to have it";
  lab_.finish("one.list", AttemptState::success, 0, {{"n", {1}}});
  EXPECT_THAT(lab_.held(), ElementsAre("one.t[0]", "two.t[1]"));
}

TEST_F(Past, each_end_of_a_large_map_is_looked_at_by_its_own_element_alone) {
  constexpr int elements = 300;
  std::string list = "0";
  for (int i = 1; i < elements; ++i) list += ", " + std::to_string(i);
  lab_.put_pool("default_pool", 1000);
  lab_.work(2 * elements);
  lab_.put_dag("d", R"("max_active_tasks": 1000, "tasks": [{"task_id": "t", "command": ["x"],
      "expand": {"n": [)" +
                        list + R"(]}, "depends_on_past": true}])");
  lab_.trigger("d", "one", 1);
  lab_.trigger("d", "two", 2);
  for (int i = elements - 1; i >= 0; --i) {
    lab_.finish("one.t[" + std::to_string(i) + "]");
    ASSERT_EQ(lab_.state("d", "two", "t", i), "queued") << i;
    if (i > 0) {
      ASSERT_EQ(lab_.state("d", "two", "t", i - 1), "none") << i;
    }
  }
}

TEST_F(Past, an_element_that_waits_for_one_that_is_no_more_goes_on) {
  lab_.put_dag("d", R"("tasks": [{"task_id": "list", "command": "true"},
      {"task_id": "t", "command": ["x", "{{ map.n }}"], "depends_on": ["list"],
       "expand": {"n": "{{ outputs.list.n }}"}, "depends_on_past": true}])");
  lab_.trigger("d", "one", 1);
  lab_.finish("one.list", AttemptState::success, 0, {{"n", {1, 2}}});
  lab_.trigger("d", "two", 2);
  lab_.finish("two.list", AttemptState::success, 0, {{"n", {1, 2}}});
  EXPECT_EQ(lab_.state("d", "two", "t", 1), "none");
  Edit clear;
  clear.what.dag_id = "d";
  clear.what.run_id = "one";
  clear.what.tasks = {{"list", std::nullopt}};
  clear.what.downstream = true;
  ASSERT_TRUE(lab_.apply(EditTasks{clear, false, "ada"}));
  lab_.settle();
  lab_.finish("one.t[0]", AttemptState::cancelled);
  lab_.finish("one.t[1]", AttemptState::cancelled);
  EXPECT_EQ(lab_.state("d", "two", "t", 1), "none");
  lab_.finish("one.list", AttemptState::success, 0, {{"n", {1}}});
  EXPECT_EQ(lab_.state("d", "one", "t", 1), "removed");
  EXPECT_EQ(lab_.state("d", "two", "t", 1), "queued");
  EXPECT_EQ(lab_.state("d", "two", "t", 0), "none");
}

}  // namespace
}  // namespace weft::test
