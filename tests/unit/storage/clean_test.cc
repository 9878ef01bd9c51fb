#include "server/storage/clean.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "server/storage/check.h"
#include "server/storage/data_lock.h"
#include "server/storage/log_store.h"
#include "server/storage/writer.h"
#include "tests/unit/storage/rows.h"
#include "tests/unit/storage/temp_folder.h"

namespace weft::storage {
namespace {

using ::testing::HasSubstr;
using weft::test::TempFolder;
namespace fs = std::filesystem;

/// Run 7 is the newest, and what ended before at(6500) is the first six.
constexpr int all_runs = 7;
const Instant old = weft::test::at(6500), now = weft::test::at(100'000);

class Clean : public ::testing::Test {
 protected:
  Clean() {
    fs::create_directories(data_);
    const auto writer = open();
    write(*writer, {weft::test::dag_row(), weft::test::version_row()});
    LogStore logs(data_ + "/logs");
    for (std::int64_t id = 1; id <= all_runs; ++id) {
      write(*writer, {weft::test::run_row(id, RunState::success),
                      weft::test::instance_row(id, id, TaskState::success),
                      weft::test::attempt_row(id, id, id, AttemptState::success)});
      EXPECT_TRUE(logs.append({DagKey{1}, RunId{id}, InstanceId{id}, AttemptId{id}}, 0, "hello"));
    }
  }

  std::unique_ptr<Writer> open() { return std::move(Writer::open(database_path(data_)).value()); }
  static void write(Writer& writer, const std::vector<Change>& rows) {
    writer.begin();
    for (const Change& row : rows) ASSERT_TRUE(writer.write(row));
    ASSERT_TRUE(writer.commit());
  }
  CleanReport clean(const CleanOptions& options) {
    auto done = storage::clean(data_, options, "test", now);
    EXPECT_TRUE(done) << done.error().message;
    return done.value_or(CleanReport{});
  }
  std::string refusal() {
    const auto done = storage::clean(data_, {.runs_before = old, .keep_last = 0}, "test", now);
    return done ? "" : done.error().message;
  }
  std::int64_t stored(const std::string& sql) {
    auto database = Database::open(database_path(data_), OpenMode::read_only).value();
    return database.query_integer(sql).value();
  }
  std::int64_t runs() { return stored("SELECT count(*) FROM run"); }

  TempFolder folder_;
  const std::string data_ = folder_ / "data";
};

TEST_F(Clean, forgets_what_ended_before_with_all_that_came_of_it) {
  const CleanReport report = clean({.runs_before = old, .keep_last = 0});
  EXPECT_EQ(report.dags, 1);
  EXPECT_EQ(report.runs, 6);
  EXPECT_EQ(report.instances, 6);
  EXPECT_EQ(report.logs, 6);
  EXPECT_EQ(stored("SELECT max(id) - min(id) + count(*) FROM run"), 1);
  EXPECT_EQ(stored("SELECT count(*) FROM attempt"), 1);
  EXPECT_EQ(stored("SELECT count(*) FROM audit WHERE actor = 'test'"), 1);
  auto database = Database::open(database_path(data_), OpenMode::read_only).value();
  EXPECT_THAT(check(database).value().problems, testing::IsEmpty());
}

TEST_F(Clean, keeps_the_newest_of_each_dag) {
  EXPECT_EQ(clean({.runs_before = now, .keep_last = 3}).runs, 4);
  EXPECT_EQ(clean({.runs_before = now, .keep_last = 3}).runs, 0);
  EXPECT_EQ(stored("SELECT count(*) FROM audit"), 1) << "of nothing there is nothing to tell";
}

TEST_F(Clean, gives_no_number_twice) {
  clean({.runs_before = now, .keep_last = 0});
  EXPECT_EQ(runs(), 0);
  EXPECT_EQ(open()->load_snapshot().value().highest.run, RunId{all_runs});
}

TEST_F(Clean, leaves_what_is_not_over) {
  {
    const auto writer = open();
    RunRow row = weft::test::run_row(2);
    row.ended_at = std::nullopt;
    write(*writer, {row, weft::test::attempt_row(3, 3, 3, AttemptState::running)});
  }
  EXPECT_EQ(clean({.runs_before = now, .keep_last = 0}).runs, all_runs - 2);
  EXPECT_EQ(stored("SELECT sum(id) FROM run"), 2 + 3) << "of run 3 an attempt still lives";
}

TEST_F(Clean, says_beforehand_how_much_would_go) {
  const CleanReport report = clean({.runs_before = old, .keep_last = 0, .dry_run = true});
  EXPECT_EQ(report.runs, 6);
  EXPECT_EQ(report.instances, 6);
  EXPECT_EQ(runs(), all_runs);
  EXPECT_EQ(stored("SELECT count(*) FROM audit"), 0);
}

TEST_F(Clean, gives_the_room_back_and_forgets_events) {
  {
    std::vector<Change> events;
    for (int id = 1; id <= 3000; ++id) {
      EventRow event = weft::test::task_event(id, 1, TaskState::none, TaskState::scheduled);
      event.detail = std::string(200, 'x');
      events.emplace_back(std::move(event));
    }
    write(*open(), events);
  }
  const CleanReport report = clean({.events_before = now});
  EXPECT_EQ(report.events, 2999) << "the newest stays: the next one's number follows it";
  EXPECT_LT(report.bytes_after, report.bytes_before / 2);
  EXPECT_EQ(static_cast<std::int64_t>(fs::file_size(database_path(data_))), report.bytes_after);
  EXPECT_EQ(runs(), all_runs) << "without a time no run goes";
}

TEST_F(Clean, is_for_a_server_that_is_stopped_and_at_rest) {
  {
    const auto lock = DataLock::acquire(data_).value();
    EXPECT_THAT(refusal(), HasSubstr("is in use by"));
  }
  {
    const auto writer = open();
    JobRow job;
    job.id = JobId{1};
    job.dag = DagKey{1};
    job.action = "clear";
    write(*writer, {job});
  }
  EXPECT_THAT(refusal(), HasSubstr("1 jobs are under way"));
  EXPECT_EQ(runs(), all_runs);
}

TEST_F(Clean, names_a_folder_without_a_database) {
  const auto done = storage::clean(folder_ / "nowhere", {}, "test", now);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::not_found);
  EXPECT_FALSE(fs::exists(folder_ / "nowhere"));
}

}  // namespace
}  // namespace weft::storage
