#include <gtest/gtest.h>

#include "cli/remote_backfill.h"

namespace weft::cli {
namespace {

TEST(Backfill, the_progress_is_a_bar_and_counts) {
  const nlohmann::json backfill{{"state", "running"},
                                {"progress",
                                 {{"total", 10},
                                  {"success", 3},
                                  {"failed", 1},
                                  {"left_alone", 1},
                                  {"running", 2},
                                  {"queued", 0}}}};
  EXPECT_EQ(progress_line(backfill, 10),
            "[#####-----]  5 of 10, 2 running, 1 failed, 1 left alone");
}

TEST(Backfill, the_progress_says_when_it_does_not_go_on) {
  const nlohmann::json backfill{{"state", "paused"}, {"progress", {{"total", 0}}}};
  EXPECT_EQ(progress_line(backfill, 4), "[####]  0 of 0 (paused)");
}

}  // namespace
}  // namespace weft::cli
