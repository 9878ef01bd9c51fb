// Gaps and folds: named cases of both policies.

#include "tests/unit/core/time/schedule_support.h"

namespace weft {
namespace {

constexpr DstPolicy once = DstPolicy::once;
constexpr DstPolicy airflow = DstPolicy::airflow;

TEST(Dst, AFixedTimeInAGapRunsRightAfterItOrShifted) {
  const std::string zone = "Europe/Berlin";
  EXPECT_EQ(local_ticks(*cron("30 2 * * *", zone, once), zone, "2026-03-28T12:00:00Z", 2),
            (Texts{"2026-03-29 03:00 +0200", "2026-03-30 02:30 +0200"}));
  EXPECT_EQ(local_ticks(*cron("30 2 * * *", zone, airflow), zone, "2026-03-28T12:00:00Z", 2),
            (Texts{"2026-03-29 03:30 +0200", "2026-03-30 02:30 +0200"}));
}

TEST(Dst, AFixedTimeInAFoldRunsOnce) {
  const std::string zone = "Europe/Berlin";
  EXPECT_EQ(local_ticks(*cron("30 2 * * *", zone, once), zone, "2026-10-24T12:00:00Z", 2),
            (Texts{"2026-10-25 02:30 +0200", "2026-10-26 02:30 +0100"}));
  EXPECT_EQ(local_ticks(*cron("30 2 * * *", zone, airflow), zone, "2026-10-24T12:00:00Z", 2),
            (Texts{"2026-10-25 02:30 +0100", "2026-10-26 02:30 +0100"}));
}

TEST(Dst, AnOpenHourRunsInBothPassesAndNeverInAGap) {
  const std::string zone = "Europe/Berlin";
  for (const DstPolicy policy : {once, airflow}) {
    EXPECT_EQ(local_ticks(*cron("30 * * * *", zone, policy), zone, "2026-10-24T23:00:00Z", 4),
              (Texts{"2026-10-25 01:30 +0200", "2026-10-25 02:30 +0200", "2026-10-25 02:30 +0100",
                     "2026-10-25 03:30 +0100"}));
    EXPECT_EQ(local_ticks(*cron("30 * * * *", zone, policy), zone, "2026-03-29T00:00:00Z", 2),
              (Texts{"2026-03-29 01:30 +0100", "2026-03-29 03:30 +0200"}));
  }
  // A step is open too under "once"; Airflow counts only a full `*`.
  EXPECT_EQ(local_ticks(*cron("0 */2 * * *", zone, once), zone, "2026-10-24T21:00:00Z", 4),
            (Texts{"2026-10-25 00:00 +0200", "2026-10-25 02:00 +0200", "2026-10-25 02:00 +0100",
                   "2026-10-25 04:00 +0100"}));
  EXPECT_EQ(local_ticks(*cron("0 */2 * * *", zone, airflow), zone, "2026-10-24T21:00:00Z", 3),
            (Texts{"2026-10-25 00:00 +0200", "2026-10-25 02:00 +0100", "2026-10-25 04:00 +0100"}));
  // In the gap a step has nothing.
  EXPECT_EQ(local_ticks(*cron("0 */2 * * *", zone, once), zone, "2026-03-28T22:30:00Z", 2),
            (Texts{"2026-03-29 00:00 +0100", "2026-03-29 04:00 +0200"}));
}

TEST(Dst, BrusselsListOfHoursOverTheEndOfSummer) {
  const std::string zone = "Europe/Brussels";
  for (const DstPolicy policy : {once, airflow}) {
    EXPECT_EQ(
        local_ticks(*cron("15 7,8,13,19 * * *", zone, policy), zone, "2023-10-28T12:00:00Z", 6),
        (Texts{"2023-10-28 19:15 +0200", "2023-10-29 07:15 +0100", "2023-10-29 08:15 +0100",
               "2023-10-29 13:15 +0100", "2023-10-29 19:15 +0100", "2023-10-30 07:15 +0100"}));
  }
}

TEST(Dst, LordHoweMovesByHalfAnHour) {
  const std::string zone = "Australia/Lord_Howe";
  // Gap 02:00-02:30 on 2026-10-04, fold 01:30-02:00 on 2026-04-05.
  EXPECT_EQ(local_ticks(*cron("15 2 * * *", zone, once), zone, "2026-10-03T12:00:00Z", 1),
            (Texts{"2026-10-04 02:30 +1100"}));
  EXPECT_EQ(local_ticks(*cron("15,40 2 * * *", zone, airflow), zone, "2026-10-03T12:00:00Z", 3),
            (Texts{"2026-10-04 02:40 +1100", "2026-10-04 02:45 +1100", "2026-10-05 02:15 +1100"}));
  EXPECT_EQ(local_ticks(*cron("45 * * * *", zone, once), zone, "2026-04-04T14:30:00Z", 3),
            (Texts{"2026-04-05 01:45 +1100", "2026-04-05 01:45 +1030", "2026-04-05 02:45 +1030"}));
  // Elapsed time: an hour after 01:45 the wall shows 02:15.
  EXPECT_EQ(local_ticks(*cron("45 * * * *", zone, airflow), zone, "2026-04-04T14:30:00Z", 3),
            (Texts{"2026-04-05 01:45 +1100", "2026-04-05 02:15 +1030", "2026-04-05 02:45 +1030"}));
}

TEST(Dst, AirflowCountsTheWeekendsElapsedTimeInTheOldOffset) {
  const std::string zone = "Europe/Berlin";
  EXPECT_EQ(local_ticks(*cron("0 * * * 1-5", zone, airflow), zone, "2026-03-27T21:30:00Z", 3),
            (Texts{"2026-03-27 23:00 +0100", "2026-03-30 01:00 +0200", "2026-03-30 02:00 +0200"}));
  EXPECT_EQ(local_ticks(*cron("0 * * * 1-5", zone, once), zone, "2026-03-27T21:30:00Z", 2),
            (Texts{"2026-03-27 23:00 +0100", "2026-03-30 00:00 +0200"}));
}

TEST(Dst, ApiaLostADay) {
  const std::string zone = "Pacific/Apia";
  // 2011-12-30 did not happen: the day after the 29th is the 31st.
  EXPECT_EQ(local_ticks(*cron("0 12 * * *", zone, once), zone, "2011-12-29T12:00:00Z", 4),
            (Texts{"2011-12-29 12:00 -1000", "2011-12-31 00:00 +1400", "2011-12-31 12:00 +1400",
                   "2012-01-01 12:00 +1400"}));
  // Shifted by the gap's length the lost noon is that of the 31st: equal instants are one.
  EXPECT_EQ(local_ticks(*cron("0 12 * * *", zone, airflow), zone, "2011-12-29T12:00:00Z", 3),
            (Texts{"2011-12-29 12:00 -1000", "2011-12-31 12:00 +1400", "2012-01-01 12:00 +1400"}));
}

TEST(Dst, CasablancaPausesItsSummerForRamadan) {
  const std::string zone = "Africa/Casablanca";
  // Back to +00 at 03:00 on 2026-02-15, to +01 at 02:00 on 2026-03-22.
  EXPECT_EQ(local_ticks(*cron("30 2 * * *", zone, once), zone, "2026-02-14T12:00:00Z", 2),
            (Texts{"2026-02-15 02:30 +0100", "2026-02-16 02:30 +0000"}));
  EXPECT_EQ(local_ticks(*cron("30 2 * * *", zone, once), zone, "2026-03-21T12:00:00Z", 2),
            (Texts{"2026-03-22 03:00 +0100", "2026-03-23 02:30 +0100"}));
}

TEST(Dst, HavanaSkipsMidnight) {
  const std::string zone = "America/Havana";
  // 2025-03-09 starts at 01:00; 2025-11-02 shows 00:00-01:00 twice.
  EXPECT_EQ(local_ticks(*cron("@daily", zone, once), zone, "2025-03-08T12:00:00Z", 2),
            (Texts{"2025-03-09 01:00 -0400", "2025-03-10 00:00 -0400"}));
  EXPECT_EQ(local_ticks(*cron("@daily", zone, airflow), zone, "2025-03-08T12:00:00Z", 2),
            (Texts{"2025-03-09 01:00 -0400", "2025-03-10 00:00 -0400"}));
  EXPECT_EQ(local_ticks(*cron("@daily", zone, once), zone, "2025-11-01T12:00:00Z", 2),
            (Texts{"2025-11-02 00:00 -0400", "2025-11-03 00:00 -0500"}));
}

TEST(Dst, SeveralTimesInAGapAreOneTick) {
  const std::string zone = "Europe/Berlin";
  EXPECT_EQ(local_ticks(*cron("*/10 2,3 * * *", zone, once), zone, "2026-03-28T23:30:00Z", 3),
            (Texts{"2026-03-29 03:00 +0200", "2026-03-29 03:10 +0200", "2026-03-29 03:20 +0200"}));
}

TEST(Dst, RulesHoldBehindTheZoneFilesLastYear) {
  const std::string zone = "America/New_York";
  // 400 and 4800 years after 2026 the calendar is the same.
  for (const char* year : {"2026", "2426", "6826"}) {
    const std::string march = std::string(year) + "-03-07T12:00:00Z";
    EXPECT_EQ(local_ticks(*cron("30 2 * * *", zone, once), zone, march, 2),
              (Texts{std::string(year) + "-03-08 03:00 -0400",
                     std::string(year) + "-03-09 02:30 -0400"}));
    const std::string november = std::string(year) + "-11-01T04:00:00Z";
    EXPECT_EQ(
        local_ticks(*cron("30 * * * *", zone, once), zone, november, 3),
        (Texts{std::string(year) + "-11-01 00:30 -0400", std::string(year) + "-11-01 01:30 -0400",
               std::string(year) + "-11-01 01:30 -0500"}));
  }
}

}  // namespace
}  // namespace weft
