#include "server/telemetry/metric.h"

#include <gmock/gmock.h>

#include <thread>

#include "server/telemetry/process.h"
#include "server/telemetry/traffic.h"

namespace weft::telemetry {
namespace {

using namespace std::chrono_literals;

TEST(Metric, a_counter_loses_nothing_while_others_read) {
  Counter counter;
  Gauge gauge;
  std::thread writer([&] {
    for (int i = 0; i < 100'000; ++i) {
      counter.add();
      gauge.set(i);
    }
  });
  std::uint64_t last = 0;
  while (last < 100'000) {
    const auto now = counter.value();
    ASSERT_GE(now, last);
    last = now;
  }
  writer.join();
  EXPECT_EQ(gauge.value(), 99'999);
}

TEST(Metric, a_duration_falls_into_the_first_bucket_that_takes_it) {
  static constexpr std::array<Duration, 2> bounds{10ms, 1s};
  Histogram histogram(bounds);
  for (const Duration took : {Duration(-5), Duration(0), Duration(10ms), Duration(11ms),
                              Duration(1s), Duration(1s + 1us), Duration(1h)})
    histogram.observe(took);
  EXPECT_EQ(histogram.count(0), 3u);
  EXPECT_EQ(histogram.count(1), 2u);
  EXPECT_EQ(histogram.count(2), 2u);
  EXPECT_EQ(histogram.sum(), 10ms + 11ms + 1s + 1s + 1us + 1h);
}

TEST(Traffic, has_a_series_for_each_route_that_was_used_and_one_for_the_rest) {
  Traffic traffic({{"GET", "/dags/{dag_id}"}, {"POST", "/dags/{dag_id}"}, {"GET", "/never"}});
  traffic.answered("GET", "/dags/{dag_id}", 200, 2ms);
  traffic.answered("GET", "/dags/{dag_id}", 404, 2ms);
  traffic.answered("GET", "/dags/{dag_id}", 200, 2ms);
  traffic.answered("POST", "/dags/{dag_id}", 503, 2ms);
  traffic.answered("BREW", "/dags/{dag_id}", 405, 1ms);
  traffic.answered("GET", "/dags/what-somebody-sent", 1'000, 1ms);
  std::map<std::string, std::array<std::uint64_t, 5>> seen;
  traffic.each([&](const Traffic::Answers& answers) {
    auto& counts = seen[std::string(answers.name.method) + " " + std::string(answers.name.pattern)];
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = answers.by_class[i].value();
  });
  const std::map<std::string, std::array<std::uint64_t, 5>> expected{
      {"GET /dags/{dag_id}", {0, 2, 0, 1, 0}},
      {"POST /dags/{dag_id}", {0, 0, 0, 0, 1}},
      {"other other", {0, 0, 0, 1, 1}}};
  EXPECT_EQ(seen, expected);
}

TEST(Process, is_read_from_the_system) {
  const auto facts = read_process();
  ASSERT_TRUE(facts);
  EXPECT_GT(facts->resident_bytes, 1 << 20);
  EXPECT_GE(facts->virtual_bytes, facts->resident_bytes);
  EXPECT_GE(facts->open_files, 3);
  EXPECT_GT(facts->max_files, facts->open_files);
  EXPECT_GE(facts->threads, 1);
  EXPECT_GE(facts->cpu_seconds, 0);
  EXPECT_GT(facts->started_at, 1'600'000'000);
}

}  // namespace
}  // namespace weft::telemetry
