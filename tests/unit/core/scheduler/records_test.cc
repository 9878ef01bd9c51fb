// Variables, connections, users and tokens on their way through the one writer.

#include <gmock/gmock.h>

#include "tests/unit/core/scheduler/lab.h"

namespace weft::test {
namespace {

using ::testing::HasSubstr;

class Records : public ::testing::Test {
 protected:
  Result<Answer> put(Record record, PutRecord::Mode mode = PutRecord::Mode::put) {
    return lab_.apply(PutRecord{.record = std::move(record),
                                .mode = mode,
                                .actor = {"ada", "192.0.2.7"},
                                .action = "put",
                                .detail = "{}"});
  }
  static VariableRow variable(const std::string& key) {
    VariableRow row;
    row.key = key;
    row.value = "sealed";
    return row;
  }
  static UserRow user(const std::string& name) {
    UserRow row;
    row.name = name;
    row.grants = nlohmann::json::array();
    return row;
  }
  static TokenRow token(const std::string& id, const std::string& owner) {
    TokenRow row;
    row.id = id;
    row.hash = "hash";
    row.user = owner;
    return row;
  }
  bool has(RecordKind kind, const std::string& key) { return lab_.writer().has_record(kind, key); }

  Lab lab_;
};

TEST_F(Records, are_created_once_and_changed_only_when_they_are_there) {
  using Mode = PutRecord::Mode;
  EXPECT_EQ(put(variable("a"), Mode::update).error().code, ErrorCode::not_found);
  EXPECT_TRUE(put(variable("a"), Mode::create));
  const auto again = put(variable("a"), Mode::create);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::conflict);
  EXPECT_THAT(again.error().message, HasSubstr("variable \"a\" exists already"));
  EXPECT_TRUE(put(variable("a"), Mode::update));
  EXPECT_TRUE(put(variable("a")));
  EXPECT_EQ(put(variable("")).error().code, ErrorCode::unprocessable);
  EXPECT_EQ(put(variable(std::string(251, 'x'))).error().code, ErrorCode::unprocessable);
}

TEST_F(Records, survive_a_restart_and_go_when_they_are_deleted) {
  ConnectionRow connection;
  connection.connection_id = "erp";
  ASSERT_TRUE(put(connection));
  ASSERT_TRUE(put(variable("a")));
  lab_.restart();
  EXPECT_TRUE(has(RecordKind::connection, "erp"));
  EXPECT_TRUE(lab_.apply(DeleteRecord{RecordKind::variable, "a", "ada", ""}));
  EXPECT_FALSE(has(RecordKind::variable, "a"));
  const auto gone = lab_.apply(DeleteRecord{RecordKind::variable, "a", "ada", ""});
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::not_found);
}

TEST_F(Records, a_token_belongs_to_a_user_and_goes_with_it) {
  EXPECT_EQ(put(token("t", "ada")).error().code, ErrorCode::not_found);
  ASSERT_TRUE(put(user("ada")));
  ASSERT_TRUE(put(user("grace")));
  ASSERT_TRUE(put(token("t", "ada")));
  ASSERT_TRUE(put(token("u", "grace")));
  ASSERT_TRUE(lab_.apply(DeleteRecord{RecordKind::user, "ada", "grace", ""}));
  EXPECT_FALSE(has(RecordKind::token, "t"));
  EXPECT_TRUE(has(RecordKind::token, "u"));
}

TEST_F(Records, go_without_a_line_of_the_audit_when_another_command_has_it) {
  ASSERT_TRUE(put(variable("a")));
  const auto lines = [&] {
    return std::count_if(lab_.changes().begin(), lab_.changes().end(), [](const Change& change) {
      return std::get_if<AuditRow>(&change) != nullptr;
    });
  };
  const auto before = lines();
  ASSERT_TRUE(lab_.apply(
      DeleteRecord{.kind = RecordKind::variable, .key = "a", .actor = "ada", .is_audited = false}));
  EXPECT_EQ(lines() - before, 0);
  EXPECT_FALSE(has(RecordKind::variable, "a"));
}

TEST_F(Records, are_told_to_the_audit_with_who_and_from_where) {
  ASSERT_TRUE(put(variable("a")));
  const AuditRow* row = nullptr;
  for (const Change& change : lab_.changes())
    if (const auto* audit = std::get_if<AuditRow>(&change)) row = audit;
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->actor, "ada");
  EXPECT_EQ(row->remote, "192.0.2.7");
  EXPECT_EQ(row->action, "put");
}

}  // namespace
}  // namespace weft::test
