// A real runner: everything a task may do to its stdout and stderr.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "proto/wire/utf8.h"
#include "tests/unit/worker/runner_fixture.h"

namespace weft::worker {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(RunnerTest, NoNewlineAndInvalidUtf8) {
  const auto result = run_shell("printf 'bad \\377\\376 byte\\nno newline'");
  EXPECT_THAT(texts_of(log_of(result)), ElementsAre("bad \uFFFD\uFFFD byte", "no newline"));
  EXPECT_TRUE(wire::is_valid_utf8(log_of(result)));
}

TEST_F(RunnerTest, ALineOfManyMegabytesComesInParts) {
  const auto result = run_shell("head -c 3000000 /dev/zero | tr '\\0' x");
  const std::string log = log_of(result);
  EXPECT_EQ(static_cast<std::int64_t>(log.size()), result.log_bytes);
  std::size_t total = 0;
  for (const auto& text : texts_of(log)) {
    EXPECT_LE(text.size(), 16'384u);
    total += text.size();
  }
  EXPECT_EQ(total, 3'000'000u);
  EXPECT_THAT(log, HasSubstr(" stdout P x"));
}

/// 200 MB here; WEFT_TEST_BIG_OUTPUT=1 makes it the full GB.
TEST_F(RunnerTest, AFloodIsCutToHeadAndTail) {
  const std::size_t megabytes = std::getenv("WEFT_TEST_BIG_OUTPUT") != nullptr ? 1000 : 200;
  const auto result =
      run_shell("echo begin; yes 0123456789012345678901234567890123456789 | head -c " +
                std::to_string(megabytes * 1'000'000) + "; echo end");
  EXPECT_EQ(result.outcome, AttemptState::success);
  EXPECT_TRUE(result.log.empty());
  EXPECT_LE(result.log_bytes, 64 << 20);
  EXPECT_GT(result.log_bytes, 63 << 20);
  const std::string log = log_of(result);
  EXPECT_EQ(static_cast<std::int64_t>(log.size()), result.log_bytes);
  EXPECT_THAT(log.substr(0, 100), HasSubstr(" stdout F begin\n"));
  EXPECT_THAT(log.substr(log.size() - 100), HasSubstr(" stdout F "));
  EXPECT_TRUE(log.ends_with("end\n"));
  EXPECT_NE(log.find("bytes of log are left out here"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(log_path(dir_.path(), result.attempt) + ".tail"));
}

TEST_F(RunnerTest, AClosedStdoutIsNotTheEnd) {
  const auto result = run_shell("exec >&- 2>&-; sleep 0.2; exit 7");
  EXPECT_EQ(result.exit_code, 7);
}

TEST_F(RunnerTest, AChildThatHoldsThePipeDoesNotDelayTheEnd) {
  const auto result = run_shell("sleep 1000 & echo $!; exit 0");
  EXPECT_EQ(result.outcome, AttemptState::success);
  EXPECT_TRUE(wait_gone(std::stoi(texts_of(log_of(result)).at(0))));
}

TEST_F(RunnerTest, TheLogOfALongTaskGoesToAFileWhileItRuns) {
  const wire::Lease lease = shell("echo early; sleep 1000");
  run(lease);
  wait_for_log(lease.attempt, "early");
  take_until([&] { return grown_.contains(lease.attempt); });
  EXPECT_GT(grown_[lease.attempt], 0);
  ASSERT_TRUE(runner_->send({.cancel = {lease.attempt}}));
  const auto result = result_of(lease.attempt);
  EXPECT_TRUE(result.log.empty());
  EXPECT_EQ(static_cast<std::size_t>(result.log_bytes), log_of(result).size());
}

}  // namespace
}  // namespace weft::worker
