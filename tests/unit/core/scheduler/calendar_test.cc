#include "server/core/scheduler/calendar.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Instant at(const char* text) {
  return *parse_instant(text);
}

Dag daily(Catchup catchup, const char* start = nullptr, const char* end = nullptr) {
  Dag dag;
  dag.schedule.crons = {"0 0 * * *"};
  dag.timetable = *Timetable::compile(dag.schedule);
  dag.catchup = catchup;
  if (start != nullptr) dag.start_date = at(start);
  if (end != nullptr) dag.end_date = at(end);
  return dag;
}

/// All runs that are due at `now`, as ticks.
std::vector<Instant> ticks_due(const Dag& dag, Instant cursor, Instant now) {
  std::vector<Instant> ticks;
  for (;;) {
    const DueTick due = due_tick(dag, cursor, now, std::nullopt);
    if (!due.cursor) return ticks;
    cursor = *due.cursor;
    if (due.tick) ticks.push_back(*due.tick);
  }
}

TEST(Calendar, AYearOfIntervalsHas366RunsInALeapYear) {
  const Dag dag = daily(Catchup::all, "2012-01-01", "2013-01-01");
  const auto cursor = initial_cursor(dag, at("2026-01-01"), std::nullopt);
  ASSERT_TRUE(cursor);
  const auto ticks = ticks_due(dag, *cursor, at("2026-01-01"));
  ASSERT_EQ(ticks.size(), 366U);
  EXPECT_EQ(interval_of(dag, ticks.front()).start, at("2012-01-01"));
  EXPECT_EQ(ticks.back(), at("2013-01-01"));
}

TEST(Calendar, ADagSeenForTheFirstTimeStartsWithItsNextTick) {
  const Dag dag = daily(Catchup::latest, "2020-01-01");
  const auto cursor = initial_cursor(dag, at("2026-05-05T12:00:00Z"), std::nullopt);
  EXPECT_TRUE(ticks_due(dag, *cursor, at("2026-05-05T12:00:00Z")).empty());
  EXPECT_EQ(due_tick(dag, *cursor, at("2026-05-05T12:00:00Z"), std::nullopt).wake_at,
            at("2026-05-06"));
}

TEST(Calendar, LatestMakesTheNewestMissedTickAndDropsTheRest) {
  const Dag dag = daily(Catchup::latest);
  const DueTick due = due_tick(dag, at("2026-05-01"), at("2026-05-05T12:00:00Z"), std::nullopt);
  EXPECT_EQ(due.tick, at("2026-05-05"));
  ASSERT_TRUE(due.dropped);
  EXPECT_EQ(due.dropped->from, at("2026-05-02"));
  EXPECT_EQ(due.dropped->to, at("2026-05-04"));
  EXPECT_EQ(due.dropped->count, 3);
}

TEST(Calendar, NoneMakesNoMissedTickButTheOneThatWasWaitedFor) {
  const Dag dag = daily(Catchup::none);
  EXPECT_TRUE(ticks_due(dag, at("2026-05-01"), at("2026-05-05T12:00:00Z")).empty());
  const DueTick due = due_tick(dag, at("2026-05-01"), at("2026-05-02"), at("2026-05-02"));
  EXPECT_EQ(due.tick, at("2026-05-02"));
}

TEST(Calendar, CatchupLimitKeepsTheNewest) {
  Dag dag = daily(Catchup::all, "2026-01-01");
  dag.catchup_limit = 3;
  const auto ticks = ticks_due(dag, at("2026-01-01"), at("2026-02-01T12:00:00Z"));
  ASSERT_EQ(ticks.size(), 3U);
  EXPECT_EQ(ticks.front(), at("2026-01-30"));
}

TEST(Calendar, AnEditedScheduleNeverGoesBack) {
  const Dag dag = daily(Catchup::latest);
  const auto cursor = initial_cursor(dag, at("2026-05-05T12:00:00Z"), at("2026-05-05T06:00:00Z"));
  EXPECT_EQ(cursor, at("2026-05-05T06:00:00Z"));
}

TEST(Calendar, AManualRunGetsTheLastCompleteInterval) {
  const Dag dag = daily(Catchup::latest);
  const DataInterval interval = manual_interval(dag, at("2026-05-05T12:00:00Z"));
  EXPECT_EQ(interval, (DataInterval{at("2026-05-04"), at("2026-05-05")}));
  const Dag unscheduled;
  EXPECT_EQ(manual_interval(unscheduled, at("2026-05-05")),
            (DataInterval{at("2026-05-05"), at("2026-05-05")}));
}

TEST(Calendar, LogicalDateIsTheIntervalsEndUnlessSaidOtherwise) {
  Dag dag = daily(Catchup::latest);
  const DataInterval interval = interval_of(dag, at("2026-05-05"));
  EXPECT_EQ(logical_date_of(dag, interval), at("2026-05-05"));
  dag.logical_date = LogicalDate::interval_start;
  EXPECT_EQ(logical_date_of(dag, interval), at("2026-05-04"));
}

/// What due_tick gives one by one, due_ticks gives at once.
TEST(Calendar, AllThatIsDueAtOnce) {
  const Instant cursor = at("2026-05-01"), now = at("2026-05-05T12:00:00Z");
  for (const Catchup catchup : {Catchup::all, Catchup::latest, Catchup::none})
    for (const std::optional<int> limit : {std::optional<int>(), std::optional<int>(2)}) {
      Dag dag = daily(catchup, nullptr, nullptr);
      dag.catchup_limit = limit;
      const DueTicks all = due_ticks(dag, cursor, now, 100);
      EXPECT_EQ(all.first, ticks_due(dag, cursor, now));
      EXPECT_EQ(all.count, static_cast<std::int64_t>(all.first.size()));
      EXPECT_EQ(all.count + (all.dropped ? all.dropped->count : 0), 4);
      EXPECT_TRUE(all.count_is_exact);
      EXPECT_EQ(all.next, at("2026-05-06"));
    }
}

TEST(Calendar, OfManyThatAreDueTheFirstAreTold) {
  Dag dag = daily(Catchup::all);
  dag.schedule.crons = {"* * * * *"};
  dag.timetable = *Timetable::compile(dag.schedule);
  const DueTicks all = due_ticks(dag, at("2016-01-01"), at("2026-01-01"), 2);
  EXPECT_EQ(all.first, (std::vector{at("2016-01-01T00:01:00Z"), at("2016-01-01T00:02:00Z")}));
  EXPECT_EQ(all.count, 10'000);
  EXPECT_FALSE(all.count_is_exact);
}

TEST(Calendar, NothingIsDueBeforeTheNextTick) {
  const DueTicks none =
      due_ticks(daily(Catchup::all), at("2026-05-05"), at("2026-05-05T12:00:00Z"), 100);
  EXPECT_EQ(none.count, 0);
  EXPECT_EQ(none.next, at("2026-05-06"));
  Dag ended = daily(Catchup::all, nullptr, "2026-05-01");
  EXPECT_FALSE(due_ticks(ended, at("2026-05-05"), at("2026-05-06"), 100).next);
}

}  // namespace
}  // namespace weft
