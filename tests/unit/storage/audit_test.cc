#include <gmock/gmock.h>

#include "server/storage/audit_chain.h"
#include "server/storage/writer.h"
#include "tests/unit/storage/temp_folder.h"

namespace weft::storage {
namespace {

using ::testing::HasSubstr;
using weft::test::TempFolder;

class AuditTest : public ::testing::Test {
 protected:
  AuditTest() { open(); }
  void open() {
    writer_.reset();
    writer_ = Writer::open(folder_ / "weft.db").value();
  }
  void append(const std::string& action, bool commit = true) {
    writer_->begin();
    ASSERT_TRUE(writer_->write(
        AuditRow{from_micros(7), "ada", "192.0.2.7", action, "orders", "r", "t", "{}"}));
    if (commit)
      ASSERT_TRUE(writer_->commit());
    else
      writer_->rollback();
  }
  Database database() {
    return Database::open(folder_ / "weft.db", OpenMode::read_write_create).value();
  }
  AuditVerdict verdict() {
    auto db = database();
    return verify_audit(db).value();
  }
  /// As somebody would who can write the file.
  void tamper(const std::string& sql) {
    auto db = database();
    const auto done = db.exec(
        "DROP TRIGGER IF EXISTS audit_is_not_changed; "
        "DROP TRIGGER IF EXISTS audit_is_not_deleted; " +
        sql);
    ASSERT_TRUE(done) << done.error().message;
  }

  TempFolder folder_;
  std::unique_ptr<Writer> writer_;
};

TEST_F(AuditTest, is_a_chain_over_restarts_and_failed_batches) {
  EXPECT_EQ(verdict().rows, 0);
  append("pause");
  append("lost", false);
  append("trigger");
  open();
  append("clear");
  const auto found = verdict();
  EXPECT_EQ(found.problem, "");
  EXPECT_EQ(found.rows, 3);
  EXPECT_EQ(found.head.size(), 64u);
}

TEST_F(AuditTest, a_changed_row_is_found) {
  for (const char* action : {"pause", "trigger", "clear"}) append(action);
  for (const char* column :
       {"at", "actor", "remote", "action", "dag_id", "run_id", "task_id", "detail"}) {
    append("more");
    const std::string name = column;
    tamper("CREATE TABLE kept AS SELECT * FROM audit; UPDATE audit SET " + name + " = " +
           (name == "at" ? "8" : "'mallory'") + " WHERE id = 2");
    EXPECT_THAT(verdict().problem, HasSubstr("row 2 ")) << column;
    tamper("UPDATE audit SET " + name + " = (SELECT " + name +
           " FROM kept WHERE id = 2) WHERE id = 2; DROP TABLE kept");
    EXPECT_EQ(verdict().problem, "") << column;
  }
}

TEST_F(AuditTest, a_row_that_is_gone_is_found) {
  for (const char* action : {"pause", "trigger", "clear"}) append(action);
  const std::string head = verdict().head;
  tamper("DELETE FROM audit WHERE id = 2");
  EXPECT_THAT(verdict().problem, HasSubstr("what was between is gone"));
  EXPECT_EQ(verdict().head, head);
}

TEST_F(AuditTest, the_table_is_only_appended_to) {
  append("pause");
  auto db = database();
  for (const char* sql : {"UPDATE audit SET actor = 'x'", "DELETE FROM audit"}) {
    const auto refused = db.exec(sql);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("only appended to"));
  }
}

TEST_F(AuditTest, fields_do_not_run_into_each_other) {
  const AuditRow one{.actor = "ab", .action = "c"}, other{.actor = "a", .action = "bc"};
  EXPECT_NE(audit_hash("", one), audit_hash("", other));
  EXPECT_NE(audit_hash("x", one), audit_hash("y", one));
}

}  // namespace
}  // namespace weft::storage
