// Any text as a cron expression, any byte as zone and policy: an error or rising ticks, no hang.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "server/core/time/timetable.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const char* const zones[] = {"UTC", "Europe/Berlin", "Australia/Lord_Howe",
                                      "America/Havana"};
  if (size < 1) return 0;
  weft::ScheduleSpec spec;
  spec.timezone = zones[data[0] % 4];
  spec.dst_policy = (data[0] & 4U) != 0 ? weft::DstPolicy::airflow : weft::DstPolicy::once;
  spec.crons.emplace_back(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto timetable = weft::Timetable::compile(spec);
  if (!timetable) {
    WEFT_CHECK(!timetable.error().message.empty());
    return 0;
  }
  weft::Instant after = weft::from_micros(1'772'323'200'000'000);  // 2026-03-01
  for (int i = 0; i < 8; ++i) {
    const auto tick = (*timetable)->next(after);
    if (!tick) break;
    WEFT_CHECK_MSG(*tick > after, "next() has to increase");
    const auto back = (*timetable)->previous(*tick + weft::Duration(1));
    WEFT_CHECK_MSG(back == tick, "previous() has to find what next() found");
    after = *tick;
  }
  return 0;
}
