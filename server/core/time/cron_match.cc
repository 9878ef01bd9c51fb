#include <bit>
#include <utility>

#include "server/core/time/cron.h"

namespace weft {
namespace {

namespace chrono = std::chrono;

constexpr std::uint32_t seconds_per_day = 86'400;
constexpr chrono::year first_year{1};
constexpr chrono::year last_year{9999};
/// Every kind of year (leap or not, its first weekday) comes back within 40 years, also across a
/// century that has no leap day: what has not matched by then never does.
constexpr chrono::years longest_gap{48};

constexpr LocalSeconds first_second{chrono::local_days{first_year / 1 / 1}};
constexpr LocalSeconds last_second{chrono::local_days{last_year / 12 / 31} +
                                   chrono::seconds(seconds_per_day - 1)};

/// The lowest set bit at or above `from`, or -1.
int next_bit(std::uint64_t bits, int from) {
  if (from > 63) return -1;
  bits &= ~std::uint64_t{0} << from;
  return bits == 0 ? -1 : std::countr_zero(bits);
}

/// The highest set bit at or below `until`, or -1.
int previous_bit(std::uint64_t bits, int until) {
  if (until < 0) return -1;
  bits &= ~std::uint64_t{0} >> (63 - until);
  return bits == 0 ? -1 : 63 - std::countl_zero(bits);
}

/// A time of day, most significant first.
struct TimeOfDay {
  int hour = 0;
  int minute = 0;
  int second = 0;
  chrono::seconds since_midnight() const {
    return chrono::hours(hour) + chrono::minutes(minute) + chrono::seconds(second);
  }
};

TimeOfDay time_of_day(chrono::seconds since_midnight) {
  const chrono::hh_mm_ss time(since_midnight);
  return {static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
          static_cast<int>(time.seconds().count())};
}

TimeOfDay first_time(const Cron& cron) {
  return {next_bit(cron.hours, 0), next_bit(cron.minutes, 0), next_bit(cron.seconds, 0)};
}

TimeOfDay last_time(const Cron& cron) {
  return {previous_bit(cron.hours, 23), previous_bit(cron.minutes, 59),
          previous_bit(cron.seconds, 59)};
}

/// The first matching time of the day at or after `from`.
std::optional<TimeOfDay> first_time_from(const Cron& cron, TimeOfDay from) {
  const TimeOfDay first = first_time(cron);
  const int hour = next_bit(cron.hours, from.hour);
  if (hour < 0) return std::nullopt;
  if (hour > from.hour) return TimeOfDay{hour, first.minute, first.second};
  const int minute = next_bit(cron.minutes, from.minute);
  if (minute == from.minute) {
    const int second = next_bit(cron.seconds, from.second);
    if (second >= 0) return TimeOfDay{hour, minute, second};
  }
  const int later = next_bit(cron.minutes, from.minute + 1);
  if (later >= 0) return TimeOfDay{hour, later, first.second};
  const int next_hour = next_bit(cron.hours, hour + 1);
  if (next_hour < 0) return std::nullopt;
  return TimeOfDay{next_hour, first.minute, first.second};
}

/// The last matching time of the day at or before `until`.
std::optional<TimeOfDay> last_time_until(const Cron& cron, TimeOfDay until) {
  const TimeOfDay last = last_time(cron);
  const int hour = previous_bit(cron.hours, until.hour);
  if (hour < 0) return std::nullopt;
  if (hour < until.hour) return TimeOfDay{hour, last.minute, last.second};
  const int minute = previous_bit(cron.minutes, until.minute);
  if (minute == until.minute) {
    const int second = previous_bit(cron.seconds, until.second);
    if (second >= 0) return TimeOfDay{hour, minute, second};
  }
  const int earlier = previous_bit(cron.minutes, until.minute - 1);
  if (earlier >= 0) return TimeOfDay{hour, earlier, last.second};
  const int previous_hour = previous_bit(cron.hours, hour - 1);
  if (previous_hour < 0) return std::nullopt;
  return TimeOfDay{previous_hour, last.minute, last.second};
}

/// The shape of one month: its length and the weekday (0 = Sunday) of its first day.
struct Month {
  int length;
  int first_weekday;
  int weekday(int day) const { return (first_weekday + day - 1) % 7; }
};

Month shape_of(chrono::year_month month) {
  const chrono::local_days first(month / 1);
  return {static_cast<int>(static_cast<unsigned>((month / chrono::last).day())),
          static_cast<int>(chrono::weekday(first).c_encoding())};
}

/// `15W`: the nearest Monday to Friday of the same month; none when the month has no such day.
std::uint32_t nearest_workday(Month month, int day) {
  if (day > month.length) return 0;
  const int weekday = month.weekday(day);
  if (weekday == 6) day += day == 1 ? 2 : -1;
  if (weekday == 0) day += day == month.length ? -2 : 1;
  return std::uint32_t{1} << day;
}

std::uint32_t days_of_month(const Cron& cron, Month month) {
  std::uint32_t result = cron.days;
  for (int before = 0; before < month.length; ++before) {
    if ((cron.days_before_end >> before) & 1U) result |= 1U << (month.length - before);
  }
  for (int day = 1; day <= 31; ++day) {
    if ((cron.near_weekdays >> day) & 1U) result |= nearest_workday(month, day);
  }
  if (cron.last_workday) result |= nearest_workday(month, month.length);
  return result;
}

std::uint32_t days_of_week(const Cron& cron, Month month) {
  std::uint32_t result = 0;
  for (int day = 1; day <= month.length; ++day) {
    const auto weekday = static_cast<unsigned>(month.weekday(day));
    const int nth = (day - 1) / 7 + 1;
    const bool last = day + 7 > month.length;
    const bool matches = ((cron.weekdays >> weekday) & 1U) ||
                         (last && ((cron.last_weekdays >> weekday) & 1U)) ||
                         ((cron.nth_weekdays[weekday] >> nth) & 1U);
    if (matches) result |= 1U << day;
  }
  return result;
}

LocalSeconds at(chrono::year_month month, int day, TimeOfDay time) {
  return chrono::local_days(month / day) + time.since_midnight();
}

}  // namespace

std::uint32_t matching_days(const Cron& cron, chrono::year_month month) {
  if (!((cron.months >> static_cast<unsigned>(month.month())) & 1U)) return 0;
  const Month shape = shape_of(month);
  const std::uint32_t existing = static_cast<std::uint32_t>((std::uint64_t{2} << shape.length) - 2);
  const std::uint32_t by_month = days_of_month(cron, shape);
  const std::uint32_t by_week = days_of_week(cron, shape);
  const bool both_needed = cron.any_day || cron.any_weekday;
  return (both_needed ? by_month & by_week : by_month | by_week) & existing;
}

std::optional<LocalSeconds> first_match_from(const Cron& cron, LocalSeconds from) {
  if (from > last_second) return std::nullopt;
  from = std::max(from, first_second);
  const auto midnight = chrono::floor<chrono::days>(from);
  const chrono::year_month_day date(midnight);
  chrono::year_month month = date.year() / date.month();
  std::uint32_t days = matching_days(cron, month);

  const int today = static_cast<int>(static_cast<unsigned>(date.day()));
  if ((days >> today) & 1U) {
    if (const auto time = first_time_from(cron, time_of_day(from - midnight))) {
      return at(month, today, *time);
    }
  }
  days &= static_cast<std::uint32_t>(~std::uint64_t{0} << (today + 1));
  const chrono::year end = std::min(last_year, date.year() + longest_gap);
  while (days == 0) {
    month += chrono::months(1);
    if (month.year() > end) return std::nullopt;
    days = matching_days(cron, month);
  }
  return at(month, next_bit(days, 1), first_time(cron));
}

std::optional<LocalSeconds> last_match_until(const Cron& cron, LocalSeconds until) {
  if (until < first_second) return std::nullopt;
  until = std::min(until, last_second);
  const auto midnight = chrono::floor<chrono::days>(until);
  const chrono::year_month_day date(midnight);
  chrono::year_month month = date.year() / date.month();
  std::uint32_t days = matching_days(cron, month);

  const int today = static_cast<int>(static_cast<unsigned>(date.day()));
  if ((days >> today) & 1U) {
    if (const auto time = last_time_until(cron, time_of_day(until - midnight))) {
      return at(month, today, *time);
    }
  }
  days &= (1U << today) - 1;
  const chrono::year end = std::max(first_year, date.year() - longest_gap);
  while (days == 0) {
    month -= chrono::months(1);
    if (month.year() < end) return std::nullopt;
    days = matching_days(cron, month);
  }
  return at(month, previous_bit(days, 31), last_time(cron));
}

}  // namespace weft
