// What a crash, a second server and a newer or damaged file leave behind.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "server/storage/data_lock.h"
#include "server/storage/migrate.h"
#include "server/storage/readers.h"
#include "server/storage/writer.h"
#include "tests/unit/storage/rows.h"
#include "tests/unit/storage/temp_folder.h"

namespace weft::storage {
namespace {

using namespace weft::test;
using ::testing::HasSubstr;

/// The files as a kill would leave them.
void copy_files(const TempFolder& from, const TempFolder& to) {
  for (const char* name : {"weft.db", "weft.db-wal"})
    if (std::filesystem::exists(from / name))
      std::filesystem::copy_file(from / name, to / name,
                                 std::filesystem::copy_options::overwrite_existing);
}

void commit_pool(Writer& writer, int slots) {
  writer.begin();
  ASSERT_TRUE(writer.write(PoolRow{"p" + std::to_string(slots), slots, false, ""}));
  ASSERT_TRUE(writer.commit());
}

TEST(Recovery, a_kill_keeps_what_was_committed_and_drops_the_open_batch) {
  const TempFolder folder;
  auto writer = std::move(Writer::open(folder / "weft.db").value());
  for (int round = 1; round <= 20; ++round) {
    commit_pool(*writer, round);
    writer->begin();
    ASSERT_TRUE(writer->write(PoolRow{"open", 1, false, std::string(10'000, 'x')}));
    const TempFolder killed;
    copy_files(folder, killed);
    auto reopened = Writer::open(killed / "weft.db");
    ASSERT_TRUE(reopened) << reopened.error().message;
    EXPECT_EQ((*reopened)->load_snapshot()->pools.size(), static_cast<std::size_t>(round) + 1);
    writer->rollback();
  }
}

TEST(Recovery, a_torn_end_of_the_log_loses_only_the_last_batch) {
  const TempFolder folder;
  auto writer = std::move(Writer::open(folder / "weft.db").value());
  commit_pool(*writer, 1);
  const auto whole = std::filesystem::file_size(folder / "weft.db-wal");
  commit_pool(*writer, 2);
  const TempFolder cut;
  copy_files(folder, cut);
  std::filesystem::resize_file(cut / "weft.db-wal", whole + 100);
  auto reopened = std::move(Writer::open(cut / "weft.db").value());
  EXPECT_EQ(reopened->load_snapshot()->pools.size(), 2u);
}

TEST(Recovery, a_damaged_file_is_refused_with_words) {
  const TempFolder folder;
  { auto writer = Writer::open(folder / "weft.db"); }
  const int fd = ::open((folder / "weft.db").c_str(), O_WRONLY);
  const std::string noise(4096, '\x5a');
  ASSERT_EQ(pwrite(fd, noise.data(), noise.size(), 4096), 4096);
  close(fd);
  const auto opened = Writer::open(folder / "weft.db");
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("damaged"));
  EXPECT_THAT(opened.error().message, HasSubstr("weft db check"));
}

TEST(Recovery, a_file_that_is_no_database_is_refused) {
  const TempFolder folder;
  folder.write("weft.db", std::string(10'000, 'x'));
  const auto opened = Writer::open(folder / "weft.db");
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("weft.db"));
}

TEST(Recovery, somebody_elses_database_is_left_alone) {
  const TempFolder folder;
  {
    auto other = Database::open(folder / "weft.db", OpenMode::read_write_create);
    ASSERT_TRUE(other->exec("CREATE TABLE theirs (x)"));
  }
  const auto opened = Writer::open(folder / "weft.db");
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("not a database of weft"));
}

TEST(Migrate, a_newer_schema_is_refused) {
  const TempFolder folder;
  {
    auto writer = Writer::open(folder / "weft.db");
    ASSERT_TRUE(writer);
  }
  {
    auto newer = Database::open(folder / "weft.db", OpenMode::read_write_create);
    ASSERT_TRUE(newer->exec("PRAGMA user_version=999"));
  }
  const auto opened = Writer::open(folder / "weft.db");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::conflict);
  EXPECT_THAT(opened.error().message, HasSubstr("999"));
  EXPECT_THAT(opened.error().message, HasSubstr("newer weft"));
}

TEST(Migrate, it_does_nothing_the_second_time) {
  const TempFolder folder;
  auto database = std::move(Database::open(folder / "x.db", OpenMode::read_write_create).value());
  ASSERT_TRUE(migrate(database));
  EXPECT_EQ(database.query_integer("PRAGMA user_version"), newest_schema());
  ASSERT_TRUE(database.exec("DELETE FROM pool"));
  ASSERT_TRUE(migrate(database));
  EXPECT_EQ(database.query_integer("SELECT count(*) FROM pool"), 0);
}

TEST(DataLock, names_the_process_that_holds_it) {
  const TempFolder folder;
  const std::string data = folder / "data";
  {
    const auto first = DataLock::acquire(data);
    ASSERT_TRUE(first) << first.error().message;
    const auto second = DataLock::acquire(data);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::conflict);
    EXPECT_THAT(second.error().message, HasSubstr("process " + std::to_string(getpid())));
    EXPECT_THAT(second.error().message, HasSubstr(data));
  }
  EXPECT_TRUE(DataLock::acquire(data)) << "free again after its end";
}

TEST(DataLock, a_folder_that_cannot_be_made_is_named) {
  const TempFolder folder;
  const auto lock = DataLock::acquire(folder / "no/such");
  ASSERT_FALSE(lock);
  EXPECT_THAT(lock.error().message, HasSubstr("no/such"));
}

TEST(Readers, see_one_state_while_the_writer_goes_on) {
  const TempFolder folder;
  auto writer = std::move(Writer::open(folder / "weft.db").value());
  auto readers = std::move(Readers::open(writer->location(), 2).value());
  const auto count = [](Reader& reader) {
    Statement& statement = reader.prepare("SELECT count(*) FROM pool");
    EXPECT_TRUE(statement.step().value());
    return statement.integer(0);
  };
  const auto both = readers->with([&](Reader& reader) -> Result<std::int64_t> {
    const auto before = count(reader);
    commit_pool(*writer, 1);
    return count(reader) - before;
  });
  EXPECT_EQ(both, 0);
  EXPECT_EQ(readers->with([&](Reader& r) -> Result<std::int64_t> { return count(r); }), 2);
}

TEST(Readers, cannot_write) {
  const TempFolder folder;
  auto writer = std::move(Writer::open(folder / "weft.db").value());
  auto readers = std::move(Readers::open(writer->location(), 1).value());
  const auto done =
      readers->with([](Reader& reader) { return reader.database().exec("DELETE FROM pool"); });
  EXPECT_FALSE(done);
  EXPECT_EQ(writer->load_snapshot()->pools.size(), 1u);
}

}  // namespace
}  // namespace weft::storage
