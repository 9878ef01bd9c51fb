#pragma once

// A cron expression as sets of numbers, and the search for the local times that it names. Knows
// no zones: what a local time means as an instant is decided in ticks.h.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace weft {

/// A date and time on the wall, in seconds, without a zone.
using LocalSeconds = std::chrono::local_seconds;

/// One parsed cron expression. Bit n of a set is the value n.
struct Cron {
  std::uint64_t seconds = 1;
  std::uint64_t minutes = 0;
  std::uint32_t hours = 0;
  std::uint16_t months = 0;  ///< bits 1 to 12

  std::uint32_t days = 0;             ///< bits 1 to 31
  std::uint32_t days_before_end = 0;  ///< `L` is bit 0, `L-3` is bit 3
  std::uint32_t near_weekdays = 0;    ///< `15W`: Monday to Friday nearest to the 15th
  bool last_workday = false;          ///< `LW`: the month's last Monday to Friday

  std::uint8_t weekdays = 0;                      ///< bits 0 (Sunday) to 6
  std::uint8_t last_weekdays = 0;                 ///< `5L`: the month's last Friday
  std::array<std::uint8_t, 7> nth_weekdays = {};  ///< `5#2`: bit 2 of element 5

  /// The field starts with `*` or is `?`. Only when neither does, a day matches that one of the
  /// two fields names (Vixie); otherwise it has to match both.
  bool any_day = false;
  bool any_weekday = false;
  /// The hour field is `*` or one item with a step: then a repeated hour runs twice (ticks.h).
  bool hour_is_open = false;

  bool every_hour() const { return hours == 0xffffffU; }
};

/// Reads five fields (minute hour day-of-month month day-of-week), six (second first), or a preset
/// like @daily. Errors: invalid_argument naming the expression, the field and the fix.
Result<Cron> parse_cron(std::string_view text);

/// The days of a month that match, as bits 1 to 31.
std::uint32_t matching_days(const Cron& cron, std::chrono::year_month month);

/// The first match at or after `from`, the last one at or before it; nullopt when there is none
/// in the years 1 to 9999. Cost does not depend on how far away it is.
std::optional<LocalSeconds> first_match_from(const Cron& cron, LocalSeconds from);
std::optional<LocalSeconds> last_match_until(const Cron& cron, LocalSeconds until);

}  // namespace weft
