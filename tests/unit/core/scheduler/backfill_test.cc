#include "server/core/scheduler/backfill.h"

#include "tests/unit/core/scheduler/scheduler_fixture.h"

namespace weft::testing {
namespace {

using ::testing::HasSubstr;

Instant at(const char* text) {
  return *parse_instant(text);
}

class BackfillTest : public SchedulerFixture {
 protected:
  static CreateBackfill range(const char* from, const char* to) {
    CreateBackfill command;
    command.dag_id = "d";
    command.from_date = at(from);
    command.to_date = at(to);
    return command;
  }
  BackfillId create(CreateBackfill command) {
    return std::get<BackfillAnswer>(apply(std::move(command))).backfill;
  }
  Error refused(CreateBackfill command) {
    const auto rows = stored("SELECT count(*) FROM audit");
    const auto answer = call(std::move(command));
    EXPECT_FALSE(answer);
    EXPECT_EQ(stored("SELECT count(*) FROM audit"), rows);
    return answer ? Error{} : answer.error();
  }
  BackfillRow row(BackfillId id) { return *writer_->backfill(id); }
  std::int64_t runs(const std::string& where = "1") {
    return stored("SELECT count(*) FROM run WHERE backfill > 0 AND " + where);
  }
  /// Ends all that runs.
  void finish_running() {
    std::vector<std::string> running;
    for (const auto& [id, run] : state().runs)
      if (run->row.state == RunState::running) running.push_back(run->row.run_id);
    for (const std::string& run : running) apply(MarkRun{"d", run, MarkRun::To::success, "ada"});
    settle();
  }
};

TEST_F(BackfillTest, ten_years_of_hourly_runs_cost_nothing_up_front) {
  put_dag(R"("0 * * * *")", R"("timezone": "Europe/Berlin")");
  const BackfillId id = create(range("2015-01-01", "2024-12-31T23:00:00Z"));
  settle();
  EXPECT_EQ(row(id).total, 87'672);
  EXPECT_EQ(state().runs.size(), 10U);
  EXPECT_EQ(runs(), 10);
  finish_running();
  EXPECT_EQ(state().runs.size(), 10U);
  EXPECT_EQ(runs("state = 2"), 10);
}

TEST_F(BackfillTest, each_date_is_run_once_and_what_is_there_is_left_alone) {
  put_dag(R"("@daily")", "", false);
  TriggerRun manual;
  manual.dag_id = "d";
  manual.logical_date = at("2025-12-03");
  apply(manual);
  const BackfillId id = create(range("2025-12-01", "2025-12-05"));
  settle();
  const BackfillRow done = row(id);
  EXPECT_TRUE(done.completed_at);
  EXPECT_EQ(done.total, 5);
  EXPECT_EQ(done.handled, 5);
  EXPECT_EQ(done.left_alone, 1);
  EXPECT_EQ(runs("type = 3 AND state = 2"), 4);
  EXPECT_EQ(stored("SELECT count(*) FROM run WHERE run_id = "
                   "'backfill__2025-12-05T00:00:00+00:00' AND data_interval_start = "
                   "logical_date - 86400000000"),
            1);
  EXPECT_TRUE(state().backfills.empty());
}

TEST_F(BackfillTest, cancelling_while_it_creates_runs_leaves_nothing_behind) {
  put_dag(R"("@hourly")", "");
  CreateBackfill command = range("2025-01-01", "2025-12-01");
  command.max_active_runs = 3;
  const BackfillId id = create(command);
  settle();
  finish_running();
  const auto made = runs();
  apply(CancelBackfill{id, false, "ada"});
  settle();
  EXPECT_EQ(runs(), made);
  EXPECT_EQ(runs("state = 0"), 0) << "nothing waits";
  EXPECT_EQ(runs("state = 1"), 3) << "what runs goes on";
  EXPECT_TRUE(row(id).is_cancelled);
  EXPECT_TRUE(row(id).completed_at);
  EXPECT_TRUE(state().backfills.empty());
  restart();
  settle();
  finish_running();
  EXPECT_EQ(runs(), made);
  EXPECT_TRUE(state().runs.empty());
  const auto again = call(CancelBackfill{id, false, "ada"});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::conflict);
}

TEST_F(BackfillTest, cancelling_ends_what_runs_if_asked) {
  put_dag(R"("@hourly")", "");
  const BackfillId id = create(range("2025-01-01", "2025-12-01"));
  apply(CancelBackfill{id, true, "ada"});
  settle();
  EXPECT_EQ(runs("state = 3 AND reason LIKE 'cancelled%'"), 10);
  EXPECT_TRUE(state().runs.empty());
}

TEST_F(BackfillTest, a_pause_starts_no_more_runs_and_outlives_a_restart) {
  put_dag(R"("@hourly")", "");
  CreateBackfill command = range("2025-12-01", "2025-12-02");
  command.max_active_runs = 2;
  const BackfillId id = create(command);
  apply(PauseBackfill{id, true, "ada"});
  finish_running();
  restart();
  settle();
  EXPECT_EQ(runs(), 2);
  EXPECT_EQ(runs("state = 1"), 0);
  apply(PauseBackfill{id, false, "ada"});
  for (int i = 0; i < 12; ++i) finish_running();
  EXPECT_EQ(runs(), 25);
  EXPECT_TRUE(row(id).completed_at);
}

TEST_F(BackfillTest, it_goes_backwards) {
  put_dag(R"("@daily")", "");
  CreateBackfill command = range("2025-12-01", "2025-12-05T12:00:00Z");
  command.run_backwards = true;
  command.max_active_runs = 1;
  create(command);
  EXPECT_EQ(state().runs.begin()->second->row.logical_date, at("2025-12-05"));
  finish_running();
  EXPECT_EQ(state().runs.begin()->second->row.logical_date, at("2025-12-04"));
}

TEST_F(BackfillTest, its_runs_have_the_version_of_its_creation_unless_it_says_latest) {
  put_dag(R"("@daily")", "");
  CreateBackfill pinned = range("2025-12-01", "2025-12-05");
  CreateBackfill latest = range("2025-11-01", "2025-11-05");
  pinned.max_active_runs = latest.max_active_runs = 1;
  latest.run_on_latest_version = true;
  create(pinned);
  create(latest);
  put_dag(R"("@daily")", R"("owner": "another")");
  restart();
  finish_running();
  EXPECT_EQ(runs("version = 1"), 3);
  EXPECT_EQ(runs("version = 2 AND logical_date < 1764547200000000"), 1) << "November's second";
}

TEST_F(BackfillTest, its_limit_is_its_own_and_normal_runs_do_not_wait_for_it) {
  put_dag(R"("@daily")", R"("max_active_runs": 1)");
  create(range("2025-12-01", "2025-12-20"));
  TriggerRun manual;
  manual.dag_id = "d";
  apply(manual);
  EXPECT_EQ(dag().running.size(), 1U);
  EXPECT_EQ(state().backfills.begin()->second.running.size(), 10U);
}

TEST_F(BackfillTest, logical_dates_at_the_start_of_intervals_count) {
  put_dag(R"("@daily")", R"("logical_date": "interval_start", "start_date": "2025-12-02")", false);
  const BackfillId id = create(range("2025-12-01", "2025-12-31"));
  settle();
  // The interval of the 31st ends now, at midnight of January 1st.
  EXPECT_EQ(row(id).handled, 30);
  EXPECT_EQ(runs("run_id = 'backfill__2025-12-31T00:00:00+00:00'"), 1);
  EXPECT_EQ(runs("run_id = 'backfill__2025-12-01T00:00:00+00:00'"), 0);
}

TEST_F(BackfillTest, what_cannot_be_is_refused_in_words) {
  put_dag(R"("* * * * *")", R"("params": {"n": {"type": "integer", "default": 1}})");
  EXPECT_THAT(refused(range("2006-01-01", "2025-12-31")).message, HasSubstr("1000000 runs"));
  EXPECT_THAT(refused(range("2025-12-02", "2025-12-01")).message, HasSubstr("behind to_date"));
  EXPECT_THAT(refused(range("2026-12-02", "2026-12-03")).message, HasSubstr("future"));
  EXPECT_THAT(refused(range("2025-12-01T00:00:01Z", "2025-12-01T00:00:02Z")).message,
              HasSubstr("no run to make"));
  CreateBackfill params = range("2025-12-01", "2025-12-02");
  params.conf = {{"n", "x"}};
  EXPECT_EQ(refused(params).code, ErrorCode::unprocessable);
  CreateBackfill unknown = range("2025-12-01", "2025-12-02");
  unknown.dag_id = "e";
  EXPECT_EQ(refused(unknown).code, ErrorCode::not_found);
  put_dag("null", R"("owner": "x")");
  EXPECT_EQ(refused(range("2025-12-01", "2025-12-02")).code, ErrorCode::conflict);
}

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
  CreateBackfill latest = days({"metric"});
  latest.reprocess = ReprocessBehavior::completed;
  latest.run_on_latest_version = true;
  const BackfillId id = create(latest);
  settle();
  EXPECT_TRUE(row(id).completed_at);
  EXPECT_EQ(instances("metric", TaskState::success), 2);
  EXPECT_EQ(instances("mail", TaskState::removed), 2);
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
}

TEST_F(BackfillOfTasks, what_cannot_be_is_refused) {
  EXPECT_THAT(refused(days({"b", "bb"})).message, HasSubstr("has no task \"bb\""));
  EXPECT_THAT(refused(days({"m1"})).message, HasSubstr("group \"m\" is mapped as a whole"));
  CreateBackfill command = days({});
  command.include_downstream = true;
  EXPECT_THAT(refused(command).message, HasSubstr("needs task_ids"));
}

TEST_F(BackfillTest, a_dag_that_depends_on_its_past_is_not_run_backwards) {
  put_dag(R"({"dag_id": "d", "schedule": "@daily", "tasks": [
    {"task_id": "t", "command": "true", "depends_on_past": true}]})");
  CreateBackfill command = range("2025-12-01", "2025-12-05");
  command.run_backwards = true;
  EXPECT_THAT(refused(command).message, HasSubstr("task \"t\" depends on the run before"));
  command.run_backwards = false;
  create(command);
}

TEST_F(BackfillTest, one_at_a_time_works_on_a_date) {
  put_dag(R"("@daily")", "");
  create(range("2025-12-01", "2025-12-20"));
  const Error error = refused(range("2025-12-20", "2025-12-25"));
  EXPECT_EQ(error.code, ErrorCode::conflict);
  EXPECT_THAT(error.message, HasSubstr("backfill 1"));
  create(range("2025-12-21", "2025-12-25"));
}

TEST_F(BackfillTest, an_idempotency_key_makes_one_backfill) {
  put_dag(R"("@daily")", "");
  CreateBackfill command = range("2025-12-01", "2025-12-20");
  command.idempotency_key = "backfill/k";
  command.request_hash = "h";
  const BackfillId id = create(command);
  EXPECT_EQ(create(command), id);
  command.request_hash = "other";
  EXPECT_EQ(refused(command).code, ErrorCode::unprocessable);
}

TEST_F(BackfillTest, what_failed_is_run_again_if_asked) {
  put_dag(R"("@daily")", "");
  create(range("2025-12-01", "2025-12-03"));
  apply(MarkRun{"d", "backfill__2025-12-02T00:00:00+00:00", MarkRun::To::failed, "ada"});
  finish_running();
  CreateBackfill again = range("2025-12-01", "2025-12-04");
  again.reprocess = ReprocessBehavior::failed;
  again.max_active_runs = 1;
  engine_->ask([&](const Scheduler& scheduler, Now now) {
    const auto plan = scheduler.plan_backfill(again, 4, now);
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->rows[0].action, "leave");
    EXPECT_EQ(plan->rows[1].action, "rerun");
  });
  const BackfillId id = create(again);
  settle();
  ASSERT_EQ(state().runs.size(), 1U);
  EXPECT_EQ(state().runs.begin()->second->row.run_id, "backfill__2025-12-02T00:00:00+00:00");
  EXPECT_EQ(state().runs.begin()->second->row.state, RunState::running);
  EXPECT_EQ(state().runs.begin()->second->row.backfill, id);
  restart();
  settle();
  finish_running();
  finish_running();
  EXPECT_EQ(row(id).left_alone, 2);
  EXPECT_TRUE(row(id).completed_at);
  EXPECT_EQ(runs("state = 2"), 4);
}

TEST_F(BackfillTest, what_is_completed_is_run_again_on_the_version_that_is_asked_for) {
  put_dag(R"("@daily")", "", false);
  create(range("2025-12-01", "2025-12-03"));
  settle();
  put_dag(R"("@daily")", R"("owner": "another")", false);
  CreateBackfill again = range("2025-12-01", "2025-12-02");
  again.reprocess = ReprocessBehavior::completed;
  again.run_on_latest_version = true;
  const BackfillId id = create(again);
  settle();
  EXPECT_TRUE(row(id).completed_at);
  EXPECT_EQ(runs("backfill = 2 AND version = 2 AND state = 2"), 2);
  EXPECT_EQ(runs("backfill = 1 AND version = 1"), 1);
}

TEST_F(BackfillTest, a_plan_says_what_it_would_do) {
  put_dag(R"("@daily")", "", false);
  TriggerRun manual;
  manual.dag_id = "d";
  manual.logical_date = at("2025-12-03");
  apply(manual);
  engine_->ask([&](const Scheduler& scheduler, Now now) {
    const auto plan = scheduler.plan_backfill(range("2025-12-01", "2025-12-09"), 4, now);
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_EQ(plan->total, 9);
    ASSERT_EQ(plan->rows.size(), 4U);
    EXPECT_EQ(plan->rows[0].action, "create");
    EXPECT_EQ(plan->rows[0].run_id, "backfill__2025-12-01T00:00:00+00:00");
    EXPECT_EQ(plan->rows[2].action, "leave");
    EXPECT_THAT(plan->rows[2].reason, HasSubstr("success"));
  });
}

TEST_F(BackfillTest, a_cleared_run_waits_for_its_turn_and_says_so) {
  put_dag(R"("@daily")", "");
  CreateBackfill command = range("2025-12-01", "2025-12-20");
  command.max_active_runs = 1;
  const BackfillId id = create(command);
  finish_running();
  apply(MarkRun{"d", "backfill__2025-12-01T00:00:00+00:00", MarkRun::To::queued, "ada"});
  engine_->ask([&](const Scheduler& scheduler, Now now) {
    const auto why = scheduler.explain_run("d", "backfill__2025-12-01T00:00:00+00:00", now);
    ASSERT_TRUE(why);
    ASSERT_EQ(why->reasons.size(), 1U);
    EXPECT_EQ(why->reasons[0].code, "backfill_max_active_runs");
  });
  apply(CancelBackfill{id, false, "ada"});
  settle();
  EXPECT_EQ(runs("state = 0"), 0);
}

}  // namespace
}  // namespace weft::testing
