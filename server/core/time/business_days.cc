#include "server/core/time/business_days.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace weft {
namespace {

namespace chrono = std::chrono;
using Day = chrono::local_days;

constexpr std::array<std::string_view, 7> names = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool matches(const WeekdayRule& rule, Day date) {
  if (chrono::weekday(date).c_encoding() != rule.weekday) return false;
  if (rule.nth == 0) return true;
  const chrono::year_month_day day(date);
  if (rule.nth > 0) return (static_cast<unsigned>(day.day()) + 6) / 7 == unsigned(rule.nth);
  return chrono::year_month_day(date + chrono::days(7)).month() != day.month();
}

bool in_any(const std::vector<Calendar>& calendars, Day date) {
  return std::any_of(calendars.begin(), calendars.end(),
                     [&](const Calendar& calendar) { return calendar.contains(date); });
}

/// Whether the rules alone say the same for all dates: then only listed dates need a look.
bool has_rules(const std::vector<Calendar>& calendars) {
  return std::any_of(calendars.begin(), calendars.end(),
                     [](const Calendar& calendar) { return !calendar.weekdays.empty(); });
}

/// The first listed date at or behind `date`, the last at or before it.
std::optional<Day> listed_from(const std::vector<Calendar>& calendars, Day date) {
  std::optional<Day> best;
  for (const Calendar& calendar : calendars) {
    const auto found = std::lower_bound(calendar.dates.begin(), calendar.dates.end(), date);
    if (found != calendar.dates.end() && (!best || *found < *best)) best = *found;
  }
  return best;
}

std::optional<Day> listed_until(const std::vector<Calendar>& calendars, Day date) {
  std::optional<Day> best;
  for (const Calendar& calendar : calendars) {
    const auto found = std::upper_bound(calendar.dates.begin(), calendar.dates.end(), date);
    if (found != calendar.dates.begin() && (!best || *(found - 1) > *best)) best = *(found - 1);
  }
  return best;
}

/// Behind the last listed date, and before the first, only rules have a say.
Day last_listed(const BusinessDays& days, Day otherwise) {
  for (const auto* calendars : {&days.include, &days.exclude})
    for (const Calendar& calendar : *calendars)
      if (!calendar.dates.empty()) otherwise = std::max(otherwise, calendar.dates.back());
  return otherwise;
}

Day first_listed(const BusinessDays& days, Day otherwise) {
  for (const auto* calendars : {&days.include, &days.exclude})
    for (const Calendar& calendar : *calendars)
      if (!calendar.dates.empty()) otherwise = std::min(otherwise, calendar.dates.front());
  return otherwise;
}

}  // namespace

Result<WeekdayRule> parse_weekday_rule(std::string_view text) {
  std::string word;
  for (const char c : text) word += lower(c);
  const auto name = std::find(names.begin(), names.end(), word.substr(0, 3));
  const std::string rest = word.size() > 3 ? word.substr(3) : "";
  const bool is_nth = rest.size() == 2 && rest[0] == '#' && rest[1] >= '1' && rest[1] <= '5';
  if (name == names.end() || !(rest.empty() || rest == "l" || is_nth))
    return fail(ErrorCode::invalid_argument,
                "a weekday such as \"sat\", \"fri#1\" (the first of a month) or \"friL\" (the "
                "last) expected");
  WeekdayRule rule;
  rule.weekday = static_cast<std::uint8_t>(name - names.begin());
  if (!rest.empty()) rule.nth = is_nth ? static_cast<std::int8_t>(rest[1] - '0') : std::int8_t{-1};
  return rule;
}

bool Calendar::contains(Day date) const {
  return std::binary_search(dates.begin(), dates.end(), date) ||
         std::any_of(weekdays.begin(), weekdays.end(),
                     [&](const WeekdayRule& rule) { return matches(rule, date); });
}

bool BusinessDays::contains(Day date) const {
  return (include.empty() || in_any(include, date)) && !in_any(exclude, date);
}

std::optional<Day> BusinessDays::from(Day date) const {
  const bool only_listed = !include.empty() && !has_rules(include);
  const Day end = std::max(date, last_listed(*this, date)) + business_day_horizon;
  for (Day day = date; day <= end; day += chrono::days(1)) {
    if (only_listed) {
      const auto listed = listed_from(include, day);
      if (!listed) return std::nullopt;
      day = *listed;
    }
    if (contains(day)) return day;
  }
  return std::nullopt;
}

std::optional<Day> BusinessDays::until(Day date) const {
  const bool only_listed = !include.empty() && !has_rules(include);
  const Day end = std::min(date, first_listed(*this, date)) - business_day_horizon;
  for (Day day = date; day >= end; day -= chrono::days(1)) {
    if (only_listed) {
      const auto listed = listed_until(include, day);
      if (!listed) return std::nullopt;
      day = *listed;
    }
    if (contains(day)) return day;
  }
  return std::nullopt;
}

}  // namespace weft
