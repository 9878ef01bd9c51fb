#include "server/daemon/retention.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "server/storage/log_store.h"
#include "tests/unit/core/scheduler/scheduler_fixture.h"
#include "tests/unit/daemon/temp_folder.h"

namespace weft::daemon::test {
namespace {

class RetentionTest : public weft::test::SchedulerFixture {
 protected:
  RetentionTest() : readers_(std::move(storage::Readers::open(writer_->location(), 1).value())) {
    put_dag("null", "", false);
  }

  /// `count` runs that end at once, each with a log.
  void run(int count, const std::string& run_id = {}) {
    for (int i = 0; i < count; ++i) {
      const auto made = apply(TriggerRun{
          .dag_id = "d", .run_id = run_id.empty() ? "r" + std::to_string(++made_) : run_id});
      settle();
      const storage::LogKey key{dag().row.key, std::get<RunAnswer>(made).run, InstanceId{1},
                                AttemptId{1}};
      ASSERT_TRUE(logs_.append(key, 0, "hello"));
    }
  }
  std::int64_t logs() const {
    std::int64_t count = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(static_cast<std::string>(root_)))
      count += entry.is_regular_file() ? 1 : 0;
    return count;
  }
  Retention::Report pass(const RetentionSettings& settings) {
    Retention retention(settings, *engine_, *readers_, root_, clock_);
    auto done = retention.pass();
    EXPECT_TRUE(done) << done.error().message;
    settle();
    return done.value_or(Retention::Report{});
  }

  TempFolder folder_;
  std::string root_ = folder_ / "logs";
  storage::LogStore logs_{root_};
  std::unique_ptr<storage::Readers> readers_;
  int made_ = 0;
};

TEST_F(RetentionTest, forgets_old_runs_but_the_last_ones_and_their_logs) {
  run(5);
  SchedulerFixture::pass(std::chrono::hours(48));
  run(2);
  const RetentionSettings settings{.runs = std::chrono::hours(24), .keep_last = 4};
  const auto first = pass(settings);
  EXPECT_EQ(first.dags, 1);
  EXPECT_EQ(stored("SELECT count(*) FROM run"), 4) << "three were old and not among the last";
  EXPECT_EQ(first.logs, 3) << "few go within the command";
  EXPECT_EQ(logs(), 4);
  const auto again = pass(settings);
  EXPECT_EQ(again.dags + again.logs, 0);
  EXPECT_EQ(stored("SELECT count(*) FROM audit WHERE action = 'delete_runs'"), 1)
      << "where there is nothing to do nothing is written";
}

TEST_F(RetentionTest, without_a_time_all_stays_but_logs_of_what_people_deleted) {
  run(2);
  run(1, "mine");
  SchedulerFixture::pass(std::chrono::hours(24 * 365));
  EXPECT_EQ(pass({}).dags, 0);
  EXPECT_EQ(stored("SELECT count(*) FROM run"), 3);
  apply(DeleteRun{"d", "mine", "ada"});
  EXPECT_EQ(pass({}).logs, 1);
  EXPECT_EQ(logs(), 2);
}

TEST_F(RetentionTest, leaves_the_logs_of_a_database_that_is_not_this_one) {
  ASSERT_TRUE(logs_.append({dag().row.key, RunId{5}, InstanceId{1}, AttemptId{1}}, 0, "hello"));
  EXPECT_EQ(pass({}).logs, 0);
  EXPECT_EQ(logs(), 1);
}

TEST_F(RetentionTest, forgets_old_events_and_their_numbers_never_come_again) {
  run(3);
  const std::int64_t old = stored("SELECT max(id) FROM event");
  ASSERT_GT(old, 3);
  SchedulerFixture::pass(std::chrono::hours(48));
  EXPECT_EQ(pass({.events = std::chrono::hours(24)}).events, old - 1);
  EXPECT_EQ(stored("SELECT count(*) FROM event"), 1);
  restart();
  run(1);
  EXPECT_EQ(stored("SELECT count(*) FROM event WHERE id <= " + std::to_string(old)), 1);
  EXPECT_GT(stored("SELECT max(id) FROM event"), old);
}

TEST_F(RetentionTest, stops_at_once_between_two_passes) {
  Retention retention({}, *engine_, *readers_, root_, clock_);
  retention.start();
  retention.stop();
  retention.stop();
}

}  // namespace
}  // namespace weft::daemon::test
