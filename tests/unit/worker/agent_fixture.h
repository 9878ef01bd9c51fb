#pragma once

// A real agent and a real runner against a server that does what the test says.

#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/unit/worker/fake_server.h"
#include "tests/unit/worker/runner_fixture.h"
#include "worker/runner/leftovers.h"
#include "worker/runner/state_dir.h"

namespace weft::worker {

class AgentTest : public testing::Test {
 protected:
  void TearDown() override {
    if (agent_ > 0) {
      kill(agent_, SIGKILL);
      waitpid(agent_, nullptr, 0);
    }
    EXPECT_TRUE(kill_leftovers({.session = read_session(dir_.path()), .pid = runner_pid()}));
  }

  void start_agent(const std::string& token = "weft_secret", int slots = 4) {
    const std::string slot_text = std::to_string(slots);
    const std::string url = server_.url();
    const char* const argv[] = {"test",        "agent",           url.c_str(),
                                token.c_str(), slot_text.c_str(), dir_.path().c_str(),
                                nullptr};
    ASSERT_EQ(posix_spawn(&agent_, "/proc/self/exe", nullptr, nullptr,
                          const_cast<char* const*>(argv), environ),
              0);
  }
  int wait_agent() {
    int status = 0;
    waitpid(agent_, &status, 0);
    agent_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  void kill_agent() {
    kill(agent_, SIGKILL);
    wait_agent();
  }
  pid_t runner_pid() { return std::atoi(read_file(dir_.path() + "/runner.lock").c_str()); }
  wire::Lease shell(const std::string& text) {
    wire::Lease lease;
    lease.attempt = ++last_attempt_;
    lease.dag_id = "dag";
    lease.run_id = "manual__1";
    lease.task_id = "task";
    lease.argv = {"/bin/sh", "-c", text};
    return lease;
  }
  std::int64_t lease(const std::string& text) {
    server_.lease(shell(text));
    return last_attempt_;
  }
  bool wait_result(std::int64_t attempt) {
    return server_.wait([&](auto& record) { return record.results.contains(attempt); });
  }
  bool wait_started(std::int64_t attempt) {
    return server_.wait([&](auto& record) { return record.started.contains(attempt); });
  }
  /// The ledger's text: tasks append to it.
  std::string ledger() { return read_file(dir_.path() + "/ledger"); }
  std::string note(const std::string& text) {
    return "echo " + text + " >> " + dir_.path() + "/ledger";
  }

  std::string spool() { return read_file(dir_.path() + "/spool/results"); }
  /// Lets tasks with `until_go` go on.
  void go() { std::ofstream(dir_.path() + "/go") << "go"; }

  TempDir dir_;
  const std::string until_go = "until [ -s " + dir_.path() + "/go ]; do sleep 0.05; done; ";
  FakeServer server_;
  pid_t agent_ = 0;
  std::int64_t last_attempt_ = 0;
};

}  // namespace weft::worker
