#include "worker/runner/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::worker {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> strings_of(StringBlock& block) {
  std::vector<std::string> strings;
  for (char* const* at = block.pointers(); *at != nullptr; ++at) strings.emplace_back(*at);
  return strings;
}

class EnvironmentTest : public testing::Test {
 protected:
  std::vector<std::string> block_for(const wire::Lease& lease,
                                     const std::vector<std::string>& pass_env = {}) {
    std::vector<char*> own;
    for (std::string& text : own_) own.push_back(text.data());
    own.push_back(nullptr);
    auto block = Environment(own.data(), pass_env).for_attempt(lease, "sess", "/o/7");
    if (!block) {
      error_ = block.error().message;
      return {};
    }
    return strings_of(*block);
  }
  static wire::Lease lease() {
    wire::Lease lease;
    lease.attempt = 7;
    lease.dag_id = "d";
    lease.run_id = "r";
    lease.task_id = "t";
    lease.try_number = 2;
    return lease;
  }

  std::vector<std::string> own_{"PATH=/bin", "HOME=/h", "SECRET=x", "AWS_KEY=k", "WEFT_TOKEN=y"};
  std::string error_;
};

TEST_F(EnvironmentTest, PassesLittleAndSaysWhoTheTaskIs) {
  const auto strings = block_for(lease());
  EXPECT_EQ(strings.at(0), "WEFT_ATTEMPT_ID=7");
  for (const char* text : {"PATH=/bin", "HOME=/h", "WEFT_FENCE=7", "WEFT_SESSION=sess",
                           "WEFT_OUTPUT=/o/7", "WEFT_DAG_ID=d", "WEFT_RUN_ID=r", "WEFT_TASK_ID=t",
                           "WEFT_TRY_NUMBER=2", "WEFT_MAP_INDEX=-1"})
    EXPECT_THAT(strings, Contains(text));
  EXPECT_THAT(strings, Not(Contains("SECRET=x")));
  EXPECT_THAT(strings, Not(Contains("AWS_KEY=k")));
  EXPECT_THAT(strings, Not(Contains("WEFT_TOKEN=y")));
}

TEST_F(EnvironmentTest, GlobsPassMoreAndTheLeaseWins) {
  wire::Lease with_env = lease();
  with_env.env = {{"HOME", "/other"}, {"WEFT_FENCE", "forged"}, {"X", "1=2"}};
  const auto strings = block_for(with_env, {"AWS_*"});
  EXPECT_THAT(strings, Contains("AWS_KEY=k"));
  EXPECT_THAT(strings, Contains("HOME=/other"));
  EXPECT_THAT(strings, Not(Contains("HOME=/h")));
  EXPECT_THAT(strings, Contains("X=1=2"));
  EXPECT_THAT(strings, Not(Contains("WEFT_FENCE=forged")));
}

TEST_F(EnvironmentTest, RefusesWhatNoProcessCanHave) {
  wire::Lease bad = lease();
  bad.env = {{"A", std::string("x\0y", 3)}};
  EXPECT_TRUE(block_for(bad).empty());
  EXPECT_THAT(error_, HasSubstr("env.A: the value contains a NUL"));
  bad.env = {{"A=B", "x"}};
  EXPECT_TRUE(block_for(bad).empty());
  EXPECT_THAT(error_, HasSubstr("cannot be the name"));
}

}  // namespace
}  // namespace weft::worker
