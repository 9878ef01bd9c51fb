#include "server/auth/worker_keys.h"

#include <gmock/gmock.h>

#include "server/auth/token.h"
#include "server/storage/queries/operations.h"
#include "server/storage/queries/worker_keys.h"
#include "server/storage/readers.h"
#include "server/storage/writer.h"

namespace weft::auth {
namespace {

using storage::JoinTokenRow;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using By = WorkerCaller::By;

const std::string file_token = "weft_" + std::string(64, 'f');

class WorkerKeysTest : public ::testing::Test {
 protected:
  /// Makes a join token; returns it.
  std::string invite(JoinTokenRow row) {
    const std::string token = make_token(join_prefix);
    row.id = "j" + std::to_string(++invites_);
    row.hash = token_hash(token);
    row.created_by = "admin";
    row.created_at = now_.wall;
    if (row.expires_at == Instant{}) row.expires_at = now_.wall + std::chrono::hours(24);
    EXPECT_TRUE(keys_.invite(row, {"admin", "192.0.2.1"}));
    return token;
  }
  static wire::RegisterRequest request(const std::string& name, char session = 'a') {
    wire::RegisterRequest out;
    out.name = name;
    out.host = "host";
    out.slots = 1;
    out.queues = {"default"};
    out.session = std::string(32, session);
    return out;
  }
  Result<std::string> join(const std::string& token, const wire::RegisterRequest& request) {
    const auto caller = keys_.identify(token, now_.wall);
    if (!caller) return fail(ErrorCode::unauthenticated, caller.error());
    return keys_.join(*caller, request, "192.0.2.9");
  }
  static std::string refusal(const Result<std::string>& joined) {
    return joined ? "let in" : std::string(error_code_name(joined.error().code));
  }
  std::vector<std::string> audit() {
    std::vector<std::string> lines;
    const auto list = readers_->with([](storage::Reader& reader) {
      return storage::list_audit(reader, {}, {{"id", false}}, {.limit = 100});
    });
    for (const auto& record : list.value().rows)
      lines.push_back(record.row.actor + " " + record.row.action + " " + record.row.remote);
    return lines;
  }
  Result<void> store(const Engine::Write& write) {
    if (broken_) return fail(ErrorCode::unavailable, "the disk is full");
    writer_->begin();
    auto done = write(*writer_, now_);
    if (done) done = writer_->commit();
    if (!done) writer_->rollback();
    return done;
  }

  Now now_{from_micros(1'767'225'600'000'000), std::chrono::hours(1)};
  std::unique_ptr<storage::Writer> writer_ = storage::Writer::open(":memory:").value();
  std::unique_ptr<storage::Readers> readers_ =
      storage::Readers::open(writer_->location(), 1).value();
  bool broken_ = false;
  int invites_ = 0;
  std::vector<std::string> dropped_;
  WorkerKeys keys_{file_token, [this](const Engine::Write& write) { return store(write); },
                   [this](const std::string& worker) { dropped_.push_back(worker); }};
};

TEST_F(WorkerKeysTest, AJoinTokenBringsAKey) {
  const std::string token = invite({});
  EXPECT_EQ(keys_.identify(token, now_.wall)->by, By::join_token);
  const auto key = join(token, request("w1"));
  ASSERT_TRUE(key);
  EXPECT_TRUE(is_token(*key, key_prefix));
  const auto caller = keys_.identify(*key, now_.wall);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->by, By::key);
  EXPECT_EQ(caller->worker, "w1");
  EXPECT_EQ(keys_.standing("w1"), Standing::has_key);
  EXPECT_THAT(audit(),
              ElementsAre("admin create_join_token 192.0.2.1", "worker:w1 join_worker 192.0.2.9"));
}

TEST_F(WorkerKeysTest, ASingleUseTokenLetsOneWorkerIn) {
  const std::string token = invite({});
  ASSERT_TRUE(join(token, request("w1")));
  const auto replayed = join(token, request("w2", 'b'));
  EXPECT_EQ(refusal(replayed), "unauthenticated");
  EXPECT_THAT(replayed.error().message, HasSubstr("used already, by the worker \"w1\""));
  EXPECT_EQ(refusal(join(token, request("w1", 'b'))), "unauthenticated");
  EXPECT_EQ(keys_.standing("w2"), Standing::no_key);
}

TEST_F(WorkerKeysTest, ALostAnswerIsGivenAgainUntilTheKeyIsUsed) {
  const std::string token = invite({});
  const auto lost = join(token, request("w1")), again = join(token, request("w1"));
  ASSERT_TRUE(lost);
  ASSERT_TRUE(again);
  EXPECT_FALSE(keys_.identify(*lost, now_.wall));
  EXPECT_TRUE(keys_.identify(*again, now_.wall));
  EXPECT_EQ(refusal(join(token, request("w1"))), "unauthenticated");
}

TEST_F(WorkerKeysTest, ALostAnswerIsNotGivenForLong) {
  const std::string token = invite({});
  ASSERT_TRUE(join(token, request("w1")));
  now_.wall += std::chrono::minutes(10);
  EXPECT_EQ(refusal(join(token, request("w1"))), "unauthenticated");
}

TEST_F(WorkerKeysTest, ATokenForManyEndsWithItsTime) {
  const std::string token =
      invite({.is_once = false, .expires_at = now_.wall + std::chrono::hours(2)});
  EXPECT_TRUE(join(token, request("w1")));
  EXPECT_TRUE(join(token, request("w2", 'b')));
  now_.wall += std::chrono::hours(2);
  const auto late = join(token, request("w3", 'c'));
  EXPECT_EQ(refusal(late), "unauthenticated");
  EXPECT_THAT(late.error().message, HasSubstr("expired"));
}

TEST_F(WorkerKeysTest, ATokenIsBoundToItsNameAndQueues) {
  const std::string token = invite({.worker = "w1", .queues = {"big"}});
  auto wrong_queue = request("w1");
  EXPECT_EQ(refusal(join(token, request("w2"))), "permission_denied");
  EXPECT_EQ(refusal(join(token, wrong_queue)), "permission_denied");
  wrong_queue.queues = {"big"};
  const auto key = join(token, wrong_queue);
  ASSERT_TRUE(key);
  EXPECT_THAT(keys_.identify(*key, now_.wall)->queues, ElementsAre("big"));
}

TEST_F(WorkerKeysTest, ANameWithAKeyIsTakenOverOnlyByWhoIsInvitedForIt) {
  const auto first = join(invite({}), request("w1"));
  ASSERT_TRUE(first);
  EXPECT_EQ(refusal(join(invite({.is_once = false}), request("w1", 'b'))), "conflict");
  EXPECT_TRUE(keys_.identify(*first, now_.wall));
  const auto second = join(invite({.worker = "w1"}), request("w1", 'b'));
  ASSERT_TRUE(second);
  EXPECT_FALSE(keys_.identify(*first, now_.wall));
  const auto third = join(file_token, request("w1", 'c'));
  ASSERT_TRUE(third);
  EXPECT_FALSE(keys_.identify(*second, now_.wall));
  EXPECT_TRUE(keys_.identify(*third, now_.wall));
}

TEST_F(WorkerKeysTest, ARevokedNameIsShutUntilItIsInvitedAgain) {
  const std::string before = invite({.worker = "w1"});
  const auto key = join(file_token, request("w1"));
  ASSERT_TRUE(key);
  now_.wall += std::chrono::seconds(1);
  ASSERT_TRUE(keys_.revoke("w1", {"admin", "192.0.2.1"}));
  EXPECT_THAT(dropped_, ElementsAre("w1"));
  const auto caller = keys_.identify(*key, now_.wall);
  ASSERT_FALSE(caller);
  EXPECT_THAT(caller.error(), HasSubstr("\"w1\" was revoked"));
  EXPECT_EQ(keys_.revoke("w1", {}).error().code, ErrorCode::conflict);
  for (const std::string& token : {file_token, before, invite({})})
    EXPECT_EQ(refusal(join(token, request("w1", 'b'))), "unauthenticated");
  auto old = request("w1", 'b');
  old.protocol = 1;
  EXPECT_EQ(refusal(join(file_token, old)), "unauthenticated");
  EXPECT_TRUE(join(invite({.worker = "w1"}), request("w1", 'b')));
  EXPECT_FALSE(keys_.identify(*key, now_.wall));
}

TEST_F(WorkerKeysTest, AWorkerWithoutAKeyCanBeRevokedToo) {
  auto old = request("w1");
  old.protocol = 1;
  EXPECT_EQ(join(file_token, old).value(), "");
  const WorkerCaller caller = *keys_.identify(file_token, now_.wall);
  EXPECT_TRUE(keys_.may_speak_for(caller, "w1"));
  ASSERT_TRUE(keys_.revoke("w1", {}));
  EXPECT_FALSE(keys_.may_speak_for(caller, "w1"));
  EXPECT_TRUE(keys_.may_speak_for(caller, "w2"));
  EXPECT_EQ(refusal(join(file_token, old)), "unauthenticated");
}

TEST_F(WorkerKeysTest, AnOldWorkerGoesOnWithTheFilesToken) {
  const auto key = join(file_token, request("w1"));
  ASSERT_TRUE(key);
  const WorkerCaller by_file = *keys_.identify(file_token, now_.wall);
  EXPECT_FALSE(keys_.may_speak_for(by_file, "w1"));
  auto old = request("w1", 'b');
  old.protocol = 1;
  EXPECT_EQ(refusal(join(invite({}), old)), "invalid_argument");
  EXPECT_EQ(join(file_token, old).value(), "");
  EXPECT_FALSE(keys_.identify(*key, now_.wall));
  EXPECT_TRUE(keys_.may_speak_for(by_file, "w1"));
}

TEST_F(WorkerKeysTest, AKeySpeaksForItsWorkerAlone) {
  const auto key = join(invite({}), request("w1"));
  const WorkerCaller caller = *keys_.identify(*key, now_.wall);
  EXPECT_TRUE(keys_.may_speak_for(caller, "w1"));
  EXPECT_FALSE(keys_.may_speak_for(caller, "w"));
  EXPECT_FALSE(keys_.may_speak_for(caller, "w2"));
  EXPECT_FALSE(keys_.may_speak_for({.by = By::join_token, .token_id = "j1"}, "w1"));
}

TEST_F(WorkerKeysTest, WhatIsNotStoredDoesNotCount) {
  const std::string token = invite({});
  const auto key = join(file_token, request("w1"));
  broken_ = true;
  EXPECT_EQ(refusal(join(token, request("w2", 'b'))), "unavailable");
  EXPECT_FALSE(keys_.revoke("w1", {}));
  EXPECT_FALSE(keys_.take_back("j1", {}));
  EXPECT_TRUE(keys_.identify(*key, now_.wall));
  EXPECT_TRUE(dropped_.empty());
  broken_ = false;
  EXPECT_TRUE(join(token, request("w2", 'b')));
}

TEST_F(WorkerKeysTest, ADeletedTokenLetsNobodyIn) {
  const std::string token = invite({});
  const WorkerCaller caller = *keys_.identify(token, now_.wall);
  ASSERT_TRUE(keys_.take_back("j1", {"admin", ""}));
  EXPECT_FALSE(keys_.identify(token, now_.wall));
  EXPECT_EQ(refusal(keys_.join(caller, request("w1"), "")), "unauthenticated");
  EXPECT_EQ(keys_.take_back("j1", {}).error().code, ErrorCode::not_found);
}

TEST_F(WorkerKeysTest, TheDatabaseHasAllOfItButNoToken) {
  const std::string spent = invite({.queues = {"default"}}), fresh = invite({.worker = "w2"});
  const auto key = join(spent, request("w1"));
  ASSERT_TRUE(key);
  ASSERT_TRUE(keys_.revoke("w3", {"admin", ""}));
  const auto tokens = readers_->with(storage::all_join_tokens).value();
  const auto rows = readers_->with(storage::all_worker_keys).value();
  for (const JoinTokenRow& row : tokens) EXPECT_EQ(row.hash.size(), 64u);
  WorkerKeys after(file_token, {}, {});
  after.load(tokens, rows);
  EXPECT_EQ(after.identify(*key, now_.wall)->worker, "w1");
  EXPECT_THAT(after.identify(*key, now_.wall)->queues, ElementsAre("default"));
  EXPECT_EQ(after.identify(fresh, now_.wall)->token_id, "j2");
  EXPECT_EQ(after.standing("w3"), Standing::revoked);
  const auto used = readers_->with(
      [](storage::Reader& reader) { return storage::find_join_token(reader, "j1"); });
  EXPECT_EQ((*used)->used_by, "w1");
  EXPECT_EQ((*used)->used_at, now_.wall);
}

TEST_F(WorkerKeysTest, WhatEndedLongAgoIsTidiedUp) {
  invite({.expires_at = now_.wall + std::chrono::hours(1)});
  now_.wall += std::chrono::hours(24 * 31);
  invite({});
  const auto left = readers_->with(storage::all_join_tokens).value();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].id, "j2");
}

}  // namespace
}  // namespace weft::auth
