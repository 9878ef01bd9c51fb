#include "server/storage/writer.h"

#include <gmock/gmock.h>

#include "server/storage/readers.h"
#include "tests/unit/storage/faulty_vfs.h"
#include "tests/unit/storage/rows.h"
#include "tests/unit/storage/temp_folder.h"

namespace weft::storage {
namespace {

using namespace weft::test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class WriterTest : public ::testing::Test {
 protected:
  void SetUp() override { open(); }

  void open() {
    writer.reset();
    auto opened = Writer::open(folder / "weft.db");
    ASSERT_TRUE(opened) << opened.error().message;
    writer = std::move(*opened);
  }
  void put(std::vector<Change> rows) {
    writer->begin();
    for (const Change& row : rows) {
      auto done = writer->write(row);
      ASSERT_TRUE(done) << done.error().message;
    }
    auto done = writer->commit();
    ASSERT_TRUE(done) << done.error().message;
  }
  void put_dag() { put({dag_row(), version_row()}); }
  Snapshot snapshot() {
    auto loaded = writer->load_snapshot();
    EXPECT_TRUE(loaded) << loaded.error().message;
    return loaded ? std::move(*loaded) : Snapshot{};
  }

  TempFolder folder;
  std::unique_ptr<Writer> writer;
};

TEST_F(WriterTest, a_new_database_has_the_default_pool_and_nothing_else) {
  const Snapshot empty = snapshot();
  EXPECT_THAT(empty.dags, IsEmpty());
  EXPECT_THAT(empty.runs, IsEmpty());
  ASSERT_THAT(empty.pools, SizeIs(1));
  EXPECT_EQ(empty.pools[0].name, "default_pool");
  EXPECT_EQ(empty.pools[0].slots, 128);
  EXPECT_EQ(empty.highest.attempt.value, 0);
}

TEST_F(WriterTest, its_id_is_a_uuid_that_stays) {
  const std::string id = writer->database_id();
  EXPECT_EQ(id.size(), 36u);
  open();
  EXPECT_EQ(writer->database_id(), id);
}

TEST_F(WriterTest, what_was_committed_is_there_after_a_restart) {
  put_dag();
  InstanceRow running = instance_row(1, 1, TaskState::running);
  running.attempt = AttemptId{5};
  running.try_number = 2;
  running.retry_at = at(77);
  running.reason = "because";
  running.group_retries = 2;
  const MappingRow mapping{RunId{1}, "load", 2,
                           std::make_shared<const nlohmann::json>(
                               nlohmann::json{{"zip", false}, {"keys", {{"a", {1, 2}}}}})};
  OutputsWritten outputs{
      InstanceId{1}, RunId{1}, AttemptId{5}, at(30),
      std::make_shared<const nlohmann::json>(nlohmann::json{{"rows", 7}, {"codes", {"a", "b"}}})};
  WorkerRow worker{WorkerId{1}, "w", "host", "0.1", "s-1", 8, {"default", "gpu"}};
  put({run_row(1), running, instance_row(2, 1, TaskState::none, "load"), mapping,
       attempt_row(5, 1, 1, AttemptState::running), outputs,
       task_event(1, 1, TaskState::queued, TaskState::running), worker,
       ImportErrorRow{3, "main", "bad.dag.json", at(1), "line 1"},
       IdempotencyRow{"k", "hash", RunId{1}, at(1)}, PoolRow{"erp", 4, true, "ERP"}});
  open();

  const Snapshot found = snapshot();
  ASSERT_THAT(found.dags, SizeIs(1));
  EXPECT_EQ(found.dags[0].dag_id, "orders");
  EXPECT_EQ(found.dags[0].cursor, at(500));
  EXPECT_EQ(found.dags[0].consecutive_failures, 2);
  EXPECT_EQ(found.dags[0].last_parsed, at(100));
  ASSERT_THAT(found.versions, SizeIs(1));
  EXPECT_EQ(found.versions[0].spec->hash, dag_spec()->hash);
  EXPECT_EQ(found.versions[0].spec->canonical, dag_spec()->canonical);
  ASSERT_THAT(found.runs, SizeIs(1));
  const RunSnapshot& run = found.runs[0];
  EXPECT_EQ(run.run.run_id, "manual__1");
  EXPECT_EQ(run.run.params, run_row(1).params);
  EXPECT_EQ(run.run.data_interval, run_row(1).data_interval);
  ASSERT_THAT(run.instances, SizeIs(2));
  EXPECT_EQ(run.instances[0].retry_at, at(77));
  EXPECT_EQ(run.instances[0].reason, "because");
  EXPECT_EQ(run.instances[0].group_retries, 2);
  ASSERT_THAT(run.mappings, SizeIs(1));
  EXPECT_EQ(run.mappings[0].owner, "load");
  EXPECT_EQ(run.mappings[0].length, 2);
  EXPECT_EQ(*run.mappings[0].lists, *mapping.lists);
  EXPECT_EQ(run.instances[1].task_id, "load");
  ASSERT_THAT(run.active_attempts, SizeIs(1));
  ASSERT_THAT(run.outputs, SizeIs(1));
  EXPECT_EQ(*run.outputs[0].values, *outputs.values);
  ASSERT_THAT(found.workers, SizeIs(1));
  EXPECT_THAT(found.workers[0].queues, ElementsAre("default", "gpu"));
  EXPECT_THAT(found.import_errors, SizeIs(1));
  EXPECT_THAT(found.pools, SizeIs(2));
  EXPECT_EQ(found.highest.attempt, AttemptId{5});
  EXPECT_EQ(found.highest.instance, InstanceId{2});
  EXPECT_EQ(found.highest.event, 1);
  EXPECT_EQ(found.highest.import_error, 3);
}

TEST_F(WriterTest, a_row_that_is_there_is_overwritten) {
  put_dag();
  put({run_row(1, RunState::queued), instance_row(1, 1), attempt_row(1, 1, 1)});
  RunRow run = run_row(1, RunState::success);
  run.failed_tasks = 1;
  AttemptRow attempt = attempt_row(1, 1, 1, AttemptState::failed);
  attempt.exit_code = 3;
  attempt.error = "exit code 3";
  put({run, instance_row(1, 1, TaskState::failed), attempt});
  EXPECT_THAT(snapshot().runs, IsEmpty());
  const auto found = writer->run_by_id(DagKey{1}, "manual__1");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, RunState::success);
  EXPECT_EQ(found->failed_tasks, 1);
  EXPECT_EQ(found->conf, run.conf);
  EXPECT_EQ(writer->attempt(AttemptId{1})->exit_code, 3);
  EXPECT_EQ(writer->load_run(RunId{1})->instances[0].state, TaskState::failed);
}

TEST_F(WriterTest, history_sees_the_batch_and_rollback_forgets_it) {
  put_dag();
  writer->begin();
  ASSERT_TRUE(writer->write(run_row(1)));
  EXPECT_TRUE(writer->run_by_logical_date(DagKey{1}, at(1000)));
  EXPECT_FALSE(writer->run_by_logical_date(DagKey{1}, at(1001)));
  writer->rollback();
  EXPECT_FALSE(writer->run_by_id(DagKey{1}, "manual__1"));
}

TEST_F(WriterTest, previous_success_is_the_latest_before) {
  put_dag();
  put({run_row(1, RunState::success), run_row(2, RunState::success), run_row(3, RunState::failed),
       run_row(4)});
  EXPECT_EQ(writer->previous_success(DagKey{1}, at(4000))->id, RunId{2});
  EXPECT_EQ(writer->previous_success(DagKey{1}, at(2000))->id, RunId{1});
  EXPECT_FALSE(writer->previous_success(DagKey{1}, at(1000)));
}

TEST_F(WriterTest, a_run_that_is_over_is_loaded_while_an_attempt_of_it_lives) {
  put_dag();
  put({run_row(1, RunState::failed), instance_row(1, 1, TaskState::failed),
       attempt_row(1, 1, 1, AttemptState::running)});
  EXPECT_THAT(snapshot().runs, SizeIs(1));
  put({attempt_row(1, 1, 1, AttemptState::cancelled)});
  EXPECT_THAT(snapshot().runs, IsEmpty());
}

TEST_F(WriterTest, outputs_replace_what_was_there) {
  put_dag();
  const auto json = [](nlohmann::json v) { return std::make_shared<const nlohmann::json>(v); };
  OutputsWritten written{InstanceId{1}, RunId{1}, AttemptId{1}, at(1), json({{"a", 1}, {"b", 2}})};
  put({run_row(1), instance_row(1, 1), written});
  written.values = json({{"b", nullptr}});
  put({written});
  EXPECT_EQ(*writer->outputs(InstanceId{1}), nlohmann::json({{"b", nullptr}}));
  written.values = nullptr;
  put({written});
  EXPECT_EQ(writer->outputs(InstanceId{1}), nullptr);
}

TEST_F(WriterTest, outputs_with_a_large_one_stay_out_of_the_snapshot_whole) {
  put_dag();
  const auto large = std::make_shared<const nlohmann::json>(
      nlohmann::json{{"big", std::string(100'000, 'x')}, {"small", 1}});
  put({run_row(1), instance_row(1, 1),
       OutputsWritten{InstanceId{1}, RunId{1}, AttemptId{1}, at(1), large}});
  // Some of them would pass for all of them.
  EXPECT_THAT(snapshot().runs.at(0).outputs, IsEmpty());
  EXPECT_EQ(*writer->outputs(InstanceId{1}), *large);
}

TEST_F(WriterTest, an_import_error_is_replaced_and_cleared) {
  put({ImportErrorRow{1, "main", "x", at(1), "old"}});
  put({ImportErrorRow{1, "main", "x", at(2), "same id"}});
  put({ImportErrorRow{2, "main", "x", at(3), "new id"}});
  ASSERT_THAT(snapshot().import_errors, SizeIs(1));
  EXPECT_EQ(snapshot().import_errors[0].stack_trace, "new id");
  put({ImportErrorCleared{"main", "x"}});
  EXPECT_THAT(snapshot().import_errors, IsEmpty());
}

TEST_F(WriterTest, a_row_that_breaks_a_key_fails_its_batch) {
  put_dag();
  put({run_row(1)});
  RunRow twin = run_row(2);
  twin.logical_date = at(1000);
  writer->begin();
  const auto done = writer->write(twin);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::internal);
  writer->rollback();
  writer->begin();
  EXPECT_FALSE(writer->write(instance_row(9, 99))) << "an instance of no run";
  writer->rollback();
}

TEST_F(WriterTest, text_that_is_no_utf8_is_stored) {
  put_dag();
  RunRow run = run_row(1);
  run.note = "\xff\xfe";
  run.conf = {{"x", "\xff"}};
  put({run});
  EXPECT_EQ(writer->run_by_id(DagKey{1}, "manual__1")->note, "\xff\xfe");
}

TEST_F(WriterTest, the_log_of_writes_is_moved_when_idle) {
  put_dag();
  const auto main_file = [&] { return std::filesystem::file_size(folder / "weft.db"); };
  const auto before = main_file();
  const auto large =
      std::make_shared<const nlohmann::json>(nlohmann::json{{"big", std::string(2'000'000, 'x')}});
  put({run_row(1), instance_row(1, 1),
       OutputsWritten{InstanceId{1}, RunId{1}, AttemptId{1}, at(1), large}});
  ASSERT_TRUE(writer->checkpoint_if_due(false));
  EXPECT_EQ(main_file(), before);
  ASSERT_TRUE(writer->checkpoint_if_due(true));
  EXPECT_GT(main_file(), 2'000'000u);
}

TEST(WriterInMemory, readers_see_what_is_committed) {
  auto writer = Writer::open(":memory:");
  ASSERT_TRUE(writer) << writer.error().message;
  auto readers = Readers::open((*writer)->location(), 2);
  ASSERT_TRUE(readers) << readers.error().message;
  (*writer)->begin();
  ASSERT_TRUE((*writer)->write(PoolRow{"erp", 4, false, ""}));
  ASSERT_TRUE((*writer)->commit());
  const auto count = (*readers)->with(
      [](Reader& reader) { return reader.database().query_integer("SELECT count(*) FROM pool"); });
  EXPECT_EQ(count, 2);
  EXPECT_TRUE(Writer::open(":memory:").value()->load_snapshot()->pools.size() == 1)
      << "another is another";
}

TEST(WriterFaults, a_full_disk_refuses_the_batch_and_nothing_else) {
  const TempFolder folder;
  FaultyVfs disk;
  auto writer = std::move(Writer::open(folder / "weft.db").value());
  disk.disk_full(true);
  writer->begin();
  auto done = writer->write(PoolRow{"erp", 4, false, ""});
  if (done) done = writer->commit();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::unavailable);
  EXPECT_THAT(done.error().message, HasSubstr("free space"));
  writer->rollback();
  EXPECT_FALSE(writer->probe());
  disk.disk_full(false);
  EXPECT_TRUE(writer->probe());
  EXPECT_THAT(writer->load_snapshot()->pools, SizeIs(1));
}

TEST(WriterFaults, every_commit_is_synced) {
  const TempFolder folder;
  FaultyVfs disk;
  auto writer = std::move(Writer::open(folder / "weft.db").value());
  const int before = disk.syncs();
  for (int i = 0; i < 5; ++i) {
    writer->begin();
    ASSERT_TRUE(writer->write(PoolRow{"erp", i, false, ""}));
    ASSERT_TRUE(writer->commit());
  }
  EXPECT_GE(disk.syncs() - before, 5);
  const int idle = disk.syncs();
  writer->begin();
  ASSERT_TRUE(writer->commit());
  EXPECT_EQ(disk.syncs(), idle) << "a batch without changes costs no fsync";
}

TEST(WriterFaultsDeathTest, a_failed_fsync_ends_the_process) {
  const TempFolder folder;
  FaultyVfs disk;
  auto writer = std::move(Writer::open(folder / "weft.db").value());
  writer->begin();
  ASSERT_TRUE(writer->write(PoolRow{"erp", 4, false, ""}));
  EXPECT_DEATH(
      {
        disk.syncs_fail(true);
        (void)writer->commit();
      },
      "fsync of the database failed");
  writer->rollback();
}

}  // namespace
}  // namespace weft::storage
