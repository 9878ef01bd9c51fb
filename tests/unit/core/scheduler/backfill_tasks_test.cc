// Backfills of some of a DAG's tasks.

#include "tests/unit/core/scheduler/backfill_fixture.h"

namespace weft::test {
namespace {

using ::testing::HasSubstr;

class BackfillOfTasks : public BackfillTest {
 protected:
  BackfillOfTasks() {
    put_dag(R"({"dag_id": "d", "schedule": "@daily", "task_groups": {"g": {"retries": 1},
        "m": {"expand": {"x": [1, 2]}}},
      "tasks": [
        {"task_id": "a", "type": "noop", "group": "g"},
        {"task_id": "b", "type": "noop", "depends_on": ["a"]},
        {"task_id": "c", "type": "noop", "depends_on": ["b"]},
        {"task_id": "e", "type": "noop", "depends_on": ["a"], "trigger_rule": "all_failed"},
        {"task_id": "m1", "type": "noop", "group": "m"},
        {"task_id": "m2", "type": "noop", "group": "m", "depends_on": ["m1"]}]})");
  }
  CreateBackfill days(std::vector<std::string> tasks) {
    CreateBackfill command = range("2025-12-01", "2025-12-02");
    command.task_ids = std::move(tasks);
    return command;
  }
  /// What is completed runs again, on the newest version.
  CreateBackfill again_on_latest(std::vector<std::string> tasks) {
    CreateBackfill command = days(std::move(tasks));
    command.reprocess = ReprocessBehavior::completed;
    command.run_on_latest_version = true;
    return command;
  }
  std::int64_t instances(const std::string& task, TaskState state) {
    return stored("SELECT count(*) FROM task_instance WHERE task_id = '" + task +
                  "' AND state = " + std::to_string(static_cast<int>(state)));
  }
};

TEST_F(BackfillOfTasks, alone_they_wait_for_nothing_and_the_rest_is_removed) {
  const BackfillId id = create(days({"b"}));
  settle();
  EXPECT_TRUE(row(id).completed_at);
  EXPECT_EQ(row(id).task_ids, std::vector<std::string>{"b"});
  EXPECT_EQ(runs("state = 2"), 2);
  EXPECT_EQ(instances("b", TaskState::success), 2);
  for (const char* other : {"a", "c", "e", "m1", "m2"})
    EXPECT_EQ(instances(other, TaskState::removed), 2) << other;
  EXPECT_EQ(stored("SELECT count(*) FROM task_instance WHERE reason = 'left out by its backfill'"),
            10);
}

TEST_F(BackfillOfTasks, with_all_that_they_lead_to) {
  CreateBackfill command = days({"b", "m1", "m2"});
  command.include_downstream = true;
  create(command);
  settle();
  for (const char* in : {"b", "c"}) EXPECT_EQ(instances(in, TaskState::success), 2) << in;
  EXPECT_EQ(instances("m2", TaskState::success), 4) << "two elements each";
  EXPECT_EQ(instances("a", TaskState::removed), 2);
}

TEST_F(BackfillOfTasks, of_runs_that_are_there_only_they_are_cleared) {
  create(days({}));
  settle();
  CreateBackfill again = days({"b"});
  again.reprocess = ReprocessBehavior::completed;
  const BackfillId id = create(again);
  settle();
  EXPECT_TRUE(row(id).completed_at);
  EXPECT_EQ(runs("state = 2 AND backfill = 2"), 2);
  const std::string cleared =
      "SELECT count(*) FROM event e JOIN task_instance i ON i.id = "
      "e.instance WHERE e.kind = 1 AND e.from_state = 4 AND i.task_id ";
  EXPECT_EQ(stored(cleared + "= 'b'"), 2);
  EXPECT_EQ(stored(cleared + "<> 'b'"), 0);
}

TEST_F(BackfillOfTasks, what_was_left_out_may_be_run_after_all) {
  create(days({"b"}));
  settle();
  CreateBackfill others = days({"a", "c"});
  others.reprocess = ReprocessBehavior::completed;
  const BackfillId id = create(others);
  settle();
  EXPECT_EQ(row(id).left_alone, 0);
  for (const char* in : {"a", "b", "c"}) EXPECT_EQ(instances(in, TaskState::success), 2) << in;
  EXPECT_EQ(instances("e", TaskState::removed), 2);
  Edit clear;
  clear.what.dag_id = "d";
  clear.what.run_id = "backfill__2025-12-01T00:00:00+00:00";
  apply(EditTasks{clear, false, "ada"});
  settle();
  EXPECT_EQ(instances("e", TaskState::removed), 1) << "a clear of the whole run runs all of it";
  EXPECT_EQ(instances("m2", TaskState::success), 2);
  EXPECT_EQ(runs("state = 2"), 2);
}

TEST_F(BackfillOfTasks, of_the_latest_version_what_is_new_runs_only_when_it_is_named) {
  create(days({}));
  settle();
  put_dag(R"({"dag_id": "d", "schedule": "@daily", "tasks": [
      {"task_id": "a", "type": "noop"}, {"task_id": "b", "type": "noop", "depends_on": ["a"]},
      {"task_id": "mail", "type": "noop", "depends_on": ["b"]},
      {"task_id": "metric", "type": "noop", "depends_on": ["b"]}]})");
  const BackfillId id = create(again_on_latest({"metric"}));
  settle();
  EXPECT_TRUE(row(id).completed_at);
  EXPECT_EQ(instances("metric", TaskState::success), 2);
  EXPECT_EQ(instances("mail", TaskState::removed), 2);
  EXPECT_EQ(runs("state = 2 AND version = 2"), 2);
}

TEST_F(BackfillOfTasks, of_a_version_with_other_tasks_only_runs_them) {
  create(days({}));
  settle();
  put_dag(R"({"dag_id": "d", "schedule": "@daily", "tasks": [{"task_id": "z", "type": "noop"}]})");
  const BackfillId id = create(again_on_latest({}));
  settle();
  EXPECT_TRUE(row(id).completed_at);
  EXPECT_EQ(instances("z", TaskState::success), 2);
  EXPECT_EQ(runs("state = 2 AND version = 2"), 2);
}

TEST_F(BackfillOfTasks, a_failure_of_what_is_no_leaf_fails_the_run) {
  put_dag(R"({"dag_id": "d", "schedule": "@daily", "tasks": [
      {"task_id": "a", "type": "sensor.time", "with": {"until": "2030-01-01"}, "timeout": "1m"},
      {"task_id": "b", "type": "noop", "depends_on": ["a"], "trigger_rule": "all_done"}]})");
  create(days({"a"}));
  settle();
  restart();
  pass(std::chrono::minutes(1));
  EXPECT_EQ(runs("state = 3"), 2);
}

TEST_F(BackfillOfTasks, setups_and_teardowns_come_with_what_is_between) {
  put_dag(R"({"dag_id": "d", "schedule": "@daily", "tasks": [
      {"task_id": "up", "type": "noop"}, {"task_id": "a", "type": "noop", "depends_on": ["up"]},
      {"task_id": "b", "type": "noop", "depends_on": ["a"]},
      {"task_id": "down", "type": "noop", "depends_on": ["b"], "teardown_of": ["up"]}]})");
  create(days({"a"}));
  settle();
  for (const char* in : {"up", "a", "down"}) EXPECT_EQ(instances(in, TaskState::success), 2) << in;
  EXPECT_EQ(instances("b", TaskState::removed), 2);
}

TEST_F(BackfillOfTasks, so_do_those_around_a_setup_that_comes_along) {
  put_dag(R"({"dag_id": "d", "schedule": "@daily", "tasks": [
      {"task_id": "up2", "type": "noop"}, {"task_id": "up1", "type": "noop", "depends_on": ["up2"]},
      {"task_id": "x", "type": "noop", "depends_on": ["up1"]},
      {"task_id": "down2", "type": "noop", "depends_on": ["x"], "teardown_of": ["up2"]},
      {"task_id": "w", "type": "noop", "depends_on": ["up1"]},
      {"task_id": "down1", "type": "noop", "depends_on": ["w"], "teardown_of": ["up1"]}]})");
  create(days({"w"}));
  settle();
  for (const char* in : {"up1", "up2", "w", "down1", "down2"})
    EXPECT_EQ(instances(in, TaskState::success), 2) << in;
  EXPECT_EQ(instances("x", TaskState::removed), 2);
}

TEST_F(BackfillOfTasks, who_reads_what_is_left_out_is_run_only_where_it_is_there) {
  put_dag(R"({"dag_id": "d", "schedule": "@daily", "tasks": [{"task_id": "a", "type": "noop"},
      {"task_id": "b", "type": "sensor.time", "depends_on": ["a"],
       "with": {"until": "{{ outputs.a.at | default('2020-01-01') }}"}}]})");
  EXPECT_THAT(refused(days({"b"})).message, HasSubstr("\"b\" reads the outputs of \"a\""));
  CreateBackfill first = days({});
  first.to_date = first.from_date;
  create(first);
  settle();
  CreateBackfill again = days({"b"});
  again.reprocess = ReprocessBehavior::completed;
  const BackfillId id = create(again);
  settle();
  EXPECT_EQ(row(id).left_alone, 1);
  EXPECT_EQ(runs("state = 2"), 1);
}

TEST_F(BackfillOfTasks, a_version_without_a_named_task_pauses_it) {
  CreateBackfill latest = days({"b"});
  latest.run_on_latest_version = true;
  latest.max_active_runs = 1;
  put_dag(R"({"dag_id": "d", "schedule": "@daily", "tasks": [
      {"task_id": "b", "type": "sensor.time", "with": {"until": "2026-01-01T01:00:00Z"}}]})");
  const BackfillId id = create(latest);
  settle();
  put_dag(R"({"dag_id": "d", "schedule": "@daily", "tasks": [{"task_id": "c", "type": "noop"}]})");
  pass(std::chrono::hours(2));
  EXPECT_TRUE(row(id).is_paused);
  EXPECT_THAT(row(id).reason, HasSubstr("no task \"b\""));
  put_dag(R"({"dag_id": "d", "schedule": "@daily", "tasks": [{"task_id": "b", "type": "noop"}]})");
  apply(PauseBackfill{id, false, "ada"});
  settle();
  EXPECT_TRUE(row(id).completed_at);
  EXPECT_EQ(runs("state = 2"), 2) << "the date at which it paused is not lost";
}

TEST_F(BackfillOfTasks, what_cannot_be_is_refused) {
  EXPECT_THAT(refused(days({"b", "bb"})).message, HasSubstr("has no task \"bb\""));
  EXPECT_THAT(refused(days({"m1"})).message, HasSubstr("group \"m\" is mapped as a whole"));
  CreateBackfill command = days({});
  command.include_downstream = true;
  EXPECT_THAT(refused(command).message, HasSubstr("needs task_ids"));
}

}  // namespace
}  // namespace weft::test
