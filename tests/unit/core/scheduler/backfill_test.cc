#include "tests/unit/core/scheduler/backfill_fixture.h"

namespace weft::test {
namespace {

using ::testing::HasSubstr;

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
  engine_->ask([&](const Scheduler& scheduler, Now) {
    const auto why = scheduler.explain_run("d", "backfill__2025-12-01T00:00:00+00:00");
    ASSERT_TRUE(why);
    ASSERT_EQ(why->reasons.size(), 1U);
    EXPECT_EQ(why->reasons[0].code, "backfill_max_active_runs");
  });
  apply(CancelBackfill{id, false, "ada"});
  settle();
  EXPECT_EQ(runs("state = 0"), 0);
}

}  // namespace
}  // namespace weft::test
