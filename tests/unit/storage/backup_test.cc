#include "server/storage/backup.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "server/storage/check.h"
#include "server/storage/data_lock.h"
#include "server/storage/writer.h"
#include "tests/unit/storage/rows.h"
#include "tests/unit/storage/temp_folder.h"

namespace weft::storage {
namespace {

using ::testing::HasSubstr;
using weft::test::TempFolder;
namespace fs = std::filesystem;

class Backup : public ::testing::Test {
 protected:
  Backup() { fs::create_directories(data_); }

  std::unique_ptr<Writer> open(const std::string& data) {
    return std::move(Writer::open(database_path(data)).value());
  }
  static void write(Writer& writer, const std::vector<Change>& rows) {
    writer.begin();
    for (const Change& row : rows) ASSERT_TRUE(writer.write(row));
    ASSERT_TRUE(writer.commit());
  }
  static void write_run(Writer& writer, std::int64_t id) {
    write(writer, {weft::test::run_row(id, RunState::success)});
  }
  static std::int64_t runs(const std::string& path) {
    auto database = Database::open(path, OpenMode::read_only).value();
    return database.query_integer("SELECT count(*) FROM run").value();
  }
  static void damage(const std::string& path) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 * 3);
    file << std::string(4096 * 4, 'x');
  }

  /// A backup with one run, and beside it the log of a database with two.
  void make_log_that_is_not_in_its_file() {
    const auto writer = open(data_);
    write(*writer, {weft::test::dag_row(), weft::test::version_row()});
    write_run(*writer, 1);
    ASSERT_TRUE(back_up(data_, copy_));
    write_run(*writer, 2);
    fs::copy_file(database_path(data_) + "-wal", log_);
    ASSERT_GT(fs::file_size(log_), 0U);
  }

  TempFolder folder_;
  const std::string data_ = folder_ / "data", copy_ = folder_ / "copy.db", log_ = folder_ / "log";
};

TEST_F(Backup, of_a_living_database_is_whole_and_one_file) {
  const auto writer = open(data_);
  write(*writer, {weft::test::dag_row(), weft::test::version_row()});
  write_run(*writer, 1);
  const auto bytes = back_up(data_, copy_);
  ASSERT_TRUE(bytes) << bytes.error().message;
  EXPECT_EQ(static_cast<std::uintmax_t>(*bytes), fs::file_size(copy_));
  write_run(*writer, 2);
  EXPECT_EQ(runs(copy_), 1);
  EXPECT_FALSE(fs::exists(copy_ + "-wal"));
  EXPECT_FALSE(fs::exists(copy_ + ".unfinished"));
  const auto again = back_up(data_, copy_);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::conflict);
  EXPECT_EQ(runs(copy_), 1) << "what is there is left alone";
}

TEST_F(Backup, comes_back_and_its_numbers_go_on_behind_what_was_lost) {
  {
    const auto writer = open(data_);
    write(*writer, {weft::test::dag_row(), weft::test::version_row()});
    write_run(*writer, 1);
    ASSERT_TRUE(back_up(data_, copy_));
    write_run(*writer, 2);
  }
  const auto report = restore(data_, copy_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(runs(database_path(data_)), 1);
  EXPECT_EQ(runs(report->replaced), 2) << "the one that was there is kept";
  const auto writer = open(data_);
  EXPECT_EQ(writer->load_snapshot().value().highest.run, RunId{1'000'001});
  EXPECT_GT(writer->load_snapshot().value().highest.attempt, AttemptId{1'000'000 - 1});
  auto database = Database::open(database_path(data_), OpenMode::read_only).value();
  EXPECT_THAT(check(database).value().problems, ::testing::IsEmpty());
  ASSERT_TRUE(restore(folder_ / "elsewhere", copy_));
  EXPECT_EQ(runs(database_path(folder_ / "elsewhere")), 1);
}

TEST_F(Backup, comes_back_without_what_the_lost_file_had_not_taken_in) {
  make_log_that_is_not_in_its_file();
  const std::string path = database_path(data_);
  fs::remove(path);  // by somebody, to make room for the backup
  fs::copy_file(log_, path + "-wal");
  const auto report = restore(data_, copy_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->replaced, "");
  EXPECT_EQ(runs(path), 1) << "the log of the lost file was played into it";
  EXPECT_TRUE(fs::exists(path + ".before-restore-wal"));
  const auto writer = open(data_);
  auto database = Database::open(path, OpenMode::read_only).value();
  EXPECT_THAT(check(database).value().problems, ::testing::IsEmpty());
}

TEST_F(Backup, comes_back_where_a_restore_died_between_its_renames) {
  make_log_that_is_not_in_its_file();
  const std::string path = database_path(data_);
  // The file was put aside, its log not yet.
  fs::rename(path, path + ".before-restore");
  fs::copy_file(log_, path + "-wal");
  ASSERT_TRUE(restore(data_, copy_));
  EXPECT_EQ(runs(path), 1);
  EXPECT_TRUE(fs::exists(path + ".before-restore-2-wal"));
  EXPECT_FALSE(fs::exists(path + ".before-restore-wal")) << "it may be of another file";
  // The log was put aside, its file not yet.
  fs::remove(path + ".before-restore");
  fs::copy_file(log_, path + ".before-restore-wal");
  const auto report = restore(data_, copy_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->replaced, path + ".before-restore-3");
  EXPECT_EQ(runs(path), 1);
  EXPECT_EQ(fs::file_size(path + ".before-restore-wal"), fs::file_size(log_));
}

TEST_F(Backup, is_not_put_under_a_server_that_runs) {
  const auto lock = DataLock::acquire(data_);
  const auto writer = open(data_);
  ASSERT_TRUE(back_up(data_, copy_));
  const auto refused = restore(data_, copy_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
}

TEST_F(Backup, that_is_damaged_or_none_changes_nothing) {
  {
    const auto writer = open(data_);
    write(*writer, {weft::test::dag_row(), weft::test::version_row()});
    for (int i = 1; i < 300; ++i) write_run(*writer, i);
    ASSERT_TRUE(back_up(data_, copy_));
  }
  damage(copy_);
  EXPECT_FALSE(restore(data_, copy_));
  EXPECT_EQ(runs(database_path(data_)), 299);
  std::ofstream(folder_ / "text") << "not a database at all, but longer than a header would be";
  EXPECT_FALSE(restore(data_, folder_ / "text"));
  EXPECT_EQ(restore(data_, folder_ / "nothing").error().code, ErrorCode::not_found);
  EXPECT_EQ(back_up(folder_ / "nowhere", copy_ + "2").error().code, ErrorCode::not_found);
  EXPECT_FALSE(fs::exists(database_path(data_) + ".unfinished"));
  EXPECT_EQ(runs(database_path(data_)), 299);
}

TEST_F(Backup, of_what_is_damaged_is_none) {
  {
    const auto writer = open(data_);
    write(*writer, {weft::test::dag_row(), weft::test::version_row()});
    for (int i = 1; i < 300; ++i) write_run(*writer, i);
  }
  damage(database_path(data_));
  EXPECT_FALSE(back_up(data_, copy_));
  EXPECT_FALSE(fs::exists(copy_));
}

}  // namespace
}  // namespace weft::storage
