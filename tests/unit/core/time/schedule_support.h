#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "server/core/time/timetable.h"

namespace weft {

inline Instant at(const std::string& text) {
  const auto instant = parse_instant(text);
  EXPECT_TRUE(instant) << text;
  return instant.value_or(Instant{});
}

inline std::shared_ptr<const Timetable> compiled(const ScheduleSpec& spec) {
  auto timetable = Timetable::compile(spec);
  EXPECT_TRUE(timetable) << timetable.error().message;
  return timetable ? *timetable : nullptr;
}

inline std::shared_ptr<const Timetable> cron(const std::string& expression,
                                             const std::string& zone = "UTC",
                                             DstPolicy policy = DstPolicy::once) {
  ScheduleSpec spec;
  spec.crons = {expression};
  spec.timezone = zone;
  spec.dst_policy = policy;
  return compiled(spec);
}

/// The next `count` ticks as UTC texts.
inline std::vector<std::string> ticks(const Timetable& timetable, const std::string& after,
                                      int count) {
  std::vector<std::string> found;
  Instant from = at(after);
  for (int i = 0; i < count; ++i) {
    const auto tick = timetable.next(from);
    if (!tick) break;
    found.push_back(format_instant_z(*tick));
    from = *tick;
  }
  return found;
}

/// The same as local times, e.g. `2023-10-29 02:15 +0200`.
inline std::vector<std::string> local_ticks(const Timetable& timetable, const std::string& zone,
                                            const std::string& after, int count) {
  std::vector<std::string> found;
  for (const std::string& tick : ticks(timetable, after, count)) {
    found.push_back(format_in_zone(at(tick), zone, "%Y-%m-%d %H:%M %z"));
  }
  return found;
}

using Texts = std::vector<std::string>;

}  // namespace weft
