// What is larger than a step: it goes on in slices, over restarts, and holds up nobody.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/scheduler/lab.h"

namespace weft::test {
namespace {

using testing::ElementsAre;

std::string wide(int tasks, const std::string& keys) {
  std::string list;
  for (int i = 0; i < tasks; ++i)
    list += (i == 0 ? "" : ", ") + std::string("{\"task_id\": \"t") + std::to_string(i) + "\", " +
            keys + "}";
  return "\"max_active_tasks\": 1000, \"tasks\": [" + list + "]";
}

Edit clear_all(const std::string& run = "") {
  Edit edit;
  edit.what.dag_id = "d";
  edit.what.run_id = run;
  return edit;
}

EditAnswer begin(Lab& lab, const Edit& edit) {
  const auto answer = lab.apply(EditTasks{edit, false, "ada"});
  EXPECT_TRUE(answer) << answer.error().message;
  return answer ? std::get<EditAnswer>(*answer) : EditAnswer{};
}

JobRow last_job(const Lab& lab) {
  JobRow found;
  for (const Change& change : lab.changes())
    if (const auto* row = std::get_if<JobRow>(&change)) found = *row;
  return found;
}

TEST(Jobs, a_clear_of_many_runs_survives_a_restart_in_mid_job) {
  Lab lab(30);
  lab.put_dag("d", R"("tasks": [{"task_id": "a", "type": "noop"},
                               {"task_id": "b", "type": "noop", "depends_on": ["a"]}])");
  for (int i = 0; i < 50; ++i) lab.trigger("d", "r" + std::to_string(i));
  const EditAnswer answer = begin(lab, clear_all());
  ASSERT_TRUE(answer.job);
  EXPECT_LT(answer.runs, 50);
  EXPECT_EQ(last_job(lab).runs_total, 50);
  lab.step();
  const JobRow before = last_job(lab);
  EXPECT_EQ(before.state, JobRow::State::running);
  EXPECT_GT(before.runs_done, answer.runs);
  lab.restart();
  const JobRow after = last_job(lab);
  EXPECT_EQ(after.state, JobRow::State::done);
  EXPECT_EQ(after.runs_done, 50);
  EXPECT_EQ(after.changed, 100) << "each once";
  EXPECT_TRUE(after.ended_at);
  EXPECT_TRUE(lab.scheduler().state().jobs.empty());
  for (int i = 0; i < 50; ++i) EXPECT_EQ(lab.run_state("d", "r" + std::to_string(i)), "success");
}

TEST(Jobs, a_clear_of_a_wide_run_stands_still_in_the_middle_of_it) {
  Lab lab(20);
  lab.put_dag("d", wide(100, R"("type": "noop")"));
  lab.trigger("d", "r");
  ASSERT_EQ(lab.run_state("d", "r"), "success");
  ASSERT_TRUE(begin(lab, clear_all("r")).job);
  EXPECT_EQ(lab.run_state("d", "r"), "success") << "it is opened when all is cleared";
  EXPECT_EQ(lab.state("d", "r", "t0"), "none");
  EXPECT_EQ(lab.state("d", "r", "t99"), "success");
  const auto deleted = lab.apply(DeleteRun{"d", "r", "ada"});
  ASSERT_FALSE(deleted);
  EXPECT_EQ(deleted.error().code, ErrorCode::conflict);
  lab.restart();
  EXPECT_EQ(last_job(lab).changed, 100);
  EXPECT_EQ(lab.run_state("d", "r"), "success");
}

TEST(Jobs, another_dags_work_goes_through_between_slices) {
  Lab lab(20);
  lab.put_dag("d", wide(200, R"("type": "noop")"));
  lab.put_dag("other", R"("tasks": [{"task_id": "a", "command": "true"},
                                   {"task_id": "b", "command": "true", "depends_on": ["a"]}])");
  lab.work(2);
  lab.trigger("other", "o");
  lab.hold_still();
  lab.trigger("d", "r");  // a cascade of 200
  lab.finish("o.a");
  EXPECT_THAT(lab.held(), ElementsAre("o.b")) << "in the very step that ended what was before it";
  EXPECT_EQ(lab.run_state("d", "r"), "running");
  lab.finish("o.b");
  EXPECT_EQ(lab.run_state("other", "o"), "success");
  EXPECT_EQ(lab.run_state("d", "r"), "running");
}

TEST(Jobs, no_step_changes_more_than_it_may) {
  Lab lab(50);
  lab.put_dag("d", wide(400, R"("command": "true")"));
  lab.work(3);
  lab.hold_still();
  lab.trigger("d", "r");
  const auto most_in_a_step = [&] {
    std::size_t most = 0;
    for (int i = 0; i < 1000; ++i) {
      const Deadline next = lab.scheduler().next_deadline();
      if (!next.steady || *next.steady > lab.now().steady) break;
      const std::size_t before = lab.changes().size();
      lab.step();
      most = std::max(most, lab.changes().size() - before);
    }
    return most;
  };
  EXPECT_LE(most_in_a_step(), 60u);
  EXPECT_EQ(lab.state("d", "r", "t399"), "scheduled");
  lab.mark("d", "r", MarkRun::To::cancelled);
  EXPECT_EQ(lab.run_state("d", "r"), "running");
  EXPECT_LE(most_in_a_step(), 60u);
  EXPECT_EQ(lab.state("d", "r", "t399"), "skipped");
  while (!lab.held().empty()) lab.finish(*lab.held().begin(), AttemptState::cancelled);
  EXPECT_EQ(lab.run_state("d", "r"), "failed");
  lab.mark("d", "r", MarkRun::To::success);
  EXPECT_EQ(lab.run_state("d", "r"), "running") << "until the last one is marked";
  EXPECT_LE(most_in_a_step(), 60u);
  EXPECT_EQ(lab.run_state("d", "r"), "success");
  EXPECT_EQ(lab.state("d", "r", "t399"), "success");
}

TEST(Jobs, a_mark_of_a_wide_run_survives_a_restart) {
  Lab lab(20);
  lab.put_dag("d", wide(100, R"("command": "true")"));
  lab.trigger("d", "r");
  lab.hold_still();
  lab.mark("d", "r", MarkRun::To::failed);
  EXPECT_EQ(lab.run_state("d", "r"), "running");
  lab.restart();
  for (int i = 0; i < 200; ++i) lab.step();
  EXPECT_EQ(lab.run_state("d", "r"), "failed");
  EXPECT_EQ(lab.state("d", "r", "t99"), "skipped");
}

TEST(Jobs, marking_the_head_of_a_cascade_evaluates_it_in_slices) {
  Lab lab(20);
  std::string list = R"({"task_id": "head", "command": "true"})";
  for (int i = 0; i < 60; ++i)
    list += ", {\"task_id\": \"t" + std::to_string(i) +
            "\", \"type\": \"noop\", \"depends_on\": [\"head\"]}";
  lab.put_dag("d", "\"tasks\": [" + list + "]");
  lab.work(1);
  lab.trigger("d", "r");
  lab.finish("r.head", AttemptState::failed, 1);
  ASSERT_EQ(lab.state("d", "r", "t59"), "upstream_failed");
  Edit edit = clear_all("r");
  edit.action = EditAction::mark_success;
  edit.what.tasks = {{"head", std::nullopt}};
  ASSERT_TRUE(begin(lab, edit).job);
  lab.restart();
  EXPECT_EQ(last_job(lab).changed, 61);
  EXPECT_EQ(lab.state("d", "r", "t59"), "success");
  EXPECT_EQ(lab.run_state("d", "r"), "success");
}

TEST(Jobs, a_wide_run_is_deleted_in_slices) {
  Lab lab;
  lab.put_dag("d", wide(700, R"("type": "noop")"));
  lab.trigger("d", "r");
  const auto answer = lab.apply(DeleteRun{"d", "r", "ada"});
  ASSERT_TRUE(answer);
  ASSERT_TRUE(std::get<EditAnswer>(*answer).job);
  EXPECT_FALSE(lab.apply(MarkRun{"d", "r", MarkRun::To::queued, "ada"})) << "it is not found";
  lab.restart();
  EXPECT_EQ(lab.run_state("d", "r"), "");
  EXPECT_EQ(last_job(lab).changed, 700);
}

}  // namespace
}  // namespace weft::test
