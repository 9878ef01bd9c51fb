// DAGs, and what is left of removed tasks, that people have forgotten.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/scheduler/asset_lab.h"
#include "tests/unit/core/scheduler/edit_calls.h"

namespace weft::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto two_noops = R"("tasks": [{"task_id": "a", "type": "noop"},
                                        {"task_id": "b", "type": "noop", "depends_on": ["a"]}])";

std::int64_t count(Lab& lab, const std::string& table, const std::string& where = "1") {
  auto database =
      storage::Database::open(lab.writer().location(), storage::OpenMode::read_only).value();
  return database.query_integer("SELECT count(*) FROM " + table + " WHERE " + where).value();
}

/// Of one of so many steps.
std::size_t most_changes_in(Lab& lab, int steps) {
  std::size_t most = 0;
  for (int i = 0; i < steps; ++i) {
    const std::size_t before = lab.changes().size();
    lab.step();
    most = std::max(most, lab.changes().size() - before);
  }
  return most;
}

Result<Answer> delete_dag(Lab& lab, const std::string& dag_id = "d") {
  auto answer = lab.apply(DeleteDag{dag_id, "ada"});
  lab.settle();
  return answer;
}

/// Its file, too.
void be_rid_of(Lab& lab, const std::string& dag_id = "d") {
  ASSERT_TRUE(lab.apply(RemoveDagFile{"main", dag_id + ".dag.json"}));
  const auto answer = delete_dag(lab, dag_id);
  ASSERT_TRUE(answer) << answer.error().message;
}

TEST(DeleteDag, is_refused_while_a_run_is_not_over) {
  Lab lab;
  lab.put_dag("d", R"("tasks": [{"task_id": "a", "command": "true"}])");
  lab.trigger("d", "r");
  const auto refused = delete_dag(lab);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_THAT(refused.error().message, HasSubstr("1 runs of DAG \"d\" are not over"));
  EXPECT_EQ(delete_dag(lab, "nope").error().code, ErrorCode::not_found);
  EXPECT_EQ(lab.run_state("d", "r"), "running");
}

TEST(DeleteDag, is_refused_while_a_job_works_on_it) {
  Lab lab(20);
  lab.put_dag("d", two_noops);
  for (int i = 0; i < 30; ++i) lab.trigger("d", "r" + std::to_string(i));
  lab.hold_still();
  Edit marks = clear("");
  marks.action = EditAction::mark_failed;
  const auto begun = lab.apply(EditTasks{marks, false, "ada"});
  ASSERT_TRUE(begun);
  ASSERT_TRUE(std::get<EditAnswer>(*begun).job);
  EXPECT_EQ(lab.apply(DeleteDag{"d", "ada"}).error().code, ErrorCode::conflict);
}

TEST(DeleteDag, forgets_all_that_came_of_it) {
  Lab lab;
  lab.put_dag("d", two_noops);
  lab.trigger("d", "r", 1);
  lab.put_dag("d", R"("schedule": "@daily", "catchup": false, "tasks": [
      {"task_id": "a", "type": "noop"}])");
  CreateBackfill backfill;
  backfill.dag_id = "d";
  backfill.from_date = backfill.to_date = lab.now().wall - std::chrono::hours(48);
  backfill.idempotency_key = "backfill/key";
  ASSERT_TRUE(lab.apply(backfill));
  lab.settle();
  edit(lab, clear("r"));
  ASSERT_GE(count(lab, "run"), 2);
  be_rid_of(lab);
  for (const char* table : {"dag", "dag_version", "run", "task_instance", "attempt", "backfill",
                            "job", "output", "mapping"})
    EXPECT_EQ(count(lab, table), 0) << table;
  EXPECT_EQ(count(lab, "audit", "action = 'delete_dag' AND dag_id = 'd' AND actor = 'ada'"), 1);
  EXPECT_TRUE(lab.scheduler().state().dags.empty());
  lab.restart();
  EXPECT_TRUE(lab.scheduler().state().dags.empty());
  EXPECT_EQ(delete_dag(lab).error().code, ErrorCode::not_found);
}

TEST(DeleteDag, begins_anew_at_once_while_its_file_is_there) {
  Lab lab;
  lab.put_dag("d", two_noops);
  TriggerRun first;
  first.dag_id = "d";
  first.run_id = "r";
  first.idempotency_key = "key";
  ASSERT_TRUE(lab.apply(first));
  lab.settle();
  ASSERT_TRUE(lab.apply(PauseDag{"d", true, "ada"}));
  const DagRow before = lab.scheduler().state().find_dag("d")->row;
  ASSERT_TRUE(lab.apply(DeleteDag{"d", "ada"}));
  const DagRow after = lab.scheduler().state().find_dag("d")->row;  // before the old one is gone
  EXPECT_GT(after.key, before.key);
  EXPECT_GT(after.current_version, before.current_version);
  EXPECT_EQ(after.version_count, 1);
  EXPECT_FALSE(after.is_paused);
  EXPECT_EQ(after.path, before.path);
  const auto again = lab.apply(first);
  ASSERT_TRUE(again);
  EXPECT_FALSE(std::get<RunAnswer>(*again).existed) << "another DAG's key";
  lab.settle();
  EXPECT_EQ(lab.run_state("d", "r"), "success");
  EXPECT_EQ(count(lab, "dag"), 1);
  EXPECT_EQ(count(lab, "run"), 1);
  lab.restart();
  EXPECT_EQ(lab.run_state("d", "r"), "success");
}

TEST(DeleteDag, with_a_bad_file_waits_for_a_good_one) {
  Lab lab;
  lab.put_dag("d", two_noops);
  ASSERT_TRUE(lab.apply(PutImportError{"main", "d.dag.json", "d", "d.dag.json:1:1: no"}));
  ASSERT_TRUE(delete_dag(lab));
  EXPECT_EQ(count(lab, "dag"), 0);
  EXPECT_EQ(count(lab, "import_error"), 1) << "the file is still bad";
  lab.put_dag("d", two_noops);
  EXPECT_EQ(count(lab, "dag"), 1);
}

TEST(DeleteDag, of_many_runs_goes_on_in_slices_and_over_restarts) {
  Lab lab;
  lab.put_dag("d", two_noops);
  for (int i = 0; i < 400; ++i) lab.trigger("d", "r" + std::to_string(i));
  const std::int64_t last_run = count(lab, "run"), last_instance = count(lab, "task_instance");
  lab.hold_still();
  const auto answer = lab.apply(DeleteDag{"d", "ada"});
  ASSERT_TRUE(answer);
  ASSERT_TRUE(std::get<EditAnswer>(*answer).job);
  EXPECT_GT(count(lab, "run"), 200);
  EXPECT_LT(count(lab, "run"), last_run);
  EXPECT_EQ(lab.apply(MarkRun{"d", "r399", MarkRun::To::failed, "ada"}).error().code,
            ErrorCode::not_found);
  lab.step();
  lab.restart();  // holds still
  EXPECT_GT(count(lab, "run"), 0);
  EXPECT_EQ(lab.apply(MarkRun{"d", "r399", MarkRun::To::failed, "ada"}).error().code,
            ErrorCode::not_found);
  EXPECT_EQ(lab.scheduler().state().dags.size(), 2u);
  EXPECT_LE(most_changes_in(lab, 20), 700u);
  EXPECT_EQ(count(lab, "run"), 0);
  EXPECT_EQ(count(lab, "job"), 0);
  EXPECT_EQ(lab.scheduler().state().dags.size(), 1u);
  lab.restart();
  ASSERT_TRUE(lab.apply(TriggerRun{.dag_id = "d", .run_id = "new"}));
  EXPECT_EQ(count(lab, "run", "id <= " + std::to_string(last_run)), 0) << "ids never come again";
  lab.step();
  EXPECT_EQ(count(lab, "task_instance"), 2);
  EXPECT_EQ(count(lab, "task_instance", "id <= " + std::to_string(last_instance)), 0);
}

TEST(DeleteDag, whoever_waits_for_a_run_of_it_waits_for_a_new_one) {
  Lab lab;
  lab.work(5);
  lab.put_dag("d", R"("tasks": [{"task_id": "a", "command": "true"}])");
  lab.put_dag("w", R"("tasks": [{"task_id": "s", "type": "sensor.task",
      "with": {"dag_id": "d", "task_id": "a"}}])");
  lab.trigger("d", "r", 1);
  lab.finish("r.a", AttemptState::failed, 1);
  lab.trigger("w", "waits", 1);
  ASSERT_EQ(lab.state("w", "waits", "s"), "up_for_reschedule");
  ASSERT_TRUE(delete_dag(lab));
  EXPECT_EQ(lab.state("w", "waits", "s"), "up_for_reschedule");
  lab.trigger("d", "again", 1);
  lab.finish("again.a");
  EXPECT_EQ(lab.state("w", "waits", "s"), "success");
}

TEST(DeleteDag, takes_what_waits_for_it_along_and_hears_of_no_event_any_more) {
  AssetLab lab;
  lab.put_dag("make", makes(R"("s3://one")"));
  lab.put_dag("d", waits_for(R"({"all": ["s3://one", "s3://two"]})"));
  lab.event("s3://one");
  ASSERT_EQ(count(lab, "asset_queue"), 1);
  be_rid_of(lab);
  EXPECT_EQ(count(lab, "asset_queue"), 0);
  EXPECT_EQ(count(lab, "asset_reference"), 1) << "the other one's outlet";
  lab.event("s3://one");
  EXPECT_EQ(count(lab, "asset_queue"), 0);
  lab.put_dag("d", waits_for(R"({"all": ["s3://one", "s3://two"]})"));
  lab.event("s3://two");
  EXPECT_EQ(count(lab, "run"), 0) << "the events of before are not its own";
  lab.event("s3://one");
  EXPECT_EQ(count(lab, "run"), 1);
}

TEST(DeleteDag, forgets_which_events_its_runs_had) {
  AssetLab lab;
  lab.put_dag("d", waits_for(R"({"any": ["s3://one"]})"));
  lab.event("s3://one");
  ASSERT_EQ(count(lab, "asset_consumed"), 1);
  be_rid_of(lab);
  EXPECT_EQ(count(lab, "asset_consumed"), 0);
}

TEST(DeleteDag, ends_its_backfills) {
  Lab lab;
  lab.put_dag("d", R"("schedule": "@daily", "start_date": "2025-01-01", "catchup": false,
      "tasks": [{"task_id": "a", "type": "noop"}])");
  CreateBackfill backfill;
  backfill.dag_id = "d";
  backfill.to_date = lab.now().wall - std::chrono::hours(48);
  backfill.from_date = backfill.to_date - std::chrono::hours(24 * 100);
  backfill.max_active_runs = 1;
  backfill.idempotency_key = "backfill/key";
  lab.hold_still();
  const auto made = lab.apply(backfill);
  ASSERT_TRUE(made);
  const BackfillId id = std::get<BackfillAnswer>(*made).backfill;
  ASSERT_TRUE(lab.apply(PauseBackfill{id, true, "ada"}));
  for (int i = 0; i < 10; ++i) lab.step();
  ASSERT_TRUE(lab.scheduler().state().find_dag("d")->by_run_id.empty());
  ASSERT_FALSE(lab.scheduler().state().backfills.empty());
  ASSERT_TRUE(lab.apply(DeleteDag{"d", "ada"}));
  EXPECT_TRUE(lab.scheduler().state().backfills.empty());
  for (int i = 0; i < 10; ++i) lab.step();
  EXPECT_EQ(count(lab, "backfill"), 0);
  lab.restart();
  const auto again = lab.apply(backfill);
  ASSERT_TRUE(again);
  EXPECT_GT(std::get<BackfillAnswer>(*again).backfill, id) << "neither its key nor its number";
}

// --- Runs that are old ---

constexpr RunId every_run{1'000'000};

Result<Answer> delete_runs(Lab& lab, Instant before, RunId last = every_run) {
  auto answer = lab.apply(DeleteRuns{"d", last, before, "retention"});
  lab.settle();
  return answer;
}

TEST(DeleteRuns, takes_what_ended_before_and_leaves_what_ended_later_or_never) {
  Lab lab;
  lab.work(5);
  lab.put_dag("d", R"("tasks": [{"task_id": "a", "command": "true"}])");
  lab.trigger("d", "old");
  lab.trigger("d", "long");  // made before, and over much later
  lab.finish("old.a");
  lab.trigger("d", "never");
  lab.pass(std::chrono::hours(1));
  const Instant before = lab.now().wall;
  lab.pass(std::chrono::hours(1));
  lab.finish("long.a");
  lab.trigger("d", "new");
  lab.finish("new.a");
  ASSERT_TRUE(delete_runs(lab, before));
  EXPECT_EQ(lab.run_state("d", "old"), "");
  EXPECT_EQ(lab.run_state("d", "long"), "success");
  EXPECT_EQ(lab.run_state("d", "never"), "running");
  EXPECT_EQ(lab.run_state("d", "new"), "success");
  EXPECT_EQ(count(lab, "attempt"), 3);
  EXPECT_EQ(count(lab, "audit",
                  "action = 'delete_runs' AND actor = 'retention' AND dag_id = 'd' "
                  "AND detail LIKE '{\"before\":\"20%'"),
            1);
  ASSERT_TRUE(delete_runs(lab, lab.now().wall + std::chrono::hours(1), RunId{2}));
  EXPECT_EQ(lab.run_state("d", "long"), "") << "the second one";
  EXPECT_EQ(lab.run_state("d", "new"), "success") << "was made behind the last to go";
  lab.finish("never.a");
  EXPECT_EQ(lab.run_state("d", "never"), "success");
  EXPECT_EQ(lab.apply(DeleteRuns{"nope", every_run, before, "retention"}).error().code,
            ErrorCode::not_found);
}

TEST(DeleteRuns, leaves_a_run_that_a_person_works_on) {
  Lab lab(20);
  std::string tasks;
  for (int i = 0; i < 60; ++i)
    tasks += std::string(i == 0 ? "" : ", ") + R"({"task_id": "t)" + std::to_string(i) +
             R"(", "type": "noop"})";
  lab.put_dag("d", R"("tasks": [)" + tasks + "]");
  lab.trigger("d", "r");
  lab.pass(std::chrono::minutes(1));
  lab.hold_still();
  ASSERT_TRUE(std::get<EditAnswer>(*lab.apply(EditTasks{clear("r"), false, "ada"})).job);
  ASSERT_TRUE(lab.apply(DeleteRuns{"d", every_run, lab.now().wall, "retention"}));
  EXPECT_NE(lab.run_state("d", "r"), "");
  lab.restart();
  for (int i = 0; i < 400; ++i) lab.step();
  EXPECT_EQ(lab.run_state("d", "r"), "success");
  EXPECT_EQ(count(lab, "task_instance"), 60);
}

TEST(DeleteRuns, of_many_goes_on_in_slices_and_over_restarts) {
  Lab lab;
  lab.put_dag("d", two_noops);
  for (int i = 0; i < 400; ++i) lab.trigger("d", "r" + std::to_string(i));
  lab.pass(std::chrono::minutes(1));
  const Instant before = lab.now().wall;
  lab.hold_still();
  const auto answer = lab.apply(DeleteRuns{"d", RunId{390}, before, "retention"});
  ASSERT_TRUE(answer);
  ASSERT_TRUE(std::get<EditAnswer>(*answer).job);
  EXPECT_GT(count(lab, "run"), 200);
  // The run that the walk stands in is found no more, nor after a restart.
  const std::int64_t left = count(lab, "run");
  const std::string begun = "r" + std::to_string(400 - left);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(lab.apply(MarkRun{"d", "r0", MarkRun::To::failed, "ada"}).error().code,
              ErrorCode::not_found);
    lab.restart();  // holds still
  }
  EXPECT_EQ(lab.apply(DeleteDag{"d", "ada"}).error().code, ErrorCode::conflict) << begun;
  EXPECT_LE(most_changes_in(lab, 20), 700u);
  EXPECT_EQ(count(lab, "run"), 10);
  EXPECT_EQ(count(lab, "task_instance"), 20);
  EXPECT_EQ(count(lab, "job", "state = 1 AND action = 'delete_runs' AND runs_done = 390"), 1);
}

// --- What is left of a task ---

Result<Answer> delete_task(Lab& lab, const std::string& task, int map_index = -1) {
  return lab.apply(DeleteTask{"d", "r", task, map_index, "ada"});
}

TEST(DeleteTask, takes_what_a_version_without_it_has_left) {
  Lab lab;
  lab.work(5);
  lab.put_dag("d", R"("tasks": [{"task_id": "a", "command": "true"},
                               {"task_id": "b", "command": "true"}])");
  lab.trigger("d", "r");
  lab.finish("r.b", AttemptState::success, 0, {{"n", 1}});
  lab.finish_all();
  lab.put_dag("d", R"("tasks": [{"task_id": "a", "command": "true"}])");
  EXPECT_EQ(delete_task(lab, "b").error().code, ErrorCode::conflict) << "its run has it";
  edit(lab, clear("r", {{"a", std::nullopt}}, true));
  ASSERT_EQ(lab.state("d", "r", "b"), "removed");
  const auto refused = delete_task(lab, "a");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_THAT(refused.error().message, HasSubstr("is one of run \"r\""));
  EXPECT_EQ(delete_task(lab, "b", 0).error().code, ErrorCode::not_found);
  EXPECT_EQ(delete_task(lab, "nope").error().code, ErrorCode::not_found);
  const InstanceId last = lab.row("d", "r", "b").id;
  ASSERT_TRUE(delete_task(lab, "b"));
  EXPECT_EQ(count(lab, "task_instance"), 1);
  EXPECT_EQ(count(lab, "output"), 0);
  EXPECT_EQ(delete_task(lab, "b").error().code, ErrorCode::not_found);
  lab.restart();
  // The task comes back: as one that the run has never had.
  lab.finish_all();
  lab.put_dag("d", R"("tasks": [{"task_id": "a", "command": "true"},
                               {"task_id": "b", "command": "true"}])");
  edit(lab, clear("r", {{"b", std::nullopt}}, true));
  EXPECT_THAT(lab.held(), ElementsAre("r.b"));
  EXPECT_GT(lab.row("d", "r", "b").id, last);
  EXPECT_EQ(lab.row("d", "r", "b").try_number, 1);
}

TEST(DeleteTask, takes_elements_from_the_last_one_on) {
  Lab lab;
  lab.work(9);
  const std::string both = R"("tasks": [{"task_id": "a", "command": "true"},
      {"task_id": "m", "command": "true", "expand": {"x": [1, 2, 3]}}])";
  lab.put_dag("d", both);
  lab.trigger("d", "r");
  lab.finish_all();
  lab.put_dag("d", R"("tasks": [{"task_id": "a", "command": "true"}])");
  edit(lab, clear("r", {{"a", std::nullopt}}, true));
  lab.finish_all();
  EXPECT_EQ(delete_task(lab, "m", 0).error().code, ErrorCode::conflict);
  ASSERT_TRUE(delete_task(lab, "m", 2));
  ASSERT_TRUE(delete_task(lab, "m", 1));
  lab.put_dag("d", both);
  edit(lab, clear("r", {{"m", std::nullopt}}, true));
  EXPECT_THAT(lab.held(), ElementsAre("r.m[0]", "r.m[1]", "r.m[2]")) << "it goes on behind [0]";
  lab.finish_all();
  EXPECT_EQ(lab.run_state("d", "r"), "success");
}

}  // namespace
}  // namespace weft::test
