#include "server/storage/check.h"

#include <gmock/gmock.h>

#include "server/storage/writer.h"
#include "tests/unit/storage/rows.h"

namespace weft::storage {
namespace {

using namespace weft::test;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CheckTest : public ::testing::Test {
 protected:
  void SetUp() override {
    writer = std::move(Writer::open(":memory:").value());
    database = std::move(Database::open(writer->location(), OpenMode::read_write_create).value());
    InstanceRow running = instance_row(1, 1, TaskState::running);
    running.attempt = AttemptId{1};
    running.try_number = 1;
    put({dag_row(), version_row(), run_row(1), running, attempt_row(1, 1, 1),
         task_event(1, 1, TaskState::none, TaskState::scheduled),
         task_event(2, 1, TaskState::scheduled, TaskState::queued),
         task_event(3, 1, TaskState::queued, TaskState::running)});
  }
  void put(const std::vector<Change>& rows) {
    writer->begin();
    for (const Change& row : rows) ASSERT_TRUE(writer->write(row));
    ASSERT_TRUE(writer->commit());
  }
  std::string problems() {
    const auto report = check(*database);
    EXPECT_TRUE(report) << report.error().message;
    std::string all;
    for (const auto& problem : report->problems) all += problem + "\n";
    return all;
  }
  void damage(const std::string& sql) {
    ASSERT_TRUE(database->exec("PRAGMA foreign_keys=OFF; " + sql));
  }

  std::unique_ptr<Writer> writer;
  std::optional<Database> database;
};

TEST_F(CheckTest, finds_nothing_in_a_good_database) {
  EXPECT_THAT(problems(), IsEmpty());
  EXPECT_EQ(check(*database)->instances, 1);
  EXPECT_EQ(check(*database)->events, 3);
}

struct Damage {
  const char* name;
  const char* sql;
  const char* found;
};

class Damaged : public CheckTest, public ::testing::WithParamInterface<Damage> {};

TEST_P(Damaged, is_found) {
  damage(GetParam().sql);
  EXPECT_THAT(problems(), HasSubstr(GetParam().found));
}

INSTANTIATE_TEST_SUITE_P(
    Check, Damaged,
    ::testing::Values(
        Damage{"state", "UPDATE task_instance SET state = 4", "its events do not give"},
        Damage{"chain", "UPDATE event SET from_state = 9 WHERE id = 2", "event 2"},
        Damage{"end", "UPDATE run SET state = 2", "run 1 is over, but has no end"},
        Damage{"unfinished", "UPDATE run SET state = 2, ended_at = 1",
               "instance of it is not over"},
        Damage{"second",
               "INSERT INTO attempt SELECT 2, instance, run, 2, 0, worker, session, "
               "1, NULL, NULL, 0, 0, 0, 0, 0, 0, '' FROM attempt",
               "attempt 2 is active, but not the current"},
        Damage{"ended", "UPDATE attempt SET state = 2, ended_at = 1", "without an active attempt"},
        Damage{"orphan", "DELETE FROM run", "names a row of run"},
        Damage{"text", "UPDATE dag_version SET canonical = '{}'", "does not have its hash"},
        Damage{"twice",
               "INSERT INTO asset VALUES (1, 'a', 'a', 'asset', '{}', 1, 1); "
               "INSERT INTO asset_consumed VALUES (1, 1, 1, '', 1, 3), (2, 1, 1, '', 3, 4)",
               "run 2 has an event of an asset that another run"},
        Damage{"again",
               "INSERT INTO asset VALUES (1, 'a', 'a', 'asset', '{}', 1, 1); "
               "INSERT INTO asset_consumed VALUES (1, 1, 1, '', 1, 3); "
               "INSERT INTO asset_queue VALUES (1, 1, '', 1, 3, 3)",
               "run 1 had an event of an asset that waits again"},
        Damage{"silent", "DELETE FROM event WHERE id > 1; UPDATE event SET kind = 3",
               "left its first state without an event"}),
    [](const auto& info) { return info.param.name; });

TEST_F(CheckTest, another_schema_is_not_checked) {
  damage("PRAGMA user_version=77");
  EXPECT_THAT(check(*database).error().message, HasSubstr("77"));
}

}  // namespace
}  // namespace weft::storage
