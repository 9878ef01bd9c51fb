#include "server/telemetry/exposition.h"

#include <gtest/gtest.h>

#include <limits>

namespace weft::telemetry {
namespace {

using namespace std::chrono_literals;

TEST(Exposition, writes_families_with_their_samples) {
  Exposition out;
  out.one("weft_commits_total", Kind::counter, "Commits.",
          std::uint64_t{18'000'000'000'000'000'000u});
  out.family("weft_slots", Kind::gauge, "Slots.");
  out.sample({{"pool", "a"}, {"state", "open"}}, std::int64_t{-1});
  out.sample({{"pool", "b"}}, std::numeric_limits<double>::infinity());
  out.sample({}, 0.25);
  EXPECT_EQ(out.take(),
            "# HELP weft_commits_total Commits.\n"
            "# TYPE weft_commits_total counter\n"
            "weft_commits_total 18000000000000000000\n"
            "# HELP weft_slots Slots.\n"
            "# TYPE weft_slots gauge\n"
            "weft_slots{pool=\"a\",state=\"open\"} -1\n"
            "weft_slots{pool=\"b\"} +Inf\n"
            "weft_slots 0.25\n");
}

TEST(Exposition, escapes_what_people_named) {
  Exposition out;
  out.family("weft_slots", Kind::gauge, "Slots.");
  out.sample({{"pool", "a\\b\"c\nd{}é"}}, std::int64_t{1});
  EXPECT_TRUE(out.take().ends_with("weft_slots{pool=\"a\\\\b\\\"c\\nd{}é\"} 1\n"));
}

TEST(Exposition, buckets_hold_what_is_in_those_before_them) {
  static constexpr std::array<Duration, 2> bounds{10ms, 1s};
  Histogram histogram(bounds);
  histogram.observe(5ms);
  histogram.observe(5ms);
  histogram.observe(500ms);
  histogram.observe(2s);
  Exposition out;
  out.family("weft_took_seconds", Kind::histogram, "How long.");
  out.sample({{"route", "/"}}, histogram);
  EXPECT_EQ(out.take(),
            "# HELP weft_took_seconds How long.\n"
            "# TYPE weft_took_seconds histogram\n"
            "weft_took_seconds_bucket{route=\"/\",le=\"0.01\"} 2\n"
            "weft_took_seconds_bucket{route=\"/\",le=\"1\"} 3\n"
            "weft_took_seconds_bucket{route=\"/\",le=\"+Inf\"} 4\n"
            "weft_took_seconds_sum{route=\"/\"} 2.51\n"
            "weft_took_seconds_count{route=\"/\"} 4\n");
}

}  // namespace
}  // namespace weft::telemetry
