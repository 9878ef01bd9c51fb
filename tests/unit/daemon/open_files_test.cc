#include "server/daemon/open_files.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace weft::daemon {
namespace {

TEST(OpenFiles, RaisesTheSoftLimitAsFarAsItGoesAndNeverLowersIt) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_GE(before.rlim_max, 300u);
  const rlimit low{256, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(raise_open_files(300), 300u);
  EXPECT_EQ(raise_open_files(100), 300u);
  rlimit now{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &now), 0);
  EXPECT_EQ(now.rlim_cur, 300u);
  if (before.rlim_max != RLIM_INFINITY) {
    EXPECT_EQ(raise_open_files(before.rlim_max + 1), before.rlim_max);
  }
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

}  // namespace
}  // namespace weft::daemon
