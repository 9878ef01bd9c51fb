// A real agent that joins once and shows its key from then on.

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/worker/agent_fixture.h"

namespace weft::worker {
namespace {

using ::testing::ElementsAre;

const std::string own_key = "weft_key_1", other_key = "weft_key_2";

class AgentKeyTest : public AgentTest {
 protected:
  std::string key_file() { return dir_.path() + "/key"; }
  bool wait_registrations(std::size_t count) {
    return server_.wait([&](auto& record) { return record.registrations.size() >= count; });
  }
};

TEST_F(AgentKeyTest, TheKeyIsKeptForItsOwnerAndSurvivesARestart) {
  server_.set_key(own_key);
  start_agent();
  const auto first = lease("exit 0");
  ASSERT_TRUE(wait_result(first));
  EXPECT_EQ(read_file(key_file()), own_key + "\nw1\n");
  struct stat facts {};
  ASSERT_EQ(stat(key_file().c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  kill_agent();
  server_.spend_token();
  start_agent("");
  const auto second = lease("exit 0");
  ASSERT_TRUE(wait_result(second));
  EXPECT_THAT(server_.record().registered_with, ElementsAre(server_.token, own_key));
}

TEST_F(AgentKeyTest, ARevokedWorkerEndsWithThree) {
  server_.set_key(own_key);
  start_agent();
  const auto attempt = lease("exit 0");
  ASSERT_TRUE(wait_result(attempt));
  server_.spend_token();
  server_.set_key("");
  EXPECT_EQ(wait_agent(), 3);
  start_agent("");
  EXPECT_EQ(wait_agent(), 3);
}

TEST_F(AgentKeyTest, WithAFreshTokenItJoinsAgainAndItsTasksGoOn) {
  server_.set_key(own_key);
  start_agent();
  const auto attempt = lease(until_go + "exit 4");
  ASSERT_TRUE(wait_started(attempt));
  server_.set_key(other_key);
  ASSERT_TRUE(wait_registrations(2));
  go();
  ASSERT_TRUE(wait_result(attempt));
  EXPECT_EQ(server_.record().results[attempt].exit_code, 4);
  EXPECT_THAT(server_.record().registered_with, ElementsAre(server_.token, server_.token));
  EXPECT_EQ(read_file(key_file()), other_key + "\nw1\n");
}

TEST_F(AgentKeyTest, WithoutKeyAndTokenItDoesNotStart) {
  start_agent("");
  EXPECT_EQ(wait_agent(), 2);
}

TEST_F(AgentKeyTest, TheKeyOfAnotherNameIsNotShown) {
  server_.set_key(own_key);
  std::filesystem::create_directories(dir_.path());
  std::ofstream(key_file()) << own_key << "\nw2\n";
  start_agent();
  const auto attempt = lease("exit 0");
  ASSERT_TRUE(wait_result(attempt));
  EXPECT_THAT(server_.record().registered_with, ElementsAre(server_.token));
}

}  // namespace
}  // namespace weft::worker
