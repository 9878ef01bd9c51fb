#include "server/auth/directory.h"

#include <gmock/gmock.h>

#include "server/auth/token.h"

namespace weft::auth {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Instant now = from_micros(1'767'225'600'000'000);

class DirectoryTest : public ::testing::Test {
 protected:
  DirectoryTest() {
    ada_.role = "editor";
    ada_.grants = nlohmann::json::parse(R"([{"role": "admin", "dag_id": "a"}])");
    ada_.epoch = 3;
    directory_.load({ada_}, {row("t1", api_)});
  }
  static TokenRow row(const std::string& id, const std::string& token) {
    return {.id = id, .hash = token_hash(token), .user = "ada", .created_at = now};
  }
  TokenRow session(const std::string& id, std::int64_t epoch, Duration age = {}) const {
    TokenRow made = row(id, "session " + id);
    made.kind = TokenRow::Kind::session;
    made.epoch = epoch;
    made.created_at = now - age;
    made.expires_at = made.created_at + std::chrono::hours(24);
    return made;
  }
  void put(std::variant<VariableRow, ConnectionRow, UserRow, TokenRow, RecordDeleted> record) {
    directory_.apply(RecordChanged{std::move(record)});
  }
  bool knows(const std::string& token, Instant at = now) const {
    return directory_.find(token, at).has_value();
  }

  const std::string api_ = make_token();
  UserRow ada_{.name = "ada"};
  Directory directory_;
};

TEST(LastAdmin, is_the_only_one_who_may_sign_in) {
  const UserRow boss{.name = "boss", .role = "admin"}, ada{.name = "ada", .role = "editor"};
  const UserRow off{.name = "off", .role = "admin", .is_disabled = true};
  const UserRow second{.name = "second", .role = "admin"};
  EXPECT_TRUE(is_last_admin({ada, boss, off}, "boss"));
  EXPECT_FALSE(is_last_admin({ada, boss, off}, "off")) << "is none";
  EXPECT_FALSE(is_last_admin({ada, boss, off}, "ada"));
  EXPECT_FALSE(is_last_admin({boss, second}, "boss"));
  EXPECT_FALSE(is_last_admin({ada}, "boss")) << "there is no such user";
}

TEST_F(DirectoryTest, tells_whom_a_token_stands_for) {
  const auto caller = directory_.find(api_, now);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->user, "ada");
  EXPECT_EQ(caller->role, Role::editor);
  ASSERT_EQ(caller->grants.size(), 1u);
  EXPECT_EQ(caller->grants[0].dag_id, "a");
  EXPECT_EQ(caller->cap, std::nullopt);
  EXPECT_EQ(caller->token_id, "t1");
  EXPECT_FALSE(knows(make_token()));
  EXPECT_FALSE(knows(""));
  EXPECT_FALSE(knows(token_hash(api_)));
  EXPECT_FALSE(knows("t1"));
}

TEST_F(DirectoryTest, a_token_with_a_role_is_capped_and_with_an_unknown_one_worthless) {
  TokenRow capped = row("t2", "two");
  capped.role = "viewer";
  put(capped);
  EXPECT_EQ(directory_.find("two", now)->cap, Role::viewer);
  capped.role = "owner";
  put(capped);
  EXPECT_EQ(directory_.find("two", now)->cap, Role::none);
}

TEST_F(DirectoryTest, a_token_ends_at_its_moment) {
  TokenRow brief = row("t2", "two");
  brief.expires_at = now + std::chrono::seconds(1);
  put(brief);
  EXPECT_TRUE(knows("two", now));
  EXPECT_FALSE(knows("two", now + std::chrono::seconds(1)));
}

TEST_F(DirectoryTest, a_deleted_token_and_those_of_a_deleted_user_are_unknown) {
  put(row("t2", "two"));
  put(RecordDeleted{RecordKind::token, "t1"});
  EXPECT_FALSE(knows(api_));
  EXPECT_TRUE(knows("two"));
  put(RecordDeleted{RecordKind::variable, "ada"});
  EXPECT_TRUE(knows("two"));
  put(RecordDeleted{RecordKind::user, "ada"});
  EXPECT_FALSE(knows("two"));
  EXPECT_EQ(directory_.user("ada"), nullptr);
  // A user of the same name does not inherit them.
  put(ada_);
  EXPECT_FALSE(knows("two"));
}

TEST_F(DirectoryTest, a_changed_hash_ends_the_old_token) {
  put(row("t1", "other"));
  EXPECT_FALSE(knows(api_));
  EXPECT_TRUE(knows("other"));
}

TEST_F(DirectoryTest, a_disabled_user_has_no_token) {
  ada_.is_disabled = true;
  put(ada_);
  EXPECT_FALSE(knows(api_));
  ada_.is_disabled = false;
  put(ada_);
  EXPECT_TRUE(knows(api_));
}

TEST_F(DirectoryTest, a_new_epoch_ends_sessions_and_no_api_token) {
  put(session("s1", 3));
  EXPECT_TRUE(knows("session s1"));
  ada_.epoch = 4;
  put(ada_);
  EXPECT_FALSE(knows("session s1"));
  EXPECT_TRUE(knows(api_));
}

TEST_F(DirectoryTest, a_change_of_role_counts_at_once) {
  ada_.role = "viewer";
  ada_.grants = nlohmann::json::array();
  put(ada_);
  EXPECT_EQ(directory_.find(api_, now)->role, Role::viewer);
  EXPECT_THAT(directory_.find(api_, now)->grants, IsEmpty());
}

TEST_F(DirectoryTest, use_is_written_back_once_a_minute) {
  const auto used = directory_.note_use("t1", now);
  ASSERT_TRUE(used);
  EXPECT_EQ(used->last_used_at, now);
  EXPECT_EQ(used->hash, token_hash(api_));
  EXPECT_FALSE(directory_.note_use("t1", now + std::chrono::seconds(59)));
  EXPECT_TRUE(directory_.note_use("t1", now + std::chrono::seconds(60)));
  EXPECT_FALSE(directory_.note_use("nope", now));
}

TEST_F(DirectoryTest, spent_sessions_are_those_that_are_over_and_the_oldest_of_too_many) {
  put(session("old", 3, std::chrono::hours(25)));
  put(session("gone", 2));
  put(session("a", 3, std::chrono::hours(3)));
  put(session("b", 3, std::chrono::hours(2)));
  put(session("c", 3, std::chrono::hours(1)));
  EXPECT_THAT(directory_.spent_sessions("ada", now, 2, 10), ElementsAre("gone", "old", "a"));
  EXPECT_THAT(directory_.spent_sessions("ada", now, 3, 1), ElementsAre("gone"));
  EXPECT_THAT(directory_.spent_sessions("bob", now, 0, 10), IsEmpty());
}

}  // namespace
}  // namespace weft::auth
