// What the worker shows: a token to join, its key from then on.

#include <gmock/gmock.h>

#include "tests/unit/worker/protocol_fixture.h"

namespace weft::worker::protocol_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const std::string life(32, 'a');

class ProtocolKeyTest : public ProtocolTest {
 protected:
  void start(bool has_key, bool has_token) {
    protocol_ = Protocol({.name = "w",
                          .slots = 2,
                          .queues = {"default"},
                          .has_key = has_key,
                          .has_token = has_token},
                         1);
    protocol_.runner_up({.session = life});
    step();
  }
  void registered(const std::string& key = "") {
    answer(CallKind::registration, wire::to_json_text(wire::RegisterResponse{
                                       .worker_id = 1, .database_id = "db", .key = key}));
    step();
  }
  void refused(CallKind kind, const std::string& why = "was revoked") {
    answer(kind,
           nlohmann::json({{"status", 401}, {"code", "unauthenticated"}, {"detail", why}}).dump(),
           401);
    step();
  }
};

TEST_F(ProtocolKeyTest, TheKeyComesOutOfTheRegistration) {
  start(false, true);
  registered("k");
  EXPECT_EQ(out_.new_key, "k");
  EXPECT_EQ(protocol_.server().key, "") << "nothing keeps it by accident";
  EXPECT_THAT(kinds(), ElementsAre(CallKind::sync));
  step();
  EXPECT_EQ(out_.new_key, "");
}

TEST_F(ProtocolKeyTest, AServerWithoutKeysIsServedAsBefore) {
  start(false, true);
  registered();
  EXPECT_EQ(out_.new_key, "");
  EXPECT_THAT(kinds(), ElementsAre(CallKind::sync));
}

TEST_F(ProtocolKeyTest, ARefusedKeyWithoutATokenEndsTheAgent) {
  start(true, false);
  registered();
  refused(CallKind::sync);
  ASSERT_TRUE(out_.exit);
  EXPECT_EQ(out_.exit->code, 3);
  EXPECT_THAT(out_.exit->message, HasSubstr("this worker's key: was revoked"));
}

TEST_F(ProtocolKeyTest, ARefusedKeyIsReplacedByTheTokenAndNothingIsLost) {
  start(true, true);
  registered();
  answer_sync({.leases = {lease(1)}});
  now_ += second;
  step();
  protocol_.attempt_finished(success(1));
  step();
  refused(CallKind::sync);
  EXPECT_FALSE(out_.exit);
  EXPECT_TRUE(out_.use_join_token);
  EXPECT_TRUE(out_.abort_calls);
  EXPECT_THAT(kinds(), ElementsAre(CallKind::registration));
  EXPECT_EQ(sent_register().session, life);
  registered("k2");
  EXPECT_EQ(out_.new_key, "k2");
  EXPECT_THAT(kinds(), ElementsAre(CallKind::results, CallKind::sync));
  EXPECT_THAT(sent_results().results, SizeIs(1));
}

TEST_F(ProtocolKeyTest, WhenBothAreRefusedBothReasonsAreTold) {
  start(true, true);
  refused(CallKind::registration, "was revoked");
  refused(CallKind::registration, "was used already");
  ASSERT_TRUE(out_.exit);
  EXPECT_EQ(out_.exit->code, 3);
  EXPECT_THAT(out_.exit->message, HasSubstr("was revoked"));
  EXPECT_THAT(out_.exit->message, HasSubstr("was used already"));
}

TEST_F(ProtocolKeyTest, OnlyTheServersOwnWordEndsAKey) {
  start(true, true);
  answer(CallKind::registration, "<html>sign in at the proxy</html>", 401);
  step();
  EXPECT_FALSE(out_.use_join_token);
  ASSERT_TRUE(out_.exit);
}

TEST_F(ProtocolKeyTest, ResultsOfADeadSessionThatIsAnothersAreGivenUp) {
  protocol_ = Protocol({.name = "w", .slots = 2, .queues = {"default"}, .has_key = true}, 1);
  protocol_.restore({std::string(32, 'd')}, {{std::string(32, 'd'), success(7)}});
  protocol_.runner_up({.session = life});
  step();
  registered();
  ASSERT_THAT(kinds(), ElementsAre(CallKind::results));
  answer(CallKind::results, problem(403, "permission_denied"), 403);
  step();
  EXPECT_FALSE(out_.exit);
  EXPECT_TRUE(out_.clear_spool);
  EXPECT_THAT(kinds(), ElementsAre(CallKind::registration));
}

}  // namespace
}  // namespace weft::worker::protocol_test
