// What a schedule makes over edits, pauses, restarts, and clocks that somebody sets.

#include "tests/unit/core/scheduler/scheduler_fixture.h"

namespace weft::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;

class DueRuns : public SchedulerFixture {
 protected:
  std::int64_t runs(const std::string& where = "1") {
    return stored("SELECT count(*) FROM run WHERE type = 0 AND " + where);
  }
  std::string text(const std::string& sql) {
    auto database =
        storage::Database::open(writer_->location(), storage::OpenMode::read_only).value();
    return database.query_text(sql).value_or("");
  }
  std::int64_t dropped_events() { return stored("SELECT count(*) FROM event WHERE kind = 5"); }
};

TEST_F(DueRuns, editing_a_schedule_recreates_no_past_run) {
  put_dag(R"("0 * * * *")", "", false);
  pass(hours(5) + minutes(30));
  ASSERT_EQ(runs(), 1) << "of five missed ticks the newest";
  put_dag(R"("*/10 * * * *")", "", false);
  settle();
  EXPECT_EQ(runs(), 1);
  put_dag(R"("0 * * * *")", "", false);
  settle();
  EXPECT_EQ(runs(), 1) << "back to what it was: what is past stays past";
  pass(minutes(30));
  EXPECT_EQ(runs(), 2);
}

TEST_F(DueRuns, ending_a_run_before_its_turn_does_not_stop_the_schedule) {
  put_dag(R"("0 * * * *")", R"("max_active_runs": 1)");
  pass(hours(1));
  pass(hours(1));
  ASSERT_EQ(runs("state = 0"), 1) << "behind the one of the hour before";
  std::vector<Reason> reasons;
  engine_->ask(
      [&](const Scheduler& s, Now now) { reasons = s.explain_dag("d", now).value().reasons; });
  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_EQ(reasons.front().code, "max_active_runs") << "not: its next run starts in the past";
  apply(MarkRun{"d", "scheduled__2026-01-01T01:00:00+00:00", MarkRun::To::cancelled, "ada"});
  for (const RunId run : std::vector(dag().running.begin(), dag().running.end()))
    apply(MarkRun{"d", state().find_run(run)->row.run_id, MarkRun::To::success, "ada"});
  settle();
  const auto made = runs();
  pass(hours(1));
  EXPECT_EQ(runs(), made + 1);
}

TEST_F(DueRuns, a_schedule_without_a_tick_is_mended_by_its_file) {
  put_dag(R"("0 0 30 2 *")", R"("start_date": "2025-12-31")", false);
  EXPECT_EQ(runs(), 0);
  put_dag(R"("0 * * * *")", R"("start_date": "2025-12-31")", false);
  pass(hours(2));
  EXPECT_GT(runs(), 0);
}

TEST_F(DueRuns, a_tick_that_comes_with_an_edit_is_not_lost) {
  put_dag(R"("0 * * * *")", "", false);
  clock_.advance(hours(1));
  put_dag(R"("30 * * * *")", "", false);
  settle();
  EXPECT_EQ(runs("run_id = 'scheduled__2026-01-01T01:00:00+00:00' AND version = 1"), 1);
}

TEST_F(DueRuns, what_unpausing_starts_is_told_before_it_does) {
  const auto told = [&]() -> Reason {
    Result<Explanation> why;
    engine_->ask([&](const Scheduler& s, Now now) { why = s.explain_dag("d", now); });
    return why.value().reasons.front();
  };
  struct Case {
    const char *schedule, *more, *message;
  };
  for (const auto& [schedule, more, message] :
       {Case{R"("0 * * * *")", R"("catchup": "all", "start_date": "2025-12-31")",
             "which starts 34 runs, the first of 2025-12-31T01:00:00+00:00"},
        {R"("0 * * * *")", R"("catchup": "all", "catchup_limit": 3)", "which starts 3 runs"},
        {R"("0 * * * *")", R"("catchup": "latest")", "which starts 1 run, of 20"},
        {R"("0 * * * *")", R"("catchup": "none")", "unpause it; 10 missed ticks get none"},
        {R"("@once")", "", "which starts 1 run, of 20"},
        {R"("@continuous")", "", "which starts 1 run, of 20"},
        {"null", "", "unpause it"}}) {
    put_dag("null", "");
    apply(PauseDag{"d", true, "ada"});
    put_dag(schedule, more);
    pass(hours(10));
    const auto before = runs();
    const Reason reason = told();
    EXPECT_THAT(reason.message, HasSubstr(message));
    apply(PauseDag{"d", false, "ada"});
    for (int i = 0; i < 40; ++i) {  // each makes room for the next one of a catch-up
      settle();
      for (const RunId run : std::vector(dag().running.begin(), dag().running.end()))
        apply(MarkRun{"d", state().find_run(run)->row.run_id, MarkRun::To::success, "ada"});
    }
    // A @continuous DAG goes on for as long as its runs are ended.
    if (std::string_view(schedule) == R"("@continuous")") continue;
    EXPECT_EQ(runs() - before, reason.data["runs"].get<std::int64_t>()) << schedule << more;
    if (HasFailure()) break;
  }
}

TEST_F(DueRuns, ticks_dropped_by_a_pause_are_one_event_that_offers_a_backfill) {
  put_dag(R"("0 * * * *")", "", false);
  apply(PauseDag{"d", true, "ada"});
  pass(hours(10));
  EXPECT_EQ(runs(), 0);
  apply(PauseDag{"d", false, "ada"});
  settle();
  EXPECT_EQ(runs(), 1);
  EXPECT_EQ(dropped_events(), 1);
  const auto detail = text("SELECT detail FROM event WHERE kind = 5");
  EXPECT_THAT(detail, HasSubstr(R"("count":9)"));
  EXPECT_THAT(detail, HasSubstr("weft backfill create d --from 2026-01-01T01:00:00Z "
                                "--to 2026-01-01T09:00:00Z"));
}

TEST_F(DueRuns, a_schedule_that_is_edited_while_paused_says_what_it_dropped) {
  put_dag(R"("0 * * * *")", "", false);
  apply(PauseDag{"d", true, "ada"});
  pass(hours(3));
  put_dag(R"("*/30 * * * *")", "", false);
  EXPECT_EQ(dropped_events(), 1);
  apply(PauseDag{"d", false, "ada"});
  settle();
  EXPECT_EQ(runs(), 0);
}

TEST_F(DueRuns, catchup_all_makes_every_missed_run_after_a_restart_of_any_length) {
  put_dag(R"("0 * * * *")", R"("catchup": "all", "start_date": "2025-12-31")", false);
  settle();
  EXPECT_EQ(runs(), 24);
  clock_.advance(hours(100));
  restart();
  settle();
  EXPECT_EQ(runs(), 124);
  EXPECT_EQ(dropped_events(), 0);
}

TEST_F(DueRuns, catchup_none_makes_none_of_what_was_missed) {
  put_dag(R"("0 * * * *")", R"("catchup": "none")", false);
  clock_.advance(hours(5));
  restart();
  settle();
  EXPECT_EQ(runs(), 0);
  EXPECT_EQ(dropped_events(), 1);
  pass(hours(1));
  EXPECT_EQ(runs(), 1);
}

TEST_F(DueRuns, a_clock_that_is_set_back_takes_the_cursor_along_and_doubles_no_run) {
  put_dag(R"("0 * * * *")", "", false);
  clock_.set_forward(hours(24 * 365));  // somebody's mistake
  settle();
  EXPECT_EQ(runs(), 1);
  clock_.set_back(hours(24 * 365));
  apply(FireTimers{});
  settle();
  pass(hours(1));
  pass(hours(1));
  EXPECT_EQ(runs(), 3) << "its ticks come again in their time";
  clock_.set_back(hours(2));
  pass(hours(1));
  pass(hours(1));
  EXPECT_EQ(runs(), 3) << "runs that exist stop duplicates";
  pass(hours(1));
  EXPECT_EQ(runs(), 4);
}

TEST_F(DueRuns, a_clock_that_is_set_back_while_it_is_down_takes_the_cursor_along_too) {
  put_dag(R"("0 * * * *")", "", false);
  clock_.set_forward(hours(24 * 365));
  settle();
  clock_.set_back(hours(24 * 365));
  restart();
  settle();
  pass(hours(1));
  EXPECT_EQ(runs(), 2);
}

TEST_F(DueRuns, a_run_that_was_due_while_the_clock_was_ahead_stays_due_over_a_restart) {
  put_dag("null", R"("max_active_runs": 1)");
  clock_.set_forward(hours(24 * 365));
  for (const char* run : {"one", "two"}) apply(TriggerRun{.dag_id = "d", .run_id = run});
  settle();
  EXPECT_EQ(stored("SELECT count(*) FROM run WHERE state = 0"), 1) << "it waits for the first";
  clock_.set_back(hours(24 * 365));
  restart();
  settle();
  std::string codes;
  engine_->ask([&](const Scheduler& s, Now) {
    const auto why = s.explain_run("d", "two");
    for (const Reason& reason : why->reasons) codes += reason.code;
  });
  EXPECT_EQ(codes, "max_active_runs");
  apply(MarkRun{"d", "one", MarkRun::To::success, "ada"});
  settle();
  EXPECT_EQ(stored("SELECT count(*) FROM run WHERE state = 1"), 1) << "not in a year";
}

TEST_F(DueRuns, a_start_date_in_the_future_is_no_clock_set_back) {
  put_dag(R"("0 * * * *")", R"("start_date": "2026-01-02")", false);
  for (int i = 0; i < 25; ++i) pass(hours(1));
  EXPECT_EQ(runs(), 1);
  EXPECT_EQ(runs("data_interval_start = 1767312000000000"), 1);  // 2026-01-02
}

TEST_F(DueRuns, a_catch_up_goes_on_when_the_clock_is_set_back_in_it) {
  put_dag(R"("0 * * * *")",
          R"("catchup": "all", "start_date": "2025-12-01", "max_active_runs": 1)");
  settle();
  clock_.set_back(minutes(10));
  for (int i = 0; i < 5; ++i) {
    std::string running;
    for (const auto& [id, run] : state().runs)
      if (run->row.state == RunState::running) running = run->row.run_id;
    ASSERT_FALSE(running.empty());
    apply(MarkRun{"d", running, MarkRun::To::success, "ada"});
    settle();
  }
  EXPECT_EQ(runs("state = 2"), 5);
}

TEST_F(DueRuns, continuous_has_one_run_at_a_time_a_second_apart) {
  put_dag(R"("@continuous")", "", false);
  settle();
  EXPECT_EQ(runs(), 1);
  pass(std::chrono::milliseconds(500));
  EXPECT_EQ(runs(), 1);
  pass(std::chrono::milliseconds(500));
  EXPECT_EQ(runs(), 2);
  clock_.set_back(hours(3));
  pass(seconds(1));
  pass(seconds(1));
  EXPECT_GE(runs(), 3) << "a clock that is set back does not stop it";
  put_dag(R"("@continuous")", "", true);
  pass(seconds(2));
  const auto made = runs();
  pass(hours(1));
  EXPECT_EQ(runs(), made) << "while one runs no other is made";
}

TEST_F(DueRuns, an_overlap_is_skipped_or_ends_what_runs) {
  put_dag(R"("0 * * * *")", R"("on_overlap": "skip", "max_active_runs": 1)");
  for (int i = 0; i < 3; ++i) pass(hours(1));
  EXPECT_EQ(runs(), 1);
  EXPECT_EQ(dropped_events(), 2);
  put_dag(R"("0 * * * *")", R"("on_overlap": "cancel_running", "max_active_runs": 1)");
  pass(hours(1));
  EXPECT_EQ(runs("state = 3"), 1);
  EXPECT_EQ(runs("state = 1"), 1);
}

TEST_F(DueRuns, a_calendar_decides_which_ticks_there_are_and_what_their_intervals_are) {
  put_dag(R"("@daily")",
          R"("catchup": "all", "start_date": "2025-12-25",
             "calendar": {"exclude": [{"days": ["sat", "sun"]}]})",
          false);
  settle();
  EXPECT_EQ(runs(), 5) << "Friday, Monday to Wednesday, Thursday";
  EXPECT_EQ(runs("run_id = 'scheduled__2025-12-29T00:00:00+00:00' AND data_interval_start = "
                 "1766707200000000"),  // Friday, 2025-12-26
            1);
}

}  // namespace
}  // namespace weft::test
