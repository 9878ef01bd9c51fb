// The test program is also the program that the tests start as a runner, as `weft` is.

#include <gtest/gtest.h>

#include <cstring>

#include "worker/runner/runner.h"

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "runner") == 0)
    return weft::worker::run_runner({.state_dir = argv[3]});
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
