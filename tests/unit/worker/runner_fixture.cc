#include "tests/unit/worker/runner_fixture.h"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "worker/runner/clock.h"
#include "worker/runner/leftovers.h"
#include "worker/runner/process_table.h"

namespace weft::worker {

TempDir::TempDir() {
  std::string name = "/tmp/weft-test-XXXXXX";
  path_ = mkdtemp(name.data());
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

bool is_alive(pid_t pid) {
  const auto process = parse_stat(read_file("/proc/" + std::to_string(pid) + "/stat"));
  return process && process->is_alive();
}

bool wait_until(const std::function<bool()>& done) {
  const std::int64_t give_up = boottime_us() + 30'000'000;
  while (!done()) {
    if (boottime_us() > give_up) return false;
    poll(nullptr, 0, 2);
  }
  return true;
}

bool wait_gone(pid_t pid) {
  const int fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (fd < 0) return true;
  pollfd poll_for{.fd = fd, .events = POLLIN, .revents = 0};
  const bool gone = poll(&poll_for, 1, 10'000) > 0;
  close(fd);
  return gone || !is_alive(pid);
}

void RunnerTest::SetUp() {
  auto client = RunnerClient::start({.state_dir = dir_.path()});
  ASSERT_TRUE(client) << client.error().message;
  runner_.emplace(std::move(*client));
  ASSERT_TRUE(runner_->send({.configure = config_}));
  take_until([&] { return hello_.has_value(); });
}

void RunnerTest::TearDown() {
  if (!hello_) return;
  runner_.reset();
  EXPECT_TRUE(kill_leftovers({.session = hello_->session, .pid = hello_->pid}));
}

void RunnerTest::connect() {
  auto client = RunnerClient::connect(dir_.path());
  ASSERT_TRUE(client) << client.error().message;
  runner_.emplace(std::move(*client));
  hello_.reset();
  take_until([&] { return hello_.has_value(); });
}

void RunnerTest::take_until(const std::function<bool()>& done) {
  const std::int64_t give_up = boottime_us() + 60'000'000;
  while (!done()) {
    ASSERT_LT(boottime_us(), give_up) << "nothing came";
    auto report = runner_->wait(std::chrono::seconds(10));
    ASSERT_TRUE(report) << report.error().message;
    if (report->hello) hello_ = report->hello;
    for (const auto& started : report->started) started_[started.attempt] = started;
    for (const auto& result : report->finished) finished_[result.attempt] = result;
    for (const auto& growth : report->grown) grown_[growth.attempt] = growth.bytes;
  }
}

wire::Lease RunnerTest::shell(const std::string& text) {
  wire::Lease lease;
  lease.after = next_attempt_ - 1;
  lease.attempt = next_attempt_++;
  lease.dag_id = "dag";
  lease.run_id = "manual__1";
  lease.task_id = "task";
  lease.argv = {"/bin/sh", "-c", text};
  return lease;
}

wire::AttemptResult RunnerTest::result_of(std::int64_t attempt) {
  take_until([&] { return finished_.contains(attempt); });
  return finished_[attempt];
}

StartedAttempt RunnerTest::start_of(std::int64_t attempt) {
  take_until([&] { return started_.contains(attempt); });
  return started_[attempt];
}

wire::AttemptResult RunnerTest::run_shell(const std::string& text) {
  const wire::Lease lease = shell(text);
  run(lease);
  return result_of(lease.attempt);
}

std::string RunnerTest::log_of(const wire::AttemptResult& result) {
  return result.log.empty() ? read_file(log_path(dir_.path(), result.attempt)) : result.log;
}

void RunnerTest::wait_for_log(std::int64_t attempt, const std::string& text) {
  take_until(
      [&] { return read_file(log_path(dir_.path(), attempt)).find(text) != std::string::npos; });
}

std::vector<std::string> texts_of(const std::string& log) {
  std::vector<std::string> texts;
  std::istringstream in(log);
  for (std::string line; std::getline(in, line);) {
    std::size_t at = 0;
    for (int field = 0; field < 3 && at != std::string::npos; ++field) at = line.find(' ', at) + 1;
    texts.push_back(line.substr(at));
  }
  return texts;
}

}  // namespace weft::worker
