#include "server/core/time/timetable.h"

#include <algorithm>
#include <unordered_map>

#include <absl/time/time.h>
#include <fmt/format.h>

#include "server/core/time/cron.h"
#include "server/core/time/ticks.h"
#include "server/core/time/zone.h"

namespace weft {
namespace {

namespace chrono = std::chrono;

constexpr std::size_t most_crons = 100;

/// Ticks stay inside [first_instant, end_of_time).
constexpr Instant first_instant{chrono::sys_days(chrono::year{1} / 1 / 1)};
constexpr Instant end_of_time{chrono::sys_days(chrono::year{10000} / 1 / 1)};

std::optional<Instant> in_range(std::optional<Instant> tick) {
  if (!tick || *tick < first_instant || *tick >= end_of_time) return std::nullopt;
  return tick;
}

/// The union of some crons in one zone.
class CronTimetable final : public Timetable {
 public:
  struct Entry {
    Cron cron;
    TickRule rule;
  };

  CronTimetable(std::shared_ptr<const Zone> zone, std::vector<Entry> entries)
      : zone_(std::move(zone)), entries_(std::move(entries)) {}

  std::optional<Instant> next(Instant after) const override {
    if (after >= end_of_time) return std::nullopt;
    const auto from =
        chrono::floor<chrono::seconds>(std::max(after, first_instant - chrono::seconds(1)));
    std::optional<Instant> best;
    for (const Entry& entry : entries_) {
      const auto tick = tick_after(entry.cron, *zone_, entry.rule, from);
      if (tick && (!best || *tick < *best)) best = *tick;
    }
    return in_range(best);
  }

  std::optional<Instant> previous(Instant before) const override {
    if (before <= first_instant) return std::nullopt;
    const auto until =
        chrono::ceil<chrono::seconds>(std::min(before, end_of_time)) - chrono::seconds(1);
    std::optional<Instant> best;
    for (const Entry& entry : entries_) {
      const auto tick = tick_until(entry.cron, *zone_, entry.rule, until);
      if (tick && (!best || *tick > *best)) best = *tick;
    }
    return in_range(best);
  }

  /// Whole days at once, where no clock changes: those that the same crons match have as many
  /// ticks as each other.
  std::int64_t count(Instant first, Instant last, std::int64_t most) const override {
    if (entries_.size() > 64) return Timetable::count(first, last, most);
    std::unordered_map<std::uint64_t, std::int64_t> known;
    std::int64_t total = 0;
    Instant at = first - Duration(1);
    while (total < most) {
      const auto tick = next(at);
      if (!tick || *tick > last) break;
      const auto day = plain_day_of(*tick);
      if (!day || at >= day->begin || last < day->end) {
        ++total;
        at = *tick;
        continue;
      }
      const auto [entry, is_new] = known.try_emplace(matching_on(day->date));
      const Instant end = day->end - Duration(1);
      if (is_new) entry->second = Timetable::count(day->begin, end, most);
      total += entry->second;
      at = end;
    }
    return std::min(total, most);
  }

 private:
  struct Day {
    chrono::local_days date;
    Instant begin, end;
  };

  /// The local day of a tick; nullopt when a change of the clocks may have a say in it.
  std::optional<Day> plain_day_of(Instant tick) const {
    constexpr auto margin = chrono::hours(26);
    const Span span = zone_->span_at(chrono::floor<chrono::seconds>(tick));
    const auto date =
        chrono::floor<chrono::days>(span.to_local(chrono::floor<chrono::seconds>(tick)));
    const UtcSeconds begin = span.to_utc(date), end = begin + chrono::days(1);
    if (begin - margin < span.begin || end + margin > span.end) return std::nullopt;
    for (const Entry& entry : entries_) {
      if (entry.rule != TickRule::elapsed) continue;
      const auto before = tick_until(entry.cron, *zone_, entry.rule, begin - chrono::seconds(1));
      if (!before || *before < span.begin) return std::nullopt;
    }
    return Day{date, begin, end};
  }

  /// The crons with ticks on this day, as bits.
  std::uint64_t matching_on(chrono::local_days date) const {
    const chrono::year_month_day day(date);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const auto days = matching_days(entries_[i].cron, day.year() / day.month());
      if ((days >> static_cast<unsigned>(day.day()) & 1U) != 0) bits |= std::uint64_t{1} << i;
    }
    return bits;
  }

  std::shared_ptr<const Zone> zone_;
  std::vector<Entry> entries_;
};

/// anchor + n · period for every whole n, also before the anchor.
class EveryTimetable final : public Timetable {
 public:
  explicit EveryTimetable(EverySpec every) : every_(every) {}

  std::optional<Instant> next(Instant after) const override {
    if (after >= end_of_time) return std::nullopt;
    const Instant from = std::max(after, first_instant - Duration(1));
    return in_range(from + (every_.period - phase(from)));
  }

  std::optional<Instant> previous(Instant before) const override {
    if (before <= first_instant) return std::nullopt;
    const Instant until = std::min(before, end_of_time) - Duration(1);
    return in_range(until - phase(until));
  }

  std::int64_t count(Instant first, Instant last, std::int64_t most) const override {
    const auto begin = next(first - Duration(1));
    const auto end = previous(last + Duration(1));
    if (!begin || !end || *begin > *end) return 0;
    return std::min<std::int64_t>(most, (*end - *begin) / every_.period + 1);
  }

 private:
  /// How long the last tick is past, in [0, period).
  Duration phase(Instant instant) const {
    const Duration rest = (instant - every_.anchor) % every_.period;
    return rest < Duration::zero() ? rest + every_.period : rest;
  }

  EverySpec every_;
};

/// No schedule, @once, @continuous.
class NoTicks final : public Timetable {
 public:
  std::optional<Instant> next(Instant /*after*/) const override { return std::nullopt; }
  std::optional<Instant> previous(Instant /*before*/) const override { return std::nullopt; }
};

Result<std::shared_ptr<const Timetable>> compile_every(const EverySpec& every) {
  if (every.period <= Duration::zero() || every.period >= end_of_time - first_instant) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("every: a period of {} never ticks; write one above zero, like 15m",
                            format_duration(every.period)));
  }
  if (every.anchor < first_instant || every.anchor >= end_of_time) {
    return fail(ErrorCode::invalid_argument,
                "anchor is outside of the years 1 to 9999; write a date like 2026-01-01");
  }
  return std::make_shared<EveryTimetable>(every);
}

Result<std::shared_ptr<const Timetable>> compile_crons(const ScheduleSpec& spec,
                                                       std::shared_ptr<const Zone> zone) {
  if (spec.crons.size() > most_crons) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("schedule lists {} crons, at most {} are allowed; merge some with "
                            "lists like 0,30",
                            spec.crons.size(), most_crons));
  }
  std::vector<CronTimetable::Entry> entries;
  for (const std::string& text : spec.crons) {
    TRY_ASSIGN(const Cron cron, parse_cron(text));
    // One that no date matches (February 30th) is kept out, so that no search looks for it.
    if (!first_match_from(cron, LocalSeconds(chrono::local_days(chrono::year{1} / 1 / 1))))
      continue;
    entries.push_back({cron, tick_rule(cron, spec.dst_policy)});
  }
  return std::make_shared<CronTimetable>(std::move(zone), std::move(entries));
}

}  // namespace

std::int64_t Timetable::count(Instant first, Instant last, std::int64_t most) const {
  std::int64_t total = 0;
  for (auto tick = next(first - Duration(1)); tick && *tick <= last && total < most;
       tick = next(*tick))
    ++total;
  return total;
}

Result<std::shared_ptr<const Timetable>> Timetable::compile(const ScheduleSpec& spec) {
  const int kinds = (spec.crons.empty() ? 0 : 1) + (spec.every ? 1 : 0) + (spec.once ? 1 : 0) +
                    (spec.continuous ? 1 : 0);
  if (kinds > 1) {
    return fail(ErrorCode::invalid_argument,
                "a schedule is crons, \"every\", @once or @continuous; write only one of them");
  }
  TRY_ASSIGN(std::shared_ptr<const Zone> zone, Zone::load(spec.timezone));
  if (spec.crons.empty() && !spec.every) return std::make_shared<NoTicks>();
  TRY_ASSIGN(auto ticks, spec.every ? compile_every(*spec.every) : compile_crons(spec, zone));
  if (spec.business_days.empty()) return ticks;
  return on_business_days(std::move(ticks), std::move(zone), spec.business_days);
}

Result<void> check_timezone(const std::string& name) {
  TRY(Zone::load(name));
  return {};
}

std::string format_in_zone(Instant instant, const std::string& timezone,
                           const std::string& format) {
  absl::TimeZone zone = absl::UTCTimeZone();
  if (check_timezone(timezone)) absl::LoadTimeZone(timezone, &zone);
  return absl::FormatTime(format, absl::FromUnixMicros(to_micros(instant)), zone);
}

}  // namespace weft
