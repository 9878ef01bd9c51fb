// A real runner: no form of a secret leaves it, wherever the task writes it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/unit/worker/runner_fixture.h"
#include "worker/runner/secret_forms.h"

namespace weft::worker {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string secret = "s3cr&t \"pa/ss\"";
const std::string encoded = "s3cr%26t%20%22pa%2Fss%22";

class RunnerSecrets : public RunnerTest {
 protected:
  wire::Lease with_secret(const std::string& text) {
    wire::Lease lease = shell(text);
    lease.secrets = {secret};
    lease.env = {{"SECRET", secret}, {"ENCODED", encoded}};
    return lease;
  }
  wire::AttemptResult run_with_secret(const std::string& text) {
    const wire::Lease lease = with_secret(text);
    run(lease);
    return result_of(lease.attempt);
  }
  /// Whether a file of the state folder has `text`.
  bool is_on_disk(const std::string& text) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_.path()))
      if (entry.is_regular_file() && read_file(entry.path()).find(text) != std::string::npos)
        return true;
    return false;
  }
};

TEST_F(RunnerSecrets, AreMaskedInEachFormOnBothStreams) {
  const auto result = run_with_secret(
      "echo \"raw $SECRET.\"; printf %s \"$SECRET\" | base64; "
      "printf %s \"user:$SECRET\" | base64; echo \"url $ENCODED.\"; "
      "echo \"json $(printf %s \"$SECRET\" | sed 's/\"/\\\\\"/g').\"; "
      "echo \"err $SECRET.\" >&2");
  EXPECT_EQ(result.outcome, AttemptState::success);
  std::vector<std::string> out, err;
  for (std::istringstream in(log_of(result)); !in.eof();) {
    std::string line;
    std::getline(in, line);
    if (!line.empty()) (line.find(" stderr ") != std::string::npos ? err : out).push_back(line);
  }
  std::string joined;
  for (const auto& line : out) joined += line + "\n";
  EXPECT_THAT(texts_of(joined),
              ElementsAre("raw ***.", "***", "dXNlcjp***", "url ***.", "json ***."));
  ASSERT_EQ(err.size(), 1u);
  EXPECT_THAT(err[0], HasSubstr(" stderr F err ***."));
}

TEST_F(RunnerSecrets, AreMaskedAcrossWritesAndInTheFileOfARunningTask) {
  const std::string go = dir_.path() + "/go";
  const wire::Lease lease =
      with_secret("echo first; printf 'it is s3cr&t \"'; while [ ! -e " + go +
                  " ]; do sleep 0.01; done; printf 'pa/ss\".\\n'; echo \"$SECRET\" | head -c 6; "
                  "printf '\\nlast\\n'; sleep 1000");
  run(lease);
  wait_for_log(lease.attempt, "first");
  std::ofstream(go) << "";
  wait_for_log(lease.attempt, "last");
  EXPECT_FALSE(is_on_disk(secret));
  ASSERT_TRUE(runner_->send({.cancel = {lease.attempt}}));
  EXPECT_THAT(texts_of(log_of(result_of(lease.attempt))),
              ElementsAre("first", "it is ***.", "s3cr&t", "last"));
}

TEST_F(RunnerSecrets, AreMaskedInOutputsAndErrors) {
  const auto result = run_with_secret(
      "echo \"plain=$SECRET\" >> $WEFT_OUTPUT; "
      "echo \"deep:=[{\\\"$ENCODED\\\": [\\\"x $ENCODED\\\", 1]}]\" >> $WEFT_OUTPUT");
  EXPECT_EQ(result.outcome, AttemptState::success) << result.error;
  EXPECT_EQ(result.outputs, json({{"plain", "***"}, {"deep", {{{"***", {"x ***", 1}}}}}}));
  wire::Lease lease = shell("");
  lease.secrets = {"hunter2"};
  lease.argv = {"no-such-command-hunter2"};
  run(lease);
  EXPECT_THAT(result_of(lease.attempt).error, HasSubstr("no command \"no-such-command-***\""));
  lease = shell("echo 'hunter2:x' > $WEFT_OUTPUT");
  lease.secrets = {"hunter2"};
  run(lease);
  EXPECT_THAT(result_of(lease.attempt).error, HasSubstr("after the key \"***\" must come"));
  lease = shell("");
  lease.poke = true;
  lease.argv = {"weft", "poke", "say", "no hunter2 here", "75"};
  lease.secrets = {"hunter2"};
  run(lease);
  EXPECT_EQ(result_of(lease.attempt).error, "no *** here");
}

/// 16 KiB is where a line is cut into parts; what was written of a secret when somebody was killed
/// who had the pipe is no more readable than a whole one.
TEST_F(RunnerSecrets, AreMaskedWhereLinesAndStreamsAreCut) {
  const auto line =
      run_with_secret("head -c 16380 /dev/zero | tr '\\0' x; printf '%s\\n' \"$SECRET\"");
  EXPECT_THAT(log_of(line), HasSubstr("x***\n"));
  const std::string up = dir_.path() + "/up";
  const auto cut = run_with_secret("setsid sh -c 'touch " + up + "; sleep 1000' & while [ ! -e " +
                                   up + " ]; do sleep 0.01; done; printf 'half s3cr&t'");
  EXPECT_THAT(texts_of(log_of(cut)), ElementsAre("half ***"));
  const auto ended = run_with_secret("printf 'no half s3cr&t'");
  EXPECT_THAT(texts_of(log_of(ended)), ElementsAre("no half s3cr&t"));
}

TEST_F(RunnerSecrets, OfOneAttemptAreNotThoseOfAnother) {
  EXPECT_THAT(log_of(run_with_secret("echo \"$SECRET\"")), Not(HasSubstr(secret)));
  EXPECT_THAT(log_of(run_shell("echo '" + secret + "'")), HasSubstr(secret));
}

TEST_F(RunnerSecrets, TooManyToMaskAreAReasonNotToStart) {
  wire::Lease lease = shell("true");
  lease.secrets.assign(9, std::string(64 << 10, 'x'));
  run(lease);
  EXPECT_EQ(result_of(lease.attempt).outcome, AttemptState::failed);
  EXPECT_EQ(result_of(lease.attempt).started_at, 0);
  EXPECT_THAT(result_of(lease.attempt).error, HasSubstr("masks at most 524288 in all"));
}

TEST_F(RunnerSecrets, NothingOfALeaseIsWrittenToTheStateFolder) {
  wire::Lease lease = with_secret("echo \"$SECRET\"; sleep 1000");
  lease.env["OTHER"] = "only-in-the-environment";
  run(lease);
  wait_for_log(lease.attempt, "***");
  for (const std::string& text : {secret, encoded, base64(secret, false), lease.env["OTHER"]})
    EXPECT_FALSE(is_on_disk(text)) << text;
  EXPECT_TRUE(is_on_disk("***")) << "it would be found if it were there";
}

}  // namespace
}  // namespace weft::worker
