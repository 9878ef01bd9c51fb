// Edits that stand in the middle of a run, and what else happens to it meanwhile.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/scheduler/edit_calls.h"

namespace weft::test {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

json numbers(int count) {
  json list = json::array();
  for (int i = 0; i < count; ++i) list.push_back(i);
  return {{"xs", list}};
}

/// Of a run of 100 tasks, or of a map of as many elements; a step changes about 20 instances.
class SlicedEdits : public testing::Test {
 protected:
  /// r.list gives the list, and all of load has this end but the last one, which lives.
  void map(AttemptState outcome = AttemptState::success, bool grouped = false) {
    const std::string group = grouped ? R"(, "group": "g")" : "";
    lab_.put_dag("d", std::string(grouped ? R"("task_groups": {"g": {"retries": 1}}, )" : "") +
                          R"("max_active_tasks": 1000, "tasks": [
        {"task_id": "list", "command": "true"},
        {"task_id": "load", "command": "true", "depends_on": ["list"],
         "expand": {"x": "{{ outputs.list.xs }}"})" +
                          group + "}]");
    lab_.work(200);
    lab_.trigger("d", "r");
    lab_.finish("r.list", AttemptState::success, 0, numbers(100));
    ASSERT_THAT(lab_.held(), SizeIs(100));
    for (int i = 0; i < 99; ++i)
      lab_.finish("r.load[" + std::to_string(i) + "]", outcome,
                  outcome == AttemptState::failed ? 1 : 0);
    lab_.hold_still();
  }
  void end_wide(AttemptState outcome = AttemptState::success) {
    std::string tasks;
    for (int i = 0; i < 100; ++i)
      tasks += std::string(i == 0 ? "" : ", ") + R"({"task_id": "t)" + std::to_string(i) +
               R"(", "command": "true"})";
    lab_.put_dag("d", R"("max_active_tasks": 1000, "tasks": [)" + tasks + "]");
    lab_.work(200);
    lab_.trigger("d", "r");
    for (const std::string& name : lab_.held())
      lab_.finish(name, outcome, outcome == AttemptState::failed ? 1 : 0);
    ASSERT_NE(lab_.run_state("d", "r"), "running");
    lab_.hold_still();
  }
  void go_on() {
    lab_.hold_still(false);
    lab_.settle();
  }

  Lab lab_{20};
};

TEST_F(SlicedEdits, of_one_map_stand_still_in_the_middle_of_it_and_map_anew) {
  map();
  ASSERT_TRUE(edit(lab_, clear("r", {{"list", {}}, {"load", {}}})).job);
  EXPECT_EQ(lab_.state("d", "r", "load", 0), "none");
  EXPECT_EQ(lab_.state("d", "r", "load", 98), "success");
  EXPECT_THAT(lab_.held(), ElementsAre("r.load[99]")) << "nothing begins in the middle of an edit";
  EXPECT_THAT(lab_.why("d", "r", "list"), ElementsAre("being_edited"));
  lab_.hold_still(false);
  lab_.restart();
  lab_.finish("r.load[99]", AttemptState::cancelled);
  lab_.finish("r.list", AttemptState::success, 0, numbers(101));
  EXPECT_THAT(lab_.held(), SizeIs(101)) << "mapped anew, over what came out this time";
}

TEST_F(SlicedEdits, of_one_run_go_one_after_another) {
  map();
  ASSERT_TRUE(edit(lab_, clear("r", {{"load", {}}})).job);
  const EditAnswer second = edit(lab_, clear("r", {{"list", {}}}));
  EXPECT_TRUE(second.job) << "it waits for the first";
  EXPECT_EQ(second.instances, 0);
  lab_.step();
  EXPECT_THAT(lab_.held(), ElementsAre("r.load[99]"));
  go_on();
  EXPECT_TRUE(lab_.scheduler().state().jobs.empty());
  lab_.finish("r.load[99]", AttemptState::cancelled);
  EXPECT_THAT(lab_.held(), Contains("r.list"));
}

TEST_F(SlicedEdits, hold_a_run_that_is_over_also_after_a_restart) {
  end_wide();
  ASSERT_TRUE(edit(lab_, clear("r")).job);
  lab_.restart();
  lab_.work(200);
  lab_.mark("d", "r", MarkRun::To::queued);
  EXPECT_THAT(lab_.held(), IsEmpty()) << "the first slice is cleared, the others are not";
  go_on();
  EXPECT_THAT(lab_.held(), SizeIs(100));
}

TEST_F(SlicedEdits, are_ended_by_a_cancel_that_comes_in_their_middle) {
  map();
  ASSERT_TRUE(edit(lab_, clear("r", {{"load", {}}})).job);
  lab_.mark("d", "r", MarkRun::To::cancelled);
  go_on();
  EXPECT_EQ(lab_.state("d", "r", "load", 0), "skipped");
  EXPECT_EQ(lab_.state("d", "r", "load", 98), "skipped");
  lab_.finish("r.load[99]", AttemptState::cancelled);
  EXPECT_EQ(lab_.run_state("d", "r"), "failed");
  EXPECT_THAT(lab_.held(), IsEmpty());
}

TEST_F(SlicedEdits, leave_a_group_to_itself_until_they_are_through) {
  map(AttemptState::failed, true);
  Edit mark = clear("r", {{"load", {}}});
  mark.action = EditAction::mark_success;
  ASSERT_TRUE(edit(lab_, mark).job);
  lab_.finish("r.load[99]");  // the last that lived, while others are still failed
  go_on();
  EXPECT_EQ(lab_.state("d", "r", "load", 0), "success");
  EXPECT_EQ(lab_.row("d", "r", "load", 0).group_retries, 0);
  EXPECT_EQ(lab_.run_state("d", "r"), "success");
}

TEST_F(SlicedEdits, a_group_runs_again_if_it_is_failed_when_they_are_through) {
  map(AttemptState::failed, true);
  Edit mark = clear("r", {{"load", 0}});
  mark.action = EditAction::mark_success;
  EXPECT_FALSE(edit(lab_, mark).job);
  lab_.finish("r.load[99]");
  go_on();
  EXPECT_THAT(lab_.held(), SizeIs(100));
  EXPECT_EQ(lab_.row("d", "r", "load", 5).group_retries, 1);
}

TEST_F(SlicedEdits, a_run_that_was_to_be_marked_and_goes_on_after_all_has_its_limits) {
  end_wide(AttemptState::failed);
  lab_.mark("d", "r", MarkRun::To::success);  // takes slices
  EXPECT_EQ(lab_.run_state("d", "r"), "running");
  edit(lab_, clear("r", {{"t99", {}}}));
  go_on();
  EXPECT_THAT(lab_.held(), ElementsAre("r.t99"));
  lab_.finish_all();
  EXPECT_NE(lab_.run_state("d", "r"), "running");
}

}  // namespace
}  // namespace weft::test
