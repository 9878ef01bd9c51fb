#pragma once

// Calendars: which dates a schedule may tick on, and where the others go.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weft {

class Timetable;
class Zone;

/// A weekday of every week, or one of a month: `mon`, `fri#1` (the first), `friL` (the last).
struct WeekdayRule {
  std::uint8_t weekday = 0;  ///< 0 is Sunday
  std::int8_t nth = 0;       ///< 1 to 5 in its month, -1 the last, 0 every
  auto operator<=>(const WeekdayRule&) const = default;
};

/// Reads one rule. Errors: invalid_argument with what is expected.
Result<WeekdayRule> parse_weekday_rule(std::string_view text);

/// A list of dates and weekday rules: the days that one of them names.
struct Calendar {
  std::vector<std::chrono::local_days> dates;  ///< ascending, without doubles
  std::vector<WeekdayRule> weekdays;
  bool contains(std::chrono::local_days date) const;
  bool operator==(const Calendar&) const = default;
};

/// What a tick on a day that is no business day becomes.
enum class Shift : std::uint8_t { none, next_business_day, previous_business_day };

/// A DAG's `calendar`. Business days are those in one of `include` (if there is any) and in none of
/// `exclude`.
struct BusinessDays {
  std::vector<Calendar> include, exclude;
  Shift shift = Shift::none;

  bool empty() const { return include.empty() && exclude.empty(); }
  bool contains(std::chrono::local_days date) const;
  /// The nearest business day at or behind, at or before a date. nullopt: there is none within
  /// business_day_horizon of it and of the calendars' dates. The cost is bounded.
  std::optional<std::chrono::local_days> from(std::chrono::local_days date) const;
  std::optional<std::chrono::local_days> until(std::chrono::local_days date) const;
  bool operator==(const BusinessDays&) const = default;
};

/// Every combination of a weekday with a day of a month comes within so many days.
inline constexpr std::chrono::days business_day_horizon{41 * 366};
/// A tick moves by no more than so many days; if the next business day is farther away it is none.
inline constexpr std::chrono::days longest_shift{366};

/// The ticks of `base` that fall on business days in the zone, the others moved or left out. A tick
/// is moved to the same time of the day; equal instants are one.
std::shared_ptr<const Timetable> on_business_days(std::shared_ptr<const Timetable> base,
                                                  std::shared_ptr<const Zone> zone,
                                                  BusinessDays days);

}  // namespace weft
