#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "worker/runner/client.h"

namespace weft::worker {

/// A folder that is removed when the test ends.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string read_file(const std::string& path);
bool is_alive(pid_t pid);

/// Waits for what no signal tells of, such as a file of a task's; false after 30 s.
bool wait_until(const std::function<bool()>& done);

/// Waits until `pid` is gone or a zombie; false after 10 s.
bool wait_gone(pid_t pid);

/// A real runner in a folder of its own, killed with all it started when the test ends.
class RunnerTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// A lease for a shell text; attempt ids count from 1.
  wire::Lease shell(const std::string& text);
  void run(const wire::Lease& lease) { ASSERT_TRUE(runner_->send({.run = {lease}})); }
  /// Takes reports until the attempt has its result.
  wire::AttemptResult result_of(std::int64_t attempt);
  StartedAttempt start_of(std::int64_t attempt);
  wire::AttemptResult run_shell(const std::string& text);
  /// The whole log, from the result or its file.
  std::string log_of(const wire::AttemptResult& result);
  /// Waits until the log of a running attempt contains `text`.
  void wait_for_log(std::int64_t attempt, const std::string& text);
  void take_until(const std::function<bool()>& done);
  void connect();

  TempDir dir_;
  std::optional<RunnerClient> runner_;
  RunnerConfig config_{.prompt = true};
  std::optional<RunnerHello> hello_;
  std::map<std::int64_t, StartedAttempt> started_;
  std::map<std::int64_t, wire::AttemptResult> finished_;
  std::map<std::int64_t, std::int64_t> grown_;
  std::int64_t next_attempt_ = 1;
};

/// What the text of each CRI line is, without time, stream and tag.
std::vector<std::string> texts_of(const std::string& log);

}  // namespace weft::worker
