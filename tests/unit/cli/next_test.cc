#include <gtest/gtest.h>

#include "cli/upcoming.h"
#include "server/core/dag/parse.h"

namespace weft::cli {
namespace {

std::vector<std::string> next(const std::string& keys, const std::string& after, int count) {
  const auto parsed =
      parse_dag({.path = "d.dag.json",
                 .text = "{" + keys + R"(, "tasks": [{"task_id": "t", "command": "true"}]})"});
  EXPECT_TRUE(parsed.dag) << keys;
  if (!parsed.dag) return {};
  std::vector<std::string> out;
  for (const UpcomingRun& run : upcoming_runs(*parsed.dag, parse_instant(after).value(), count))
    out.push_back(format_instant_z(run.interval.start) + " " + format_instant_z(run.run_after) +
                  " " + format_instant_z(run.logical_date));
  return out;
}

using Lines = std::vector<std::string>;

TEST(NextTest, ticks_close_their_intervals) {
  EXPECT_EQ(next(R"("schedule": "@daily")", "2026-03-01T12:00:00Z", 2),
            (Lines{"2026-03-01T00:00:00Z 2026-03-02T00:00:00Z 2026-03-02T00:00:00Z",
                   "2026-03-02T00:00:00Z 2026-03-03T00:00:00Z 2026-03-03T00:00:00Z"}));
}

TEST(NextTest, a_tick_at_after_itself_is_past) {
  EXPECT_EQ(next(R"("schedule": "@daily")", "2026-03-01T00:00:00Z", 1),
            (Lines{"2026-03-01T00:00:00Z 2026-03-02T00:00:00Z 2026-03-02T00:00:00Z"}));
}

TEST(NextTest, start_and_end_bound_the_intervals) {
  const std::string keys =
      R"("schedule": "@daily", "start_date": "2026-03-10", "end_date": "2026-03-12")";
  const Lines both{"2026-03-10T00:00:00Z 2026-03-11T00:00:00Z 2026-03-11T00:00:00Z",
                   "2026-03-11T00:00:00Z 2026-03-12T00:00:00Z 2026-03-12T00:00:00Z"};
  EXPECT_EQ(next(keys, "2026-01-01T00:00:00Z", 10), both);
  EXPECT_EQ(next(keys + R"(, "catchup": "all")", "2026-01-01T00:00:00Z", 10), both);
  EXPECT_EQ(next(keys + R"(, "catchup": "all")", "2026-03-11T00:00:00Z", 10), Lines{both[1]});
  EXPECT_EQ(next(keys, "2026-03-12T00:00:00Z", 10), Lines{});
}

TEST(NextTest, what_has_no_timetable) {
  EXPECT_EQ(next(R"("schedule": null)", "2026-01-01T00:00:00Z", 3), Lines{});
  EXPECT_EQ(next(R"("schedule": "@once", "start_date": "2026-03-10")", "2026-01-01T00:00:00Z", 3),
            (Lines{"2026-03-10T00:00:00Z 2026-03-10T00:00:00Z 2026-03-10T00:00:00Z"}));
  EXPECT_EQ(next(R"("schedule": "@once", "start_date": "2026-03-10")", "2026-04-01T00:00:00Z", 3),
            Lines{});
}

}  // namespace
}  // namespace weft::cli
