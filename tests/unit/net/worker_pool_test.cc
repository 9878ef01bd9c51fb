#include "server/net/worker_pool.h"

#include <gtest/gtest.h>

#include "tests/unit/net/server_fixture.h"

namespace weft::http {
namespace {

TEST(WorkerPool, RefusesWhenTheQueueIsFullAndRunsTheRestBeforeItEnds) {
  WorkerPool pool(1, 2);
  test::Signal started, go;
  std::atomic<int> done{0};
  ASSERT_TRUE(pool.submit([&] {
    started.raise();
    go.wait();
    ++done;
  }));
  ASSERT_TRUE(started.wait());
  EXPECT_TRUE(pool.submit([&] { ++done; }));
  EXPECT_TRUE(pool.submit([&] { ++done; }));
  EXPECT_FALSE(pool.submit([&] { ++done; }));
  go.raise();
  pool.stop();
  EXPECT_EQ(done, 3);
  EXPECT_FALSE(pool.submit([&] { ++done; }));
}

}  // namespace
}  // namespace weft::http
