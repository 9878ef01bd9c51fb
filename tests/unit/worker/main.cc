// The test program is also the program that the tests start as runner and as agent, as `weft` is.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "worker/agent/agent.h"
#include "worker/runner/runner.h"

int main(int argc, char** argv) {
  using namespace weft::worker;
  if (argc == 4 && std::strcmp(argv[1], "runner") == 0) return run_runner({.state_dir = argv[3]});
  if (argc == 6 && std::strcmp(argv[1], "agent") == 0)
    return run_agent({.server_url = argv[2],
                      .token = argv[3],
                      .slots = std::atoi(argv[4]),
                      .state_dir = argv[5],
                      .name = "w1"});
  if (argc == 5 && std::strcmp(argv[1], "poke") == 0) {  // "say", the words, the exit code
    std::puts(argv[3]);
    return std::atoi(argv[4]);
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
