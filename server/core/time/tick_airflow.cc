// Policy "airflow": shifted and elapsed.

#include <algorithm>

#include "server/core/time/tick_rules.h"

namespace weft {
namespace {

/// A gap's times move behind it, where they mix with the times that follow: both are looked up.
struct Gap {
  LocalSeconds begin;
  LocalSeconds end;
  Span before;
  /// The instant at which a skipped local time runs.
  UtcSeconds shifted(LocalSeconds local) const { return before.to_utc(local); }
};

/// The gap that opens `span`, if its transition skips anything.
std::optional<Gap> gap_before(const Zone& zone, const Span& span) {
  if (span.begin == Zone::distant_past) return std::nullopt;
  const Span before = zone.span_at(span.begin - one_second);
  const Gap gap{before.to_local(before.end), span.to_local(span.begin), before};
  if (gap.begin >= gap.end) return std::nullopt;
  return gap;
}

Tick earlier(Tick a, Tick b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

Tick later(Tick a, Tick b) {
  if (!a || !b) return a ? a : b;
  return std::max(*a, *b);
}

}  // namespace

/// The greatest local time outside of gaps whose instant is at or before `time`: the first pass of
/// a fold stands still before the fold.
LocalSeconds Shifted::last_reached(UtcSeconds time) const {
  const Span span = zone.span_at(time);
  const LocalSeconds local = span.to_local(time);
  if (span.end == Zone::distant_future) return local;
  const Span after = zone.span_at(span.end);
  return std::min(local, after.to_local(after.begin) - one_second);
}

/// Of the gap that opens `span`: its first tick after `time`.
Tick Shifted::gap_tick_after(const Span& span, UtcSeconds time) const {
  const auto gap = gap_before(zone, span);
  if (!gap) return std::nullopt;
  const LocalSeconds from = std::max(gap->begin, gap->before.to_local(time) + one_second);
  const auto local = first_match_from(cron, from);
  if (!local || *local >= gap->end) return std::nullopt;
  return gap->shifted(*local);
}

/// Of the gap that opens `span`: its last tick at or before `time`.
Tick Shifted::gap_tick_until(const Span& span, UtcSeconds time) const {
  const auto gap = gap_before(zone, span);
  if (!gap) return std::nullopt;
  const LocalSeconds last = std::min(gap->end - one_second, gap->before.to_local(time));
  const auto local = last_match_until(cron, last);
  if (!local || *local < gap->begin) return std::nullopt;
  return gap->shifted(*local);
}

Tick Shifted::after(UtcSeconds time) const {
  Tick best = gap_tick_after(zone.span_at(time), time);
  LocalSeconds from = last_reached(time) + one_second;
  while (const auto local = first_match_from(cron, from)) {
    const Zone::Reading reading = zone.read(*local);
    if (!reading.in_gap()) {
      if (*reading.last > time) return earlier(best, reading.last);
      from = *local + one_second;
      continue;
    }
    // Whatever this gap and all that follows it hold is later than its transition.
    if (best && reading.after.begin > *best) return best;
    const UtcSeconds shifted = reading.before.to_utc(*local);
    if (shifted > time) best = earlier(best, shifted);
    from = reading.after.to_local(reading.after.begin);
  }
  return best;
}

Tick Shifted::until(UtcSeconds time) const {
  Tick best = gap_tick_until(zone.span_at(time), time);
  LocalSeconds last = last_reached(time);
  while (const auto local = last_match_until(cron, last)) {
    const Zone::Reading reading = zone.read(*local);
    if (reading.in_gap()) {
      const UtcSeconds shifted = reading.before.to_utc(*local);
      if (shifted <= time) return later(best, shifted);
      last = *local - one_second;
      continue;
    }
    if (*reading.last <= time) {
      best = later(best, reading.last);
      return later(best, gap_tick_until(zone.span_at(*reading.last), time));
    }
    last = *local - one_second;
  }
  return best;
}

// Elapsed: Airflow adds to the last tick the difference of two wall times. Inside a span that is
// the cron itself. Where the sum passes the end of a span, the tick lands in a later one at a wall
// time that need not match; this entry is where the later span's own ticks begin.

/// The tick that leaves the span: the first match after its end, counted with the span's offset.
UtcSeconds Elapsed::carried_over_end(const Span& span) const {
  const auto local = first_match_from(cron, span.to_local(span.end));
  return local ? span.to_utc(*local) : Zone::distant_future;
}

/// Whether the span surely has a tick, wherever its entry is: a match that is further inside than
/// any two offsets differ.
bool Elapsed::has_inner_match(const Span& span) const {
  constexpr std::chrono::hours margin{52};
  if (span.begin == Zone::distant_past) return true;
  if (span.end - span.begin <= 2 * margin) return false;
  const auto local = first_match_from(cron, span.to_local(span.begin + margin));
  return local && span.to_utc(*local) < span.end - margin;
}

Elapsed::Entry Elapsed::entry(const Span& span) const {
  if (span.begin == Zone::distant_past) return {Zone::distant_past, span};
  Span from = zone.span_at(span.begin - one_second);
  while (!has_inner_match(from)) from = zone.span_at(from.begin - one_second);
  UtcSeconds carried = carried_over_end(from);
  for (Span at = zone.span_at(from.end); at.begin < span.begin; at = zone.span_at(at.end)) {
    if (carried >= at.end) continue;
    carried = carried_over_end(at);
    from = at;
  }
  return {carried, from};
}

Tick Elapsed::after(UtcSeconds time) const {
  const Span span = zone.span_at(time);
  const UtcSeconds entered = entry(span).tick;
  if (entered == Zone::distant_future) return std::nullopt;
  if (time < entered) return entered;
  const auto local = first_match_from(cron, span.to_local(time) + one_second);
  if (!local) return std::nullopt;
  return span.to_utc(*local);
}

Tick Elapsed::until(UtcSeconds time) const {
  Span span = zone.span_at(time);
  Entry entered = entry(span);
  if (time < entered.tick) {
    span = entered.from;
    time = span.end - one_second;
    entered = entry(span);
  }
  const auto local = last_match_until(cron, span.to_local(time));
  const Tick own = local ? Tick(span.to_utc(*local)) : std::nullopt;
  if (entered.tick == Zone::distant_past) return own;
  return own ? std::max(*own, entered.tick) : entered.tick;
}

}  // namespace weft
