// Calendars against an obvious reading: every tick of the schedule is looked at and moved by
// itself.

#include "server/core/time/business_days.h"

#include <chrono>
#include <set>

#include "server/core/time/zone.h"
#include "tests/unit/core/time/schedule_support.h"

namespace weft {
namespace {

namespace chrono = std::chrono;

chrono::local_days day(const char* text) {
  return chrono::local_days(chrono::floor<chrono::days>(at(text)).time_since_epoch());
}

Calendar calendar(const std::vector<const char*>& days) {
  Calendar made;
  for (const char* text : days)
    if (const auto rule = parse_weekday_rule(text))
      made.weekdays.push_back(*rule);
    else
      made.dates.push_back(day(text));
  return made;
}

std::shared_ptr<const Timetable> on(const BusinessDays& days, const char* expression,
                                    const char* zone = "UTC") {
  ScheduleSpec spec;
  spec.crons = {expression};
  spec.timezone = zone;
  spec.business_days = days;
  return compiled(spec);
}

BusinessDays without(const std::vector<const char*>& days, Shift shift = Shift::none) {
  BusinessDays made;
  made.exclude = {calendar(days)};
  made.shift = shift;
  return made;
}

TEST(BusinessDays, ExcludedDaysHaveNoTick) {
  const auto timetable = on(without({"sat", "sun", "2026-01-01"}), "0 5 * * *");
  EXPECT_EQ(ticks(*timetable, "2025-12-31T00:00:00Z", 4),
            (std::vector<std::string>{"2025-12-31T05:00:00Z", "2026-01-02T05:00:00Z",
                                      "2026-01-05T05:00:00Z", "2026-01-06T05:00:00Z"}));
  EXPECT_EQ(timetable->previous(at("2026-01-05T05:00:00Z")), at("2026-01-02T05:00:00Z"));
}

TEST(BusinessDays, OnlyIncludedDaysHaveTicks) {
  BusinessDays days;
  days.include = {calendar({"friL"}), calendar({"2026-01-07"})};
  const auto timetable = on(days, "0 5 * * *");
  EXPECT_EQ(ticks(*timetable, "2026-01-01T00:00:00Z", 3),
            (std::vector<std::string>{"2026-01-07T05:00:00Z", "2026-01-30T05:00:00Z",
                                      "2026-02-27T05:00:00Z"}));
}

TEST(BusinessDays, ATickMovesToTheNextOrThePreviousBusinessDay) {
  const std::vector<const char*> closed{"sat", "sun", "2026-05-01"};  // the 1st is a Friday
  const auto next = on(without(closed, Shift::next_business_day), "0 5 1 * *");
  EXPECT_EQ(ticks(*next, "2026-04-15T00:00:00Z", 3),
            (std::vector<std::string>{"2026-05-04T05:00:00Z", "2026-06-01T05:00:00Z",
                                      "2026-07-01T05:00:00Z"}));
  const auto previous = on(without(closed, Shift::previous_business_day), "0 5 1 * *");
  EXPECT_EQ(ticks(*previous, "2026-04-15T00:00:00Z", 2),
            (std::vector<std::string>{"2026-04-30T05:00:00Z", "2026-06-01T05:00:00Z"}));
}

TEST(BusinessDays, TicksThatMeetAreOne) {
  const auto timetable = on(without({"sat", "sun"}, Shift::next_business_day), "0 5 * * *");
  EXPECT_EQ(ticks(*timetable, "2026-01-02T06:00:00Z", 2),
            (std::vector<std::string>{"2026-01-05T05:00:00Z", "2026-01-06T05:00:00Z"}));
}

TEST(BusinessDays, WhatLeavesNothingAnswersAtOnce) {
  const auto all = without({"mon", "tue", "wed", "thu", "fri", "sat", "sun"});
  EXPECT_EQ(on(all, "* * * * *")->next(at("2026-01-01")), std::nullopt);
  EXPECT_EQ(on(all, "* * * * *")->previous(at("2026-01-01")), std::nullopt);
  // Saturdays on workdays; a fifth Monday is always the last one.
  EXPECT_EQ(on(without({"sat"}), "0 0 * * 6")->next(at("2026-01-01")), std::nullopt);
  BusinessDays never = without({"monL"});
  never.include = {calendar({"mon#5"})};
  EXPECT_EQ(on(never, "0 0 * * *")->next(at("2026-01-01")), std::nullopt);
  never.shift = Shift::next_business_day;
  EXPECT_EQ(on(never, "0 0 * * *")->next(at("2026-01-01")), std::nullopt);
  BusinessDays past;
  past.include = {calendar({"2020-01-01"})};
  EXPECT_EQ(on(past, "0 0 * * *")->next(at("2026-01-01")), std::nullopt);
  EXPECT_EQ(on(past, "0 0 * * *")->previous(at("2026-01-01")), at("2020-01-01"));
  EXPECT_EQ(on(without({"sun"}), "0 0 31 2 *")->next(at("2026-01-01")), std::nullopt);
}

TEST(BusinessDays, ALeapDayOnASundayIsFound) {
  BusinessDays days;
  days.include = {calendar({"sun"})};
  EXPECT_EQ(on(days, "0 0 29 2 *")->next(at("2073-01-01")), at("2088-02-29"));
}

TEST(BusinessDays, RulesAreRead) {
  EXPECT_EQ(parse_weekday_rule("Fri")->weekday, 5);
  EXPECT_EQ(parse_weekday_rule("monL")->nth, -1);
  EXPECT_EQ(parse_weekday_rule("tue#2")->nth, 2);
  for (const char* wrong : {"", "fr", "friday", "fri#6", "fri#", "1", "2026-01-01"})
    EXPECT_FALSE(parse_weekday_rule(wrong)) << wrong;
}

/// All ticks in [from, to], each base tick moved by itself.
std::set<Instant> slowly(const BusinessDays& days, const Timetable& base, const Zone& zone,
                         Instant from, Instant to) {
  std::set<Instant> found;
  const Instant begin = from - chrono::days(40), end = to + chrono::days(40);
  for (auto tick = base.next(begin); tick && *tick <= end; tick = base.next(*tick)) {
    const auto second = chrono::floor<chrono::seconds>(*tick);
    const auto local = zone.span_at(second).to_local(second);
    const auto date = chrono::floor<chrono::days>(local);
    auto target = date;
    const int way = days.shift == Shift::next_business_day ? 1 : -1;
    while (days.shift != Shift::none && !days.contains(target)) target += chrono::days(way);
    if (!days.contains(target)) continue;
    Instant at = *tick;
    if (target != date) {
      const auto reading = zone.read(LocalSeconds(target) + (local - date));
      at = reading.in_gap() ? Instant(reading.after.begin) : Instant(*reading.first);
    }
    if (at >= from && at <= to) found.insert(at);
  }
  return found;
}

TEST(BusinessDays, NextAndPreviousFindWhatALookAtEveryTickFinds) {
  const std::vector<std::vector<const char*>> closed{
      {"sat", "sun"},
      {"sat", "sun", "2026-03-27", "2026-03-30", "2026-03-31", "2026-10-26"},
      {"mon#1", "friL", "sun"},
      {"mon", "tue", "wed", "thu", "fri", "sat"}};
  const Instant from = at("2026-03-01"), to = at("2026-11-15");
  for (const char* name : {"UTC", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe"})
    for (const char* expression : {"30 2 * * *", "0 */3 * * *", "15 0,1,2,3 1,15 * *", "0 0 * * 0"})
      for (const auto& days : closed)
        for (const Shift shift :
             {Shift::none, Shift::next_business_day, Shift::previous_business_day}) {
          const auto spec = without(days, shift);
          const auto zone = *Zone::load(name);
          const auto timetable = on(spec, expression, name);
          const auto expected = slowly(spec, *cron(expression, name), *zone, from, to);
          std::set<Instant> forward, backward;
          for (auto tick = timetable->next(from - Duration(1)); tick && *tick <= to;
               tick = timetable->next(*tick))
            ASSERT_TRUE(forward.insert(*tick).second);
          for (auto tick = timetable->previous(to + Duration(1)); tick && *tick >= from;
               tick = timetable->previous(*tick))
            ASSERT_TRUE(backward.insert(*tick).second);
          const std::string what = std::string(name) + " " + expression + " " + days[0] +
                                   std::to_string(static_cast<int>(shift));
          EXPECT_EQ(forward, expected) << what;
          EXPECT_EQ(backward, expected) << what;
        }
}

TEST(TimetableCount, CountsWhatNextFinds) {
  const Instant from = at("2026-02-27T10:00:00Z"), to = at("2026-11-05T03:30:00Z");
  for (const char* name : {"UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/Havana"})
    for (const DstPolicy policy : {DstPolicy::once, DstPolicy::airflow})
      for (const char* expression :
           {"0 * * * *", "*/7 1-3 * * 1-5", "30 2 * * *", "0 0 L * *", "*/20 */5 1,15 * fri"}) {
        const auto timetable = cron(expression, name, policy);
        EXPECT_EQ(timetable->count(from, to, 1'000'000),
                  timetable->Timetable::count(from, to, 1'000'000))
            << name << " " << expression << " " << static_cast<int>(policy);
      }
  ScheduleSpec both;
  both.crons = {"*/5 * * * *", "*/7 3 * * sun"};
  both.timezone = "Europe/Berlin";
  const auto timetable = compiled(both);
  EXPECT_EQ(timetable->count(from, to, 1'000'000),
            timetable->Timetable::count(from, to, 1'000'000));
  EXPECT_EQ(timetable->count(from, to, 7), 7);
  EXPECT_EQ(timetable->count(to, from, 7), 0);
  ScheduleSpec every;
  every.every = EverySpec{chrono::minutes(7), from};
  EXPECT_EQ(compiled(every)->count(from, from + chrono::minutes(14), 100), 3);
  EXPECT_EQ(compiled(every)->count(from + Duration(1), from + chrono::minutes(14), 100), 2);
}

}  // namespace
}  // namespace weft
