#include "server/core/time/ticks.h"

#include "server/core/time/tick_rules.h"

namespace weft {

TickRule tick_rule(const Cron& cron, DstPolicy policy) {
  if (policy == DstPolicy::airflow) {
    return cron.every_hour() ? TickRule::elapsed : TickRule::shifted;
  }
  return cron.hour_is_open ? TickRule::each_instant : TickRule::once_each;
}

std::optional<UtcSeconds> tick_after(const Cron& cron, const Zone& zone, TickRule rule,
                                     UtcSeconds after) {
  switch (rule) {
    case TickRule::each_instant: return EachInstant{cron, zone}.after(after);
    case TickRule::once_each: return OnceEach{cron, zone}.after(after);
    case TickRule::shifted: return Shifted{cron, zone}.after(after);
    case TickRule::elapsed: return Elapsed{cron, zone}.after(after);
  }
  return std::nullopt;
}

std::optional<UtcSeconds> tick_until(const Cron& cron, const Zone& zone, TickRule rule,
                                     UtcSeconds until) {
  switch (rule) {
    case TickRule::each_instant: return EachInstant{cron, zone}.until(until);
    case TickRule::once_each: return OnceEach{cron, zone}.until(until);
    case TickRule::shifted: return Shifted{cron, zone}.until(until);
    case TickRule::elapsed: return Elapsed{cron, zone}.until(until);
  }
  return std::nullopt;
}

}  // namespace weft
