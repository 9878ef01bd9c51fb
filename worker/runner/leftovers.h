#pragma once

#include <sys/types.h>

#include <set>
#include <string>

namespace weft::worker {

/// What is known of a runner that is gone or does not answer.
struct DeadRunner {
  std::string session;
  pid_t pid = 0;          ///< 0 = surely gone
  std::set<pid_t> mains;  ///< main processes of its attempts, as far as it told
};

/// Kills the runner and every process of its session: those that carry WEFT_SESSION in their
/// environment, those in the sessions and groups of its attempts, and all descendants of these.
/// Repeats until two looks at /proc in a row find none. Returns false when some are still there
/// after 10 s (uninterruptible I/O). Blocks.
bool kill_leftovers(const DeadRunner& runner);

}  // namespace weft::worker
