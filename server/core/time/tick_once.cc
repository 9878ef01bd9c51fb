// Policy "once": each_instant and once_each.

#include "server/core/time/tick_rules.h"

namespace weft {

// Inside a span local time runs straight, so the search there is the cron's own. A span without a
// match is left at its end; a sparse cron passes at most two spans a year for 40 years.

Tick EachInstant::after(UtcSeconds time) const {
  for (UtcSeconds from = time + one_second; from < Zone::distant_future;) {
    const Span span = zone.span_at(from);
    const auto local = first_match_from(cron, span.to_local(from));
    if (local && span.to_utc(*local) < span.end) return span.to_utc(*local);
    // Without any further match only the repeated hour of a fold is left to look at.
    if (!local && span.end > from + std::chrono::days(2)) return std::nullopt;
    from = span.end;
  }
  return std::nullopt;
}

Tick EachInstant::until(UtcSeconds time) const {
  for (UtcSeconds last = time; last >= Zone::distant_past;) {
    const Span span = zone.span_at(last);
    const auto local = last_match_until(cron, span.to_local(last));
    if (local && span.to_utc(*local) >= span.begin) return span.to_utc(*local);
    if (!local) return std::nullopt;
    last = span.begin - one_second;
  }
  return std::nullopt;
}

UtcSeconds OnceEach::instant_of(LocalSeconds local) const {
  const Zone::Reading reading = zone.read(local);
  return reading.in_gap() ? reading.after.begin : *reading.first;
}

/// The greatest local time whose instant is at or before `time`. Instants rise with local times
/// under this rule; the second pass of a fold stands still at the last second of the first.
LocalSeconds OnceEach::last_reached(UtcSeconds time) const {
  const Span span = zone.span_at(time);
  const LocalSeconds local = span.to_local(time);
  if (span.begin == Zone::distant_past) return local;
  const Span before = zone.span_at(span.begin - one_second);
  return std::max(local, before.to_local(before.end) - one_second);
}

Tick OnceEach::after(UtcSeconds time) const {
  LocalSeconds from = last_reached(time) + one_second;
  while (const auto local = first_match_from(cron, from)) {
    const UtcSeconds instant = instant_of(*local);
    if (instant > time) return instant;
    from = *local + one_second;
  }
  return std::nullopt;
}

Tick OnceEach::until(UtcSeconds time) const {
  LocalSeconds last = last_reached(time);
  while (const auto local = last_match_until(cron, last)) {
    const UtcSeconds instant = instant_of(*local);
    if (instant <= time) return instant;
    last = *local - one_second;
  }
  return std::nullopt;
}

}  // namespace weft
