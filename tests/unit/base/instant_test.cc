#include "base/instant.h"

#include <gtest/gtest.h>

namespace weft {
namespace {

using namespace std::chrono_literals;

TEST(Instant, FormatsAsAirflowAndAsTheApi) {
  const Instant whole = from_micros(1'767'225'600'000'000);
  EXPECT_EQ(format_instant(whole), "2026-01-01T00:00:00+00:00");
  EXPECT_EQ(format_instant_z(whole), "2026-01-01T00:00:00Z");
  EXPECT_EQ(format_instant_z(whole + 7us), "2026-01-01T00:00:00.000007Z");
  EXPECT_EQ(format_instant_z(from_micros(-1)), "1969-12-31T23:59:59.999999Z");
}

TEST(Instant, ParsesIso8601) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"2012-01-01", "2012-01-01T00:00:00Z"},
      {"2026-01-31T14:30", "2026-01-31T14:30:00Z"},
      {"2026-01-31 14:30:05", "2026-01-31T14:30:05Z"},
      {"2026-01-31T14:30:05z", "2026-01-31T14:30:05Z"},
      {"2026-01-31T14:30:05.123456789Z", "2026-01-31T14:30:05.123456Z"},
      {"2026-01-31T14:30:05,5Z", "2026-01-31T14:30:05.500000Z"},
      {"2026-01-31T14:30:05+02:00", "2026-01-31T12:30:05Z"},
      {"2026-01-31T14:30:05-0530", "2026-01-31T20:00:05Z"},
      {"2026-01-31T00:30+01", "2026-01-30T23:30:00Z"},
      {"2024-02-29", "2024-02-29T00:00:00Z"},
      {"0001-01-01", "0001-01-01T00:00:00Z"},
      {"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
  };
  for (const auto& [text, expected] : cases) {
    const auto instant = parse_instant(text);
    ASSERT_TRUE(instant) << text;
    EXPECT_EQ(format_instant_z(*instant), expected) << text;
  }
}

TEST(Instant, WhatItFormatsItParses) {
  for (const std::int64_t micros :
       {0LL, -1LL, 1LL, 1'767'225'600'123'456LL, -62'135'596'800'000'000LL}) {
    EXPECT_EQ(to_micros(*parse_instant(format_instant(from_micros(micros)))), micros);
    EXPECT_EQ(to_micros(*parse_instant(format_instant_z(from_micros(micros)))), micros);
  }
}

TEST(Instant, RefusesWhatIsNoTime) {
  const std::string_view cases[] = {"",
                                    "2026",
                                    "2026-1-1",
                                    "2023-02-29",
                                    "2026-13-01",
                                    "2026-00-10",
                                    "2026-01-31T",
                                    "2026-01-31T24:00",
                                    "2026-01-31T14:60",
                                    "2026-01-31T14:30:60Z",
                                    "2026-01-31T14:30:05.Z",
                                    "2026-01-31T14:30:05.1234567890Z",
                                    "2026-01-31T14:30:05+24:00",
                                    "2026-01-31T14:30:05+02:60",
                                    "2026-01-31T14:30:05Zjunk",
                                    "2026-01-31Z",
                                    " 2026-01-31",
                                    "0000-01-01",
                                    "0001-01-01T00:00+01:00",
                                    "9999-12-31T23:30-01:00",
                                    "10000-01-01",
                                    "-2026-01-01"};
  for (const std::string_view text : cases) {
    const auto instant = parse_instant(text);
    ASSERT_FALSE(instant) << text;
    EXPECT_EQ(instant.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(instant.error().message.find(text), std::string::npos) << instant.error().message;
  }
}

TEST(Instant, AnErrorDoesNotRepeatAHugeText) {
  EXPECT_LT(parse_instant(std::string(1 << 20, '9')).error().message.size(), 300U);
  EXPECT_LT(parse_duration(std::string(1 << 20, '9')).error().message.size(), 300U);
}

TEST(Duration, ParsesUnitsAndIso8601) {
  const std::pair<std::string_view, Duration> cases[] = {{"90s", 90s},
                                                         {"5m", 5min},
                                                         {"1h30m", 90min},
                                                         {"2d", 48h},
                                                         {"250ms", 250ms},
                                                         {"3us", 3us},
                                                         {"1w", 168h},
                                                         {"0s", 0s},
                                                         {"1.5h", 90min},
                                                         {"0.25s", 250ms},
                                                         {"PT5M", 5min},
                                                         {"P1DT2H", 26h},
                                                         {"PT1.5S", 1500ms},
                                                         {"P2W", 336h},
                                                         {"PT36H", 36h},
                                                         {"1d2h3m4s5ms6us", 93784005006us},
                                                         {"1.000001s", 1000001us}};
  for (const auto& [text, expected] : cases) {
    const auto duration = parse_duration(text);
    ASSERT_TRUE(duration) << text;
    EXPECT_EQ(*duration, expected) << text;
  }
}

TEST(Duration, RefusesWhatIsNoDuration) {
  for (const std::string_view text : {"",
                                      "5",
                                      "m",
                                      "-5m",
                                      "5 m",
                                      "5x",
                                      "30m1h",
                                      "1h1h",
                                      "1..5h",
                                      "P",
                                      "PT",
                                      "P1DT",
                                      "P1M",
                                      "P1Y",
                                      "PT1D",
                                      "P1H",
                                      "99999999999999999999s",
                                      "99999999999d",
                                      "1.0000000001s",
                                      "5M",
                                      "1hPT5M"}) {
    const auto duration = parse_duration(text);
    ASSERT_FALSE(duration) << text;
    EXPECT_EQ(duration.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(duration.error().message.find("1h30m"), std::string::npos);
  }
}

TEST(Duration, FormatsExactlyAndParsesItsOwn) {
  EXPECT_EQ(format_duration(0s), "0s");
  EXPECT_EQ(format_duration(90min), "1h30m");
  EXPECT_EQ(format_duration(24h * 14), "14d");
  EXPECT_EQ(format_duration(61s + 5ms), "1m1s5ms");
  EXPECT_EQ(format_duration(-90s), "-1m30s");
  for (const Duration duration : {Duration(1), Duration(93784005006), Duration(86'400'000'000)}) {
    EXPECT_EQ(*parse_duration(format_duration(duration)), duration);
  }
}

}  // namespace
}  // namespace weft
