// Schedules of all kinds, zone names, and what holds for every timetable.

#include <random>

#include "tests/unit/core/time/schedule_support.h"

namespace weft {
namespace {

using namespace std::chrono_literals;

TEST(Timetable, AListOfCronsIsTheirUnion) {
  ScheduleSpec spec;
  spec.crons = {"0 6 * * *", "0 6,18 * * *", "30 12 1 * *"};
  EXPECT_EQ(ticks(*compiled(spec), "2026-01-31T07:00:00Z", 4),
            (Texts{"2026-01-31T18:00:00Z", "2026-02-01T06:00:00Z", "2026-02-01T12:30:00Z",
                   "2026-02-01T18:00:00Z"}));
}

TEST(Timetable, EveryCountsFromItsAnchorInBothDirections) {
  ScheduleSpec spec;
  spec.every = EverySpec{.period = 15min, .anchor = at("2026-01-01T00:05:00Z")};
  const auto timetable = compiled(spec);
  EXPECT_EQ(ticks(*timetable, "2026-01-01T00:05:00Z", 2),
            (Texts{"2026-01-01T00:20:00Z", "2026-01-01T00:35:00Z"}));
  EXPECT_EQ(ticks(*timetable, "2025-12-31T23:49:59Z", 1), (Texts{"2025-12-31T23:50:00Z"}));
  EXPECT_EQ(timetable->previous(at("2026-01-01T00:05:00Z")), at("2025-12-31T23:50:00Z"));
  EXPECT_EQ(timetable->next(Instant::max()), std::nullopt);
  EXPECT_EQ(timetable->previous(Instant::min()), std::nullopt);
}

TEST(Timetable, EveryIgnoresDaylightSavingTime) {
  ScheduleSpec spec;
  spec.every = EverySpec{.period = 24h, .anchor = {}};
  spec.timezone = "Europe/Berlin";
  EXPECT_EQ(ticks(*compiled(spec), "2026-03-28T12:00:00Z", 2),
            (Texts{"2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z"}));
}

TEST(Timetable, RefusesAnEveryThatNeverTicksAndTwoKindsAtOnce) {
  ScheduleSpec spec;
  spec.every = EverySpec{};
  EXPECT_NE(Timetable::compile(spec).error().message.find("never ticks"), std::string::npos);
  spec.every = EverySpec{.period = 1h};
  spec.crons = {"@daily"};
  EXPECT_NE(Timetable::compile(spec).error().message.find("only one of them"), std::string::npos);
}

TEST(Timetable, OnceContinuousAndNoneHaveNoTicks) {
  for (const auto& spec :
       {ScheduleSpec{}, ScheduleSpec{.once = true}, ScheduleSpec{.continuous = true}}) {
    const auto timetable = compiled(spec);
    EXPECT_EQ(timetable->next(at("2026-01-01")), std::nullopt);
    EXPECT_EQ(timetable->previous(at("2026-01-01")), std::nullopt);
  }
}

TEST(Timezone, UnknownNamesAreRefusedWithTheNearestOne) {
  const std::pair<const char*, const char*> cases[] = {
      {"Europe/Berln", "did you mean \"Europe/Berlin\"?"},
      {"europe/berlin", "did you mean \"Europe/Berlin\"?"},
      {"Berlin", "did you mean \"Europe/Berlin\"?"},
      {"America/New York", "did you mean \"America/New_York\"?"},
      {"Amerika/Nuevo_Jork", "unknown time zone"},
      {"", "unknown time zone"},
      {"qqqqqqqqqqqqqqqqqqqq", "write an IANA name like Europe/Berlin"},
  };
  for (const auto& [name, says] : cases) {
    const auto checked = check_timezone(name);
    ASSERT_FALSE(checked) << name;
    EXPECT_EQ(checked.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(checked.error().message.find(says), std::string::npos) << checked.error().message;
  }
}

TEST(Timezone, OnlyNamesAreReadNeverOtherFilesOrTheMachinesOwnZone) {
  for (const char* name :
       {"/etc/passwd", "../zoneinfo/Europe/Berlin", "localtime", "file:UTC", "posix/UTC",
        "right/UTC", "Fixed/UTC+01:00:00", "tzdata.zi", "Europe/", "Europe"}) {
    EXPECT_FALSE(check_timezone(name)) << name;
  }
  EXPECT_FALSE(check_timezone(std::string(1 << 20, 'A')));
  EXPECT_FALSE(check_timezone(std::string("UTC\0x", 5)));
  for (const char* name : {"UTC", "Europe/Berlin", "Etc/GMT+12", "America/Argentina/Ushuaia"}) {
    EXPECT_TRUE(check_timezone(name)) << name;
  }
}

TEST(Timezone, FormatsInAZone) {
  const Instant instant = at("2026-07-01T22:30:00Z");
  EXPECT_EQ(format_in_zone(instant, "Europe/Berlin", "%Y-%m-%d %H:%M"), "2026-07-02 00:30");
  EXPECT_EQ(format_in_zone(instant, "UTC", "%Y-%m-%d"), "2026-07-01");
}

// For random schedules and instants: ticks rise, and next and previous are each other's inverse.
TEST(Timetable, NextAndPreviousAgree) {
  const char* expressions[] = {"*/7 * * * *", "30 2 * * *",  "15,40 1-3 * * *", "0 */2 * * *",
                               "0 * * * 1-5", "59 23 L * *", "0 0 29 2 *",      "* * 29 2 *",
                               "0 12 13 * 5", "1 0 0 * * *", "0 */5 1 1W * ?",  "45 * * * *"};
  const char* zones[] = {"UTC",          "Europe/Berlin",     "Australia/Lord_Howe",
                         "Pacific/Apia", "Africa/Casablanca", "America/Havana"};
  std::mt19937_64 random(20260101);
  const std::int64_t first = to_micros(at("1890-01-01"));
  const std::int64_t last = to_micros(at("2500-01-01"));
  for (const char* expression : expressions) {
    for (const char* zone : zones) {
      for (const DstPolicy policy : {DstPolicy::once, DstPolicy::airflow}) {
        const auto timetable = cron(expression, zone, policy);
        for (int i = 0; i < 40; ++i) {
          std::uniform_int_distribution<std::int64_t> any(first, last);
          const Instant from = from_micros(any(random));
          const auto context = std::string(expression) + " " + zone + " " + format_instant_z(from);
          const auto next = timetable->next(from);
          const auto previous = timetable->previous(from);
          ASSERT_TRUE(next && previous) << context;
          ASSERT_GT(*next, from) << context;
          ASSERT_LT(*previous, from) << context;
          ASSERT_EQ(timetable->next(*previous - Duration(1)), previous) << context;
          ASSERT_EQ(timetable->previous(*next + Duration(1)), next) << context;
          const auto between = timetable->next(*previous);
          ASSERT_TRUE(between == next || between == from) << context;
          const auto back = timetable->previous(*next);
          ASSERT_TRUE(back == previous || back == from) << context;
        }
      }
    }
  }
}

// Across a change of clocks, second by second: next is constant up to its tick, previous from it.
TEST(Timetable, NextAndPreviousAgreeAroundAChange) {
  const char* expressions[] = {"30 2 * * *", "*/20 * * * *",  "15,40 1-3 * * *", "0 */2 * * *",
                               "45 * * * *", "10 0-23 * * *", "0 * * * 0",       "0 0 * * *"};
  const std::pair<const char*, const char*> changes[] = {
      {"Europe/Berlin", "2026-03-29T01:00:00Z"},
      {"Europe/Berlin", "2026-10-25T01:00:00Z"},
      {"Australia/Lord_Howe", "2026-10-03T15:30:00Z"},
      {"Australia/Lord_Howe", "2026-04-04T15:00:00Z"},
      {"America/Havana", "2026-03-08T05:00:00Z"},
      {"America/Havana", "2026-11-01T05:00:00Z"},
      {"Pacific/Apia", "2011-12-30T10:00:00Z"}};
  for (const auto& [zone, change] : changes) {
    for (const char* expression : expressions) {
      for (const DstPolicy policy : {DstPolicy::once, DstPolicy::airflow}) {
        const auto timetable = cron(expression, zone, policy);
        std::optional<Instant> expected = timetable->next(at(change) - 4h);
        for (Instant now = at(change) - 4h; now < at(change) + 4h; now += 5min) {
          const auto context = std::string(expression) + " " + zone + " " + format_instant_z(now);
          if (now >= *expected) {
            ASSERT_EQ(timetable->previous(now + 5min), timetable->previous(*expected + 5min));
            expected = timetable->next(now);
          }
          ASSERT_EQ(timetable->next(now), expected) << context;
          ASSERT_LE(*timetable->previous(now), now) << context;
          ASSERT_GE(*timetable->next(*timetable->previous(now)), now) << context;
        }
      }
    }
  }
}

}  // namespace
}  // namespace weft
