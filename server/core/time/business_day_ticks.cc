// A timetable on business days. Without a shift the ticks on other days are left out; with one each
// business day takes over those of the days before it (or behind it) that are none.

#include <algorithm>

#include "server/core/time/business_days.h"
#include "server/core/time/timetable.h"
#include "server/core/time/zone.h"

namespace weft {
namespace {

namespace chrono = std::chrono;
using Day = chrono::local_days;
using DayTick = std::optional<Instant>;

constexpr Duration tick_unit{1};
constexpr chrono::days one_day{1};

class BusinessDayTimetable final : public Timetable {
 public:
  BusinessDayTimetable(std::shared_ptr<const Timetable> base, std::shared_ptr<const Zone> zone,
                       BusinessDays days)
      : base_(std::move(base)), zone_(std::move(zone)), days_(std::move(days)) {
    for (const auto* calendars : {&days_.include, &days_.exclude})
      for (const Calendar& calendar : *calendars) {
        if (calendar.dates.empty()) continue;
        first_listed_ = std::min(first_listed_.value_or(Day::max()), calendar.dates.front());
        last_listed_ = std::max(last_listed_.value_or(Day::min()), calendar.dates.back());
      }
  }

  DayTick next(Instant after) const override {
    after = std::clamp(after, earliest, latest);
    return days_.shift == Shift::none ? next_kept(after) : next_moved(after);
  }
  DayTick previous(Instant before) const override {
    before = std::clamp(before, earliest, latest);
    return days_.shift == Shift::none ? previous_kept(before) : previous_moved(before);
  }

 private:
  /// Days are counted from these on.
  static constexpr Instant earliest{chrono::sys_days(chrono::year{1} / 2 / 1)};
  static constexpr Instant latest{chrono::sys_days(chrono::year{9998} / 12 / 1)};

  struct Sources {
    Day first, last;
  };

  // --- dates and instants ---

  LocalSeconds local(Instant at) const {
    const auto second = chrono::floor<chrono::seconds>(at);
    return zone_->span_at(second).to_local(second);
  }
  Day date_of(Instant at) const { return chrono::floor<chrono::days>(local(at)); }
  /// The first instant with this wall time; in a gap the one behind it.
  Instant instant_of(LocalSeconds time) const {
    const Zone::Reading reading = zone_->read(time);
    return reading.in_gap() ? Instant(reading.after.begin) : Instant(*reading.first);
  }
  Instant start_of(Day day) const { return instant_of(LocalSeconds(day)); }
  /// The same time of the day, on another day.
  Instant moved(Instant tick, Day to) const {
    const auto at = local(tick);
    return instant_of(LocalSeconds(to) + (at - chrono::floor<chrono::days>(at))) +
           (tick - chrono::floor<chrono::seconds>(tick));
  }

  /// How far a search from here may go.
  Day last_day(Instant from) const {
    const Day day = date_of(from);
    return std::max(day, last_listed_.value_or(day)) + business_day_horizon;
  }
  Day first_day(Instant from) const {
    const Day day = date_of(from);
    return std::min(day, first_listed_.value_or(day)) - business_day_horizon;
  }

  // --- without a shift ---

  DayTick next_kept(Instant after) const {
    const Day end = last_day(after);
    DayTick tick = base_->next(after);
    while (tick && date_of(*tick) <= end && !days_.contains(date_of(*tick))) {
      const auto day = days_.from(date_of(*tick) + one_day);
      if (!day) return std::nullopt;
      tick = base_->next(std::max(*tick, start_of(*day) - tick_unit));
    }
    return tick && date_of(*tick) <= end ? tick : std::nullopt;
  }

  DayTick previous_kept(Instant before) const {
    const Day end = first_day(before);
    DayTick tick = base_->previous(before);
    while (tick && date_of(*tick) >= end && !days_.contains(date_of(*tick))) {
      const auto day = days_.until(date_of(*tick) - one_day);
      if (!day) return std::nullopt;
      tick = base_->previous(std::min(*tick, start_of(*day + one_day)));
    }
    return tick && date_of(*tick) >= end ? tick : std::nullopt;
  }

  // --- with a shift ---

  /// Where the ticks of a day go.
  std::optional<Day> target_of(Day day) const {
    const bool forward = days_.shift == Shift::next_business_day;
    const auto target = forward ? days_.from(day) : days_.until(day);
    if (!target || chrono::abs(*target - day) > longest_shift) return std::nullopt;
    return target;
  }

  /// The days whose ticks a business day has.
  Sources sources_of(Day day) const {
    if (days_.shift == Shift::next_business_day) {
      const auto before = days_.until(day - one_day);
      return {std::max(before.value_or(Day::min()) + one_day, day - longest_shift), day};
    }
    const auto behind = days_.from(day + one_day);
    return {day, std::min(behind.value_or(Day::max()) - one_day, day + longest_shift)};
  }

  /// The first tick of a business day behind `after`.
  DayTick next_on(Day day, Instant after) const {
    DayTick best;
    const Sources sources = sources_of(day);
    for (Day source = sources.first; source <= sources.last; source += one_day) {
      const Instant begin = start_of(source), end = start_of(source + one_day);
      const bool is_late = date_of(after) == day;
      const Instant from = source == day ? std::max(after, begin - tick_unit)
                           : is_late     ? moved(after, source) - tick_unit
                                         : begin - tick_unit;
      for (DayTick tick = base_->next(from); tick && *tick < end; tick = base_->next(*tick)) {
        if (date_of(*tick) != source) continue;  // midnight came twice
        const Instant at = source == day ? *tick : moved(*tick, day);
        if (at <= after) continue;
        if (!best || at < *best) best = at;
        break;
      }
    }
    return best;
  }

  /// The last tick of a business day before `before`.
  DayTick previous_on(Day day, Instant before) const {
    DayTick best;
    const Sources sources = sources_of(day);
    for (Day source = sources.first; source <= sources.last; source += one_day) {
      const Instant begin = start_of(source), end = start_of(source + one_day);
      const bool is_early = date_of(before) == day;
      const Instant from = source == day ? std::min(before, end)
                           : is_early    ? std::min(moved(before, source) + tick_unit, end)
                                         : end;
      for (DayTick tick = base_->previous(from); tick && *tick >= begin;
           tick = base_->previous(*tick)) {
        if (date_of(*tick) != source) continue;
        const Instant at = source == day ? *tick : moved(*tick, day);
        if (at >= before) continue;
        if (!best || at > *best) best = at;
        break;
      }
    }
    return best;
  }

  DayTick next_moved(Instant after) const {
    const Day end = last_day(after);
    auto day = days_.from(date_of(after) - one_day);
    while (day && *day <= end) {
      if (const DayTick found = next_on(*day, after)) {
        // Where clocks go back over midnight, days overlap.
        const auto other = days_.from(*day + one_day);
        const DayTick rival = other ? next_on(*other, after) : std::nullopt;
        return rival && *rival < *found ? rival : found;
      }
      // To the day that gets the next tick of all.
      const DayTick tick = base_->next(start_of(sources_of(*day).last + one_day) - tick_unit);
      if (!tick) return std::nullopt;
      const auto target = target_of(date_of(*tick));
      day = target && *target > *day ? target : days_.from(*day + one_day);
    }
    return std::nullopt;
  }

  DayTick previous_moved(Instant before) const {
    const Day end = first_day(before);
    auto day = days_.until(date_of(before) + one_day);
    while (day && *day >= end) {
      if (const DayTick found = previous_on(*day, before)) {
        const auto other = days_.until(*day - one_day);
        const DayTick rival = other ? previous_on(*other, before) : std::nullopt;
        return rival && *rival > *found ? rival : found;
      }
      const DayTick tick = base_->previous(start_of(sources_of(*day).first));
      if (!tick) return std::nullopt;
      const auto target = target_of(date_of(*tick));
      day = target && *target < *day ? target : days_.until(*day - one_day);
    }
    return std::nullopt;
  }

  std::shared_ptr<const Timetable> base_;
  std::shared_ptr<const Zone> zone_;
  BusinessDays days_;
  std::optional<Day> first_listed_, last_listed_;
};

}  // namespace

std::shared_ptr<const Timetable> on_business_days(std::shared_ptr<const Timetable> base,
                                                  std::shared_ptr<const Zone> zone,
                                                  BusinessDays days) {
  return std::make_shared<BusinessDayTimetable>(std::move(base), std::move(zone), std::move(days));
}

}  // namespace weft
