#pragma once

// Where a cron's local times fall in UTC: the DST rules. Four rules, each a set of instants with a
// search in both directions:
//
//   each_instant   every instant whose wall time matches: both passes of a fold, nothing in a gap.
//                  Policy "once" when the hour field is open (`*` or a step).
//   once_each      every matching wall time once: a fold's first pass; a gap's times all at the
//                  first instant after it. Policy "once" with any other hour field.
//   shifted        every matching wall time once: a fold's second pass; a gap's times moved by the
//                  gap's length. Policy "airflow" unless all 24 hours match.
//   elapsed        the next tick is as far away as the walls of today's offset say, whatever
//                  happens between. Policy "airflow" when all 24 hours match.

#include <optional>

#include "server/core/time/cron.h"
#include "server/core/time/timetable.h"
#include "server/core/time/zone.h"

namespace weft {

enum class TickRule : std::uint8_t { each_instant, once_each, shifted, elapsed };

TickRule tick_rule(const Cron& cron, DstPolicy policy);

/// The first tick strictly after `after`, the last one at or before `until`; nullopt when there is
/// none. Both walk the same set, so they agree with each other.
std::optional<UtcSeconds> tick_after(const Cron& cron, const Zone& zone, TickRule rule,
                                     UtcSeconds after);
std::optional<UtcSeconds> tick_until(const Cron& cron, const Zone& zone, TickRule rule,
                                     UtcSeconds until);

}  // namespace weft
