#include "base/instant.h"

#include <array>
#include <optional>

#include <fmt/format.h>

namespace weft {
namespace {

namespace chrono = std::chrono;

/// Reads a text from left to right. Every read_* consumes only what it accepts.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  std::size_t left() const { return rest_.size(); }
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  bool at_digit() const { return peek() >= '0' && peek() <= '9'; }

  bool take(char wanted) {
    if (peek() != wanted || rest_.empty()) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool take(std::string_view wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(wanted.size());
    return true;
  }

  /// Exactly `count` digits.
  std::optional<int> fixed(int count) {
    int value = 0;
    for (int i = 0; i < count; ++i) {
      if (!at_digit()) return std::nullopt;
      value = value * 10 + digit();
    }
    return value;
  }

  /// One or more digits; nullopt without any or above `limit`.
  std::optional<std::int64_t> number(std::int64_t limit) {
    if (!at_digit()) return std::nullopt;
    std::int64_t value = 0;
    while (at_digit()) {
      value = value * 10 + digit();
      if (value > limit) return std::nullopt;
    }
    return value;
  }

  /// One to nine digits after the point, as billionths.
  std::optional<std::int64_t> fraction() {
    std::int64_t value = 0;
    int digits = 0;
    for (; at_digit(); ++digits) {
      if (digits == 9) return std::nullopt;
      value = value * 10 + digit();
    }
    if (digits == 0) return std::nullopt;
    for (; digits < 9; ++digits) value *= 10;
    return value;
  }

 private:
  int digit() {
    const int value = rest_.front() - '0';
    rest_.remove_prefix(1);
    return value;
  }

  std::string_view rest_;
};

constexpr std::int64_t billion = 1'000'000'000;

/// Messages never repeat an unbounded input.
std::string shown(std::string_view text) {
  constexpr std::size_t longest = 80;
  if (text.size() <= longest) return std::string(text);
  return std::string(text.substr(0, longest)) + "…";
}

std::string format_with_suffix(Instant instant, std::string_view suffix) {
  const auto day = chrono::floor<chrono::days>(instant);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss time(instant - day);
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", int{date.year()},
                                 unsigned{date.month()}, unsigned{date.day()}, time.hours().count(),
                                 time.minutes().count(), time.seconds().count());
  if (const auto micros = time.subseconds().count(); micros != 0) {
    text += fmt::format(".{:06}", micros);
  }
  text += suffix;
  return text;
}

std::optional<chrono::sys_days> read_date(Reader& in) {
  const auto year = in.fixed(4);
  if (!year || !in.take('-')) return std::nullopt;
  const auto month = in.fixed(2);
  if (!month || !in.take('-')) return std::nullopt;
  const auto day = in.fixed(2);
  if (!day) return std::nullopt;
  const chrono::year_month_day date{chrono::year{*year}, chrono::month(unsigned(*month)),
                                    chrono::day(unsigned(*day))};
  if (*year == 0 || !date.ok()) return std::nullopt;
  return chrono::sys_days(date);
}

/// `HH:MM[:SS[.fraction]]`.
std::optional<Duration> read_time_of_day(Reader& in) {
  const auto hour = in.fixed(2);
  if (!hour || *hour > 23 || !in.take(':')) return std::nullopt;
  const auto minute = in.fixed(2);
  if (!minute || *minute > 59) return std::nullopt;
  Duration time = chrono::hours(*hour) + chrono::minutes(*minute);
  if (!in.take(':')) return time;
  const auto second = in.fixed(2);
  if (!second || *second > 59) return std::nullopt;
  time += chrono::seconds(*second);
  if (!in.take('.') && !in.take(',')) return time;
  const auto nanos = in.fraction();
  if (!nanos) return std::nullopt;
  return time + Duration(*nanos / 1000);
}

/// `Z`, `+HH:MM`, `+HHMM`, `+HH`; nothing is UTC.
std::optional<Duration> read_offset(Reader& in) {
  if (in.at_end() || in.take('Z') || in.take('z')) return Duration::zero();
  const bool negative = in.peek() == '-';
  if (!in.take('-') && !in.take('+')) return std::nullopt;
  const auto hours = in.fixed(2);
  if (!hours || *hours > 23) return std::nullopt;
  Duration offset = chrono::hours(*hours);
  if (!in.at_end()) {
    in.take(':');
    const auto minutes = in.fixed(2);
    if (!minutes || *minutes > 59) return std::nullopt;
    offset += chrono::minutes(*minutes);
  }
  return negative ? -offset : offset;
}

std::optional<Instant> read_instant(Reader& in) {
  const auto date = read_date(in);
  if (!date) return std::nullopt;
  if (in.at_end()) return Instant(*date);
  if (!in.take('T') && !in.take('t') && !in.take(' ')) return std::nullopt;
  const auto time = read_time_of_day(in);
  if (!time) return std::nullopt;
  const auto offset = read_offset(in);
  if (!offset || !in.at_end()) return std::nullopt;
  const Instant instant = Instant(*date) + *time - *offset;
  // The offset can push the first and the last day of the range out of it.
  const chrono::year_month_day utc(chrono::floor<chrono::days>(instant));
  if (utc.year() < chrono::year(1) || utc.year() > chrono::year(9999)) return std::nullopt;
  return instant;
}

struct Unit {
  std::string_view name;
  std::int64_t micros;
};

constexpr std::int64_t second_micros = 1'000'000;
constexpr std::int64_t day_micros = 86'400 * second_micros;
/// Longest first: the order in which they may appear.
constexpr std::array<Unit, 7> units = {{{"w", 7 * day_micros},
                                        {"d", day_micros},
                                        {"h", 3600 * second_micros},
                                        {"m", 60 * second_micros},
                                        {"s", second_micros},
                                        {"ms", 1000},
                                        {"us", 1}}};
/// Enough for every difference of two instants.
constexpr std::int64_t longest_duration = 10'000 * 366 * day_micros;

/// The index of the unit whose name stands next and nothing longer, e.g. `ms` is not `m`.
std::optional<std::size_t> read_unit(Reader& in) {
  for (const std::string_view two : {"ms", "us"}) {
    if (in.take(two)) return two == "ms" ? 5 : 6;
  }
  for (std::size_t i = 0; i < 5; ++i) {
    if (in.take(units[i].name)) return i;
  }
  return std::nullopt;
}

/// `P1DT2H`: days and weeks before the T, the rest after it. Years and months have no fixed length.
std::optional<std::size_t> read_iso_unit(Reader& in, bool after_t) {
  if (!after_t) {
    if (in.take('W')) return 0;
    if (in.take('D')) return 1;
    return std::nullopt;
  }
  if (in.take('H')) return 2;
  if (in.take('M')) return 3;
  if (in.take('S')) return 4;
  return std::nullopt;
}

/// number[.fraction] unit, again and again, the units falling. Null where that is broken.
std::optional<Duration> read_amounts(Reader& in, bool iso) {
  std::int64_t total = 0;
  std::size_t first_allowed = 0;
  bool after_t = false;
  bool any = false;
  while (!in.at_end()) {
    if (iso && !after_t && in.take('T')) {
      after_t = true;
      any = false;
      continue;
    }
    const auto whole = in.number(longest_duration);
    if (!whole) return std::nullopt;
    std::int64_t nanos = 0;
    if (in.take('.')) {
      const auto fraction = in.fraction();
      if (!fraction) return std::nullopt;
      nanos = *fraction;
    }
    const auto unit = iso ? read_iso_unit(in, after_t) : read_unit(in);
    if (!unit || *unit < first_allowed) return std::nullopt;
    const std::int64_t micros = units[*unit].micros;
    if (*whole > longest_duration / micros) return std::nullopt;
    // Split so that the product stays inside 64 bits: 604,800,000,000 · 10^9 would not.
    const std::int64_t part =
        micros / 1000 * nanos / (billion / 1000) + micros % 1000 * nanos / billion;
    total += *whole * micros + part;
    if (total > longest_duration) return std::nullopt;
    first_allowed = *unit + 1;
    any = true;
  }
  if (!any) return std::nullopt;
  return Duration(total);
}

}  // namespace

std::string format_instant(Instant instant) {
  return format_with_suffix(instant, "+00:00");
}

std::string format_instant_z(Instant instant) {
  return format_with_suffix(instant, "Z");
}

Result<Instant> parse_instant(std::string_view text) {
  Reader in(text);
  if (const auto instant = read_instant(in)) return *instant;
  return fail(ErrorCode::invalid_argument,
              fmt::format("\"{}\" is no date or time: write it like 2026-01-31 or "
                          "2026-01-31T14:30:00Z (years 1 to 9999)",
                          shown(text)));
}

Result<Duration> parse_duration(std::string_view text) {
  Reader in(text);
  const bool iso = in.take('P');
  if (const auto duration = read_amounts(in, iso)) return *duration;
  return fail(ErrorCode::invalid_argument,
              fmt::format("\"{}\" is no duration: write it with units w d h m s ms us, longest "
                          "first, like 90s, 1h30m or 2d, or as ISO 8601 without years and months, "
                          "like PT5M",
                          shown(text)));
}

std::string format_duration(Duration duration) {
  std::int64_t rest = duration.count();
  if (rest == 0) return "0s";
  std::string text;
  if (rest < 0) text = "-";
  // Weeks read badly in status lines (`1w3d`), so days are the largest unit written.
  for (std::size_t i = 1; i < units.size(); ++i) {
    const std::int64_t amount = rest / units[i].micros;
    rest %= units[i].micros;
    if (amount != 0) text += fmt::format("{}{}", amount < 0 ? -amount : amount, units[i].name);
  }
  return text;
}

}  // namespace weft
