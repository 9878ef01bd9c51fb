#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weft {

/// All durations are in microseconds.
using Duration = std::chrono::microseconds;

/// A point in UTC time, in microseconds since 1970 (no leap seconds). Zones exist only in
/// server/core/time and in what is shown to people.
using Instant = std::chrono::time_point<std::chrono::system_clock, Duration>;

/// Instants outside of [year 1, year 9999] are refused wherever they come in.
constexpr Instant from_micros(std::int64_t micros) {
  return Instant(Duration(micros));
}
constexpr std::int64_t to_micros(Instant instant) {
  return instant.time_since_epoch().count();
}

/// ISO 8601 in UTC with offset, as in Airflow's run ids: `2026-01-01T00:00:00+00:00`, with six
/// digits of a fraction when there is one.
std::string format_instant(Instant instant);

/// The API's form: as format_instant, with `Z` in place of `+00:00`.
std::string format_instant_z(Instant instant);

/// ISO 8601: a date, or a date and time with `T` or a space, optional seconds and fraction (to
/// nine digits, cut to six), and `Z` or an offset; without one it is read as UTC.
/// Errors: invalid_argument naming the text.
Result<Instant> parse_instant(std::string_view text);

/// A duration with units (`90s`, `5m`, `1h30m`, `2d`, `250ms`) or ISO 8601 (`PT5M`, `P1DT2H`).
/// Never negative. Errors: invalid_argument naming the text and an example.
Result<Duration> parse_duration(std::string_view text);

/// The shortest exact form with units, e.g. `1h30m`; zero is `0s`.
std::string format_duration(Duration duration);

}  // namespace weft
