// What expressions mean, without daylight saving time, and which are refused.

#include "tests/unit/core/time/schedule_support.h"

namespace weft {
namespace {

TEST(Cron, FieldsListsRangesStepsAndNames) {
  EXPECT_EQ(ticks(*cron("*/20 6-7 * * *"), "2026-01-01T06:30:00Z", 4),
            (Texts{"2026-01-01T06:40:00Z", "2026-01-01T07:00:00Z", "2026-01-01T07:20:00Z",
                   "2026-01-01T07:40:00Z"}));
  EXPECT_EQ(ticks(*cron("5,10-20/5 0 1 jan,JUL *"), "2026-01-01", 5),
            (Texts{"2026-01-01T00:05:00Z", "2026-01-01T00:10:00Z", "2026-01-01T00:15:00Z",
                   "2026-01-01T00:20:00Z", "2026-07-01T00:05:00Z"}));
  EXPECT_EQ(ticks(*cron("0 12 * * MON-wed"), "2026-01-01", 4),
            (Texts{"2026-01-05T12:00:00Z", "2026-01-06T12:00:00Z", "2026-01-07T12:00:00Z",
                   "2026-01-12T12:00:00Z"}));
  EXPECT_EQ(ticks(*cron("50/5 0 1 1 *"), "2026-01-01", 2),
            (Texts{"2026-01-01T00:50:00Z", "2026-01-01T00:55:00Z"}));
}

TEST(Cron, SixFieldsStartWithSeconds) {
  EXPECT_EQ(ticks(*cron("*/30 59 23 31 12 ?"), "2026-01-01", 3),
            (Texts{"2026-12-31T23:59:00Z", "2026-12-31T23:59:30Z", "2027-12-31T23:59:00Z"}));
}

TEST(Cron, SundayIsZeroAndSevenAndEitherEndOfARange) {
  const Texts sundays = {"2026-01-04T00:00:00Z", "2026-01-11T00:00:00Z"};
  for (const char* expression : {"0 0 * * 0", "0 0 * * 7", "0 0 * * SUN", "0 0 ? * 7-7"}) {
    EXPECT_EQ(ticks(*cron(expression), "2026-01-01", 2), sundays) << expression;
  }
  for (const char* expression : {"0 0 * * 6-7", "0 0 * * SAT-SUN", "0 0 * * 6,0"}) {
    EXPECT_EQ(ticks(*cron(expression), "2026-01-01", 2),
              (Texts{"2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z"}))
        << expression;
  }
}

TEST(Cron, DayOfMonthAndDayOfWeekAreOredWhenBothAreRestricted) {
  EXPECT_EQ(ticks(*cron("0 0 13 * 5"), "2026-02-01", 5),
            (Texts{"2026-02-06T00:00:00Z", "2026-02-13T00:00:00Z", "2026-02-20T00:00:00Z",
                   "2026-02-27T00:00:00Z", "2026-03-06T00:00:00Z"}));
  // A field that starts with `*` does not restrict in this sense: both have to match.
  EXPECT_EQ(ticks(*cron("0 0 */2 * 5"), "2026-02-01", 3),
            (Texts{"2026-02-13T00:00:00Z", "2026-02-27T00:00:00Z", "2026-03-13T00:00:00Z"}));
  EXPECT_EQ(ticks(*cron("0 0 ? * 5"), "2026-02-01", 1), (Texts{"2026-02-06T00:00:00Z"}));
}

TEST(Cron, LastDays) {
  EXPECT_EQ(ticks(*cron("0 0 L * *"), "2024-01-15", 3),
            (Texts{"2024-01-31T00:00:00Z", "2024-02-29T00:00:00Z", "2024-03-31T00:00:00Z"}));
  EXPECT_EQ(ticks(*cron("0 0 L-2 2 *"), "2023-01-15", 2),
            (Texts{"2023-02-26T00:00:00Z", "2024-02-27T00:00:00Z"}));
  EXPECT_EQ(ticks(*cron("0 0 LW * *"), "2026-01-15", 3),
            (Texts{"2026-01-30T00:00:00Z", "2026-02-27T00:00:00Z", "2026-03-31T00:00:00Z"}));
  const Texts last_fridays = {"2026-01-30T00:00:00Z", "2026-02-27T00:00:00Z"};
  for (const char* expression : {"0 0 * * 5L", "0 0 * * FRIL", "0 0 * * L5"}) {
    EXPECT_EQ(ticks(*cron(expression), "2026-01-15", 2), last_fridays) << expression;
  }
}

TEST(Cron, NearestWeekdayStaysInItsMonth) {
  // Saturday 2026-08-15 → Friday; Sunday 2026-11-15 → Monday.
  EXPECT_EQ(ticks(*cron("0 0 15W 8,11 *"), "2026-01-01", 2),
            (Texts{"2026-08-14T00:00:00Z", "2026-11-16T00:00:00Z"}));
  // Saturday 2026-08-01 → Monday 3rd, not July; Sunday 2026-05-31 → Friday 29th, not June.
  EXPECT_EQ(ticks(*cron("0 0 1W 8 *"), "2026-01-01", 1), (Texts{"2026-08-03T00:00:00Z"}));
  EXPECT_EQ(ticks(*cron("0 0 31W 5 *"), "2026-01-01", 1), (Texts{"2026-05-29T00:00:00Z"}));
  // A month without a 31st has no 31W.
  EXPECT_EQ(ticks(*cron("0 0 31W 6,7 *"), "2026-01-01", 1), (Texts{"2026-07-31T00:00:00Z"}));
}

TEST(Cron, NthWeekday) {
  EXPECT_EQ(ticks(*cron("0 0 * * MON#2,5#1"), "2026-01-01", 3),
            (Texts{"2026-01-02T00:00:00Z", "2026-01-12T00:00:00Z", "2026-02-06T00:00:00Z"}));
  EXPECT_EQ(ticks(*cron("0 0 * * 7#5"), "2026-01-01", 2),
            (Texts{"2026-03-29T00:00:00Z", "2026-05-31T00:00:00Z"}));
}

TEST(Cron, Presets) {
  const std::pair<const char*, const char*> cases[] = {
      {"@hourly", "2026-02-05T08:00:00Z"},   {"@daily", "2026-02-06T00:00:00Z"},
      {"@midnight", "2026-02-06T00:00:00Z"}, {"@weekly", "2026-02-08T00:00:00Z"},
      {"@monthly", "2026-03-01T00:00:00Z"},  {"@yearly", "2027-01-01T00:00:00Z"},
      {"@annually", "2027-01-01T00:00:00Z"}};
  for (const auto& [preset, expected] : cases) {
    EXPECT_EQ(ticks(*cron(preset), "2026-02-05T07:08:09Z", 1), (Texts{expected})) << preset;
  }
}

TEST(Cron, FarTicksAreFoundAndImpossibleOnesAreNot) {
  EXPECT_EQ(ticks(*cron("0 0 29 2 *"), "2096-03-01", 2),
            (Texts{"2104-02-29T00:00:00Z", "2108-02-29T00:00:00Z"}));
  // A February with five Mondays, across the century without a leap day.
  EXPECT_EQ(ticks(*cron("0 0 * 2 1#5"), "2072-03-01", 1), (Texts{"2112-02-29T00:00:00Z"}));
  for (const char* never : {"0 0 31 2 *", "0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 31W 2 ?"}) {
    for (const DstPolicy policy : {DstPolicy::once, DstPolicy::airflow}) {
      const auto timetable = cron(never, "Europe/Berlin", policy);
      EXPECT_EQ(timetable->next(at("2026-01-01")), std::nullopt) << never;
      EXPECT_EQ(timetable->previous(at("2026-01-01")), std::nullopt) << never;
    }
  }
}

TEST(Cron, EndsWithTheCalendar) {
  const auto daily = cron("@daily");
  EXPECT_EQ(daily->next(at("9999-12-30T12:00:00Z")), at("9999-12-31"));
  EXPECT_EQ(daily->next(at("9999-12-31")), std::nullopt);
  EXPECT_EQ(daily->previous(at("0001-01-01T00:00:01Z")), at("0001-01-01"));
  EXPECT_EQ(daily->previous(at("0001-01-01")), std::nullopt);
  EXPECT_EQ(daily->next(Instant::min()), at("0001-01-01"));
  EXPECT_EQ(daily->next(Instant::max()), std::nullopt);
  EXPECT_EQ(daily->previous(Instant::max()), at("9999-12-31"));
  EXPECT_EQ(daily->previous(Instant::min()), std::nullopt);
}

TEST(Cron, NextAndPreviousAreStrict) {
  const auto daily = cron("@daily");
  EXPECT_EQ(daily->next(at("2026-01-01")), at("2026-01-02"));
  EXPECT_EQ(daily->next(at("2026-01-01") - Duration(1)), at("2026-01-01"));
  EXPECT_EQ(daily->previous(at("2026-01-02")), at("2026-01-01"));
  EXPECT_EQ(daily->previous(at("2026-01-02") + Duration(1)), at("2026-01-02"));
}

struct Refused {
  const char* expression;
  const char* says;
};

TEST(Cron, ErrorsNameTheFieldAndTheFix) {
  const Refused cases[] = {
      {"", "0 fields"},
      {"   ", "0 fields"},
      {"* * * *", "4 fields; write five"},
      {"* * * * * * *", "7 fields"},
      {"60 * * * *", "minute \"60\": 60 is outside of 0-59"},
      {"* 24 * * *", "hour \"24\": 24 is outside of 0-23"},
      {"* * 0 * *", "day of month \"0\": 0 is outside of 1-31"},
      {"* * * 13 *", "month \"13\": 13 is outside of 1-12"},
      {"* * * * 8", "day of week \"8\": 8 is outside of 0-7"},
      {"60 * * * * *", "second \"60\""},
      {"*/0 * * * *", "a step of 0 never advances"},
      {"*/90 * * * *", "a step of 90 is longer than the field"},
      {"*/ * * * *", "is no step"},
      {"5- * * * *", "\"\" is no minute"},
      {"-5 * * * *", "\"\" is no minute"},
      {"30-10 * * * *", "runs backwards; write it as 30-59,0-10"},
      {"1,,2 * * * *", "an item of the list is empty"},
      {"1, * * * *", "an item of the list is empty"},
      {"* * * JANUARY *", "\"JANUARY\" is no month; write 1-12 or JAN to DEC"},
      {"* * * * MONDAY", "is no day of week"},
      {"? * * * *", "\"?\" stands only in day of month and day of week"},
      {"* * ?,1 * *", "cannot be part of a list"},
      {"* * * * L", "5L or FRIL is the last Friday"},
      {"* * * * 1#6", "write #1 to #5"},
      {"* * * * 1#", "write #1 to #5"},
      {"* * 32W * *", "1W to 31W"},
      {"* * 1-5W * *", "1W to 31W"},
      {"* * L-31 * *", "L-1 to L-30"},
      {"* * L/2 * *", "L-1 to L-30"},
      {"99999999999999999999 * * * *", "is no minute"},
      {"@dayly", "unknown preset; write one of @hourly, @daily"},
      {"@once", "write it alone"},
      {"* * * * *\n", "not plain ASCII (byte 0x0a)"},
      {"0 0 * * \xf0\x9f\x92\xa3", "not plain ASCII"},
  };
  for (const auto& [expression, says] : cases) {
    ScheduleSpec spec;
    spec.crons = {expression};
    const auto timetable = Timetable::compile(spec);
    ASSERT_FALSE(timetable) << expression;
    EXPECT_EQ(timetable.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(timetable.error().message.find(says), std::string::npos)
        << expression << ": " << timetable.error().message;
  }
}

TEST(Cron, HugeInputIsRefusedWithAShortMessage) {
  ScheduleSpec spec;
  spec.crons = {std::string(1 << 20, '*')};
  EXPECT_LT(Timetable::compile(spec).error().message.size(), 300U);
  spec.crons.assign(101, "* * * * *");
  EXPECT_NE(Timetable::compile(spec).error().message.find("at most 100"), std::string::npos);
}

}  // namespace
}  // namespace weft
