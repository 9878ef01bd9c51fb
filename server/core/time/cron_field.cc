#include "server/core/time/cron_field.h"

#include <fmt/format.h>

namespace weft::cron_detail {
namespace {

constexpr std::string_view month_names[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                            "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::string_view weekday_names[] = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

constexpr FieldKind kinds[] = {
    {"second", 0, 59},
    {"minute", 0, 59},
    {"hour", 0, 23},
    {"day of month", 1, 31},
    {"month", 1, 12, month_names, 12},
    {"day of week", 0, 7, weekday_names, 7},  // 7 is Sunday too
};

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (upper(a[i]) != upper(b[i])) return false;
  }
  return true;
}

std::optional<int> parse_digits(std::string_view text) {
  if (text.empty() || text.size() > 4) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

struct Range {
  int first = 0;
  int last = 0;
};

/// Parses one field. Its messages all start with the expression and the field.
class FieldParser {
 public:
  FieldParser(FieldId id, std::string_view field, std::string_view expression, Cron& cron)
      : id_(id), kind_(field_kind(id)), field_(field), expression_(expression), cron_(cron) {}

  Result<void> parse() {
    if (field_ == "?") return parse_question_mark();
    bool more = true;
    for (std::string_view rest = field_; more;) {
      const std::size_t comma = rest.find(',');
      more = comma != std::string_view::npos;
      TRY(parse_item(rest.substr(0, comma)));
      if (more) rest.remove_prefix(comma + 1);
    }
    finish();
    return {};
  }

 private:
  tl::unexpected<Error> error(const std::string& detail) const {
    return fail(ErrorCode::invalid_argument, fmt::format("cron \"{}\": {} \"{}\": {}", expression_,
                                                         kind_.title, field_, detail));
  }

  Result<void> parse_question_mark() {
    if (id_ != FieldId::day && id_ != FieldId::weekday) {
      return error("\"?\" stands only in day of month and day of week; write \"*\"");
    }
    add(Range{kind_.low, kind_.high}, 1);
    (id_ == FieldId::day ? cron_.any_day : cron_.any_weekday) = true;
    return {};
  }

  Result<void> parse_item(std::string_view item) {
    if (item.empty()) return error("an item of the list is empty; remove the extra comma");
    if (item == "?") return error("\"?\" cannot be part of a list; write it alone");
    if (id_ == FieldId::day || id_ == FieldId::weekday) {
      TRY_ASSIGN(const bool done,
                 id_ == FieldId::day ? parse_special_day(item) : parse_special_weekday(item));
      if (done) return {};
    }
    const std::size_t slash = item.find('/');
    if (slash == std::string_view::npos) {
      TRY_ASSIGN(const Range range, parse_range(item, false));
      add(range, 1);
      return {};
    }
    TRY_ASSIGN(const Range range, parse_range(item.substr(0, slash), true));
    TRY_ASSIGN(const int step, parse_step(item.substr(slash + 1)));
    add(range, step);
    return {};
  }

  Result<int> parse_step(std::string_view text) const {
    const auto step = parse_digits(text);
    if (!step) {
      return error(fmt::format("\"{}\" is no step; write a number after \"/\", like */5", text));
    }
    if (*step == 0) return error("a step of 0 never advances; write 1 or more");
    const int values = (id_ == FieldId::weekday ? 6 : kind_.high) - kind_.low + 1;
    if (*step > values) {
      return error(
          fmt::format("a step of {} is longer than the field, which has {} values; for a "
                      "period across fields use {{\"every\": …}}",
                      *step, values));
    }
    return *step;
  }

  Result<Range> parse_range(std::string_view text, bool stepped) const {
    if (text == "*") return Range{kind_.low, id_ == FieldId::weekday ? 6 : kind_.high};
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) {
      TRY_ASSIGN(const int first, parse_value(text));
      // `5/15` counts from 5 to the end of the field, as in Quartz and cronie.
      const int end = id_ == FieldId::weekday && first < 7 ? 6 : kind_.high;
      return Range{first, stepped ? end : first};
    }
    TRY_ASSIGN(int first, parse_value(text.substr(0, dash)));
    TRY_ASSIGN(int last, parse_value(text.substr(dash + 1)));
    if (id_ == FieldId::weekday) {  // Sunday is the week's first day or its last: SAT-SUN, 7-1
      if (first == 7 && last < 7) first = 0;
      if (last == 0 && first > 0) last = 7;
    }
    if (first > last) {
      return error(fmt::format("the range {} runs backwards; write it as {}-{},{}-{}", text, first,
                               id_ == FieldId::weekday ? 6 : kind_.high, kind_.low, last));
    }
    return Range{first, last};
  }

  Result<int> parse_value(std::string_view text) const {
    if (const auto value = parse_digits(text)) {
      if (*value >= kind_.low && *value <= kind_.high) return *value;
      return error(fmt::format("{} is outside of {}-{}", *value, kind_.low, kind_.high));
    }
    for (int i = 0; i < kind_.name_count; ++i) {
      if (same_name(text, kind_.names[i])) return kind_.low + i;
    }
    return error(fmt::format("\"{}\" is no {}; write {}-{}{}", text, kind_.title, kind_.low,
                             kind_.high, names_hint()));
  }

  std::string names_hint() const {
    if (kind_.name_count == 0) return "";
    return fmt::format(" or {} to {}", kind_.names[0], kind_.names[kind_.name_count - 1]);
  }

  /// `L`, `L-3`, `LW`, `15W`. False: it is an ordinary item.
  Result<bool> parse_special_day(std::string_view item) {
    if (same_name(item, "L")) {
      cron_.days_before_end |= 1;
      return true;
    }
    if (same_name(item, "LW") || same_name(item, "WL")) {
      cron_.last_workday = true;
      return true;
    }
    if (upper(item.front()) == 'L') {
      const auto before = item.starts_with("L-") || item.starts_with("l-")
                              ? parse_digits(item.substr(2))
                              : std::nullopt;
      if (!before || *before > 30) {
        return error(fmt::format("\"{}\" is not understood; write L, L-1 to L-30 or LW", item));
      }
      cron_.days_before_end |= std::uint32_t{1} << *before;
      return true;
    }
    if (upper(item.back()) != 'W') return false;
    const auto day = parse_digits(item.substr(0, item.size() - 1));
    if (!day || *day < 1 || *day > 31) {
      return error(
          fmt::format("\"{}\" is not understood; write one day before W, 1W to 31W, or LW", item));
    }
    cron_.near_weekdays |= std::uint32_t{1} << *day;
    return true;
  }

  /// `5L`, `FRIL`, `L5` (croniter's spelling), `5#2`. False: it is an ordinary item.
  Result<bool> parse_special_weekday(std::string_view item) {
    if (const std::size_t hash = item.find('#'); hash != std::string_view::npos) {
      TRY_ASSIGN(const int day, parse_value(item.substr(0, hash)));
      const auto nth = parse_digits(item.substr(hash + 1));
      if (!nth || *nth < 1 || *nth > 5) {
        return error(fmt::format("\"{}\" is not understood; write #1 to #5, like MON#2", item));
      }
      cron_.nth_weekdays[static_cast<std::size_t>(day % 7)] |=
          static_cast<std::uint8_t>(1U << *nth);
      return true;
    }
    if (same_name(item, "L")) {
      return error("\"L\" needs its day of week: 5L or FRIL is the last Friday of the month");
    }
    const bool before = upper(item.front()) == 'L';
    if (!before && upper(item.back()) != 'L') return false;
    TRY_ASSIGN(const int day,
               parse_value(before ? item.substr(1) : item.substr(0, item.size() - 1)));
    cron_.last_weekdays |= static_cast<std::uint8_t>(1U << (day % 7));
    return true;
  }

  void add(Range range, int step) {
    for (int value = range.first; value <= range.last; value += step) {
      bits_ |= std::uint64_t{1} << (id_ == FieldId::weekday ? value % 7 : value);
    }
    store();
  }

  void store() {
    switch (id_) {
      case FieldId::second: cron_.seconds = bits_; break;
      case FieldId::minute: cron_.minutes = bits_; break;
      case FieldId::hour: cron_.hours = static_cast<std::uint32_t>(bits_); break;
      case FieldId::day: cron_.days = static_cast<std::uint32_t>(bits_); break;
      case FieldId::month: cron_.months = static_cast<std::uint16_t>(bits_); break;
      case FieldId::weekday: cron_.weekdays = static_cast<std::uint8_t>(bits_); break;
    }
  }

  void finish() {
    const bool starred = field_.front() == '*';
    const bool single = field_.find(',') == std::string_view::npos;
    const bool stepped = field_.find('/') != std::string_view::npos;
    if (id_ == FieldId::day) cron_.any_day = starred;
    if (id_ == FieldId::weekday) cron_.any_weekday = starred;
    if (id_ == FieldId::hour) cron_.hour_is_open = single && (starred || stepped);
  }

  FieldId id_;
  const FieldKind& kind_;
  std::string_view field_;
  std::string_view expression_;
  Cron& cron_;
  std::uint64_t bits_ = 0;
};

}  // namespace

const FieldKind& field_kind(FieldId id) {
  return kinds[static_cast<std::size_t>(id)];
}

Result<void> parse_field(FieldId id, std::string_view field, std::string_view expression,
                         Cron& cron) {
  return FieldParser(id, field, expression, cron).parse();
}

}  // namespace weft::cron_detail
