#pragma once

// The four rules of ticks.h, one struct each. `after` is exclusive, `until` inclusive.

#include "server/core/time/cron.h"
#include "server/core/time/zone.h"

namespace weft {

using Tick = std::optional<UtcSeconds>;

constexpr std::chrono::seconds one_second{1};

struct EachInstant {
  const Cron& cron;
  const Zone& zone;
  Tick after(UtcSeconds time) const;
  Tick until(UtcSeconds time) const;
};

struct OnceEach {
  const Cron& cron;
  const Zone& zone;
  Tick after(UtcSeconds time) const;
  Tick until(UtcSeconds time) const;

 private:
  UtcSeconds instant_of(LocalSeconds local) const;
  LocalSeconds last_reached(UtcSeconds time) const;
};

struct Shifted {
  const Cron& cron;
  const Zone& zone;
  Tick after(UtcSeconds time) const;
  Tick until(UtcSeconds time) const;

 private:
  LocalSeconds last_reached(UtcSeconds time) const;
  Tick gap_tick_after(const Span& span, UtcSeconds time) const;
  Tick gap_tick_until(const Span& span, UtcSeconds time) const;
};

struct Elapsed {
  const Cron& cron;
  const Zone& zone;
  Tick after(UtcSeconds time) const;
  Tick until(UtcSeconds time) const;

 private:
  /// The first tick that earlier spans carry to the begin of a span or beyond, and the span of the
  /// tick before it.
  struct Entry {
    UtcSeconds tick;
    Span from;
  };
  Entry entry(const Span& span) const;
  bool has_inner_match(const Span& span) const;
  UtcSeconds carried_over_end(const Span& span) const;
};

}  // namespace weft
