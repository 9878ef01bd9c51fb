#include "server/daemon/child.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/daemon/signals.h"

namespace weft::daemon {
namespace {

/// Waits for the end without taking it.
void wait_for_end() {
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_ALL, 0, &info, WEXITED | WNOWAIT), 0);
}

TEST(Child, TellsItsExitCodeOnceAndStartsAgain) {
  Child child({{"/bin/sh", "-c", "exit 3"}});
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(child.start());
    EXPECT_TRUE(child.is_running());
    wait_for_end();
    EXPECT_EQ(child.reap(), 3);
    EXPECT_FALSE(child.is_running());
    EXPECT_EQ(child.reap(), std::nullopt);
  }
}

TEST(Child, HearsSignalsThoughItsParentBlocksThem) {
  Signals signals;
  Child child({{"/bin/sh", "-c", "kill -TERM $$; exit 0"}});
  ASSERT_TRUE(child.start());
  EXPECT_EQ(signals.wait(), SIGCHLD);
  EXPECT_EQ(child.reap(), 128 + SIGTERM);
}

TEST(Child, InheritsNoFileOfItsParent) {
  const int listening = ::socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_GE(listening, 3);
  const std::string path = "/proc/self/fd/" + std::to_string(listening);
  Child child({{"/bin/sh", "-c", "test ! -e " + path}});
  ASSERT_TRUE(child.start());
  wait_for_end();
  EXPECT_EQ(child.reap(), 0);
  ::close(listening);
}

TEST(Child, SaysWhyItCannotStart) {
  Child child({{"/no/such/program"}});
  const auto started = child.start();
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().message.find("/no/such/program"), std::string::npos);
}

}  // namespace
}  // namespace weft::daemon
