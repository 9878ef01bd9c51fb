#include "server/storage/log_store.h"

#include <gmock/gmock.h>

#include <atomic>
#include <cstdint>
#include <fstream>
#include <optional>
#include <thread>

#include "tests/unit/storage/temp_folder.h"

namespace weft::storage {
namespace {

using weft::test::TempFolder;

constexpr LogKey key{DagKey{1}, RunId{2}, InstanceId{3}, AttemptId{4}};

class LogStoreTest : public ::testing::Test {
 protected:
  std::string text() { return store.read(key, 0, 1 << 30).value().bytes; }
  TempFolder folder;
  LogStore store{folder / "logs"};
};

std::string lines(int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += "line " + std::to_string(i) + "\n";
  return all;
}

/// Text that hardly gets smaller.
std::string noise(std::size_t size) {
  std::string all(size, '\n');
  std::uint32_t state = 1;
  for (char& c : all) {
    state = state * 1'664'525 + 1'013'904'223;
    c = static_cast<char>(' ' + (state >> 24) % 95);
  }
  return all;
}

/// By this process, from files of all kinds; nullopt: the system does not say.
std::optional<std::int64_t> bytes_read() {
  std::ifstream file("/proc/self/io");
  std::string name;
  std::int64_t count = 0;
  if (file >> name >> count && name == "rchar:") return count;
  return std::nullopt;
}

TEST_F(LogStoreTest, bytes_follow_each_other) {
  EXPECT_EQ(store.append(key, 0, "hello "), 6);
  EXPECT_EQ(store.append(key, 6, "world"), 11);
  EXPECT_EQ(text(), "hello world");
  EXPECT_EQ(store.path(key), folder / "logs/1/2/3/4.log");
}

TEST_F(LogStoreTest, a_repeat_or_an_overlap_changes_nothing) {
  EXPECT_EQ(store.append(key, 0, "hello "), 6);
  EXPECT_EQ(store.append(key, 0, "hello "), 6);
  EXPECT_EQ(store.append(key, 3, "lo world"), 11);
  EXPECT_EQ(store.append(key, 2, "ll"), 11);
  EXPECT_EQ(text(), "hello world");
}

TEST_F(LogStoreTest, beyond_a_gap_the_answer_is_what_is_missing) {
  EXPECT_EQ(store.append(key, 5, "late"), 0);
  EXPECT_EQ(store.append(key, 0, "ab"), 2);
  EXPECT_EQ(store.append(key, 5, "late"), 2);
  EXPECT_EQ(text(), "ab");
}

TEST_F(LogStoreTest, is_synced_whether_there_is_something_or_not) {
  EXPECT_TRUE(store.sync()) << "no folder yet";
  ASSERT_TRUE(store.append(key, 0, "hello"));
  EXPECT_TRUE(store.sync());
  EXPECT_TRUE(store.sync());
  EXPECT_EQ(text(), "hello");
}

TEST_F(LogStoreTest, a_log_that_is_not_there_is_empty) {
  EXPECT_EQ(text(), "");
  EXPECT_EQ(store.size(key), 0);
  EXPECT_TRUE(store.finish(key));
}

TEST_F(LogStoreTest, reads_a_part) {
  ASSERT_TRUE(store.append(key, 0, "0123456789"));
  const auto chunk = store.read(key, 3, 4).value();
  EXPECT_EQ(chunk.bytes, "3456");
  EXPECT_EQ(chunk.next_offset, 7);
  EXPECT_EQ(chunk.size, 10);
  EXPECT_EQ(store.read(key, 50, 4)->next_offset, 10);
  EXPECT_EQ(store.read(key, -1, 4).error().code, ErrorCode::invalid_argument);
}

TEST_F(LogStoreTest, a_large_log_is_compressed_at_its_end_and_reads_the_same) {
  const std::string all = lines(400'000);
  ASSERT_GT(all.size(), 4u << 20);
  ASSERT_TRUE(store.append(key, 0, all));
  ASSERT_TRUE(store.finish(key));
  EXPECT_FALSE(std::filesystem::exists(store.path(key)));
  EXPECT_LT(std::filesystem::file_size(store.path(key) + ".zst"), all.size() / 4);
  EXPECT_EQ(text(), all);
  const auto middle = store.read(key, 3'000'000, 100).value();
  EXPECT_EQ(middle.bytes, all.substr(3'000'000, 100));
  EXPECT_EQ(middle.size, static_cast<std::int64_t>(all.size()));
  EXPECT_TRUE(store.finish(key)) << "twice is once";
}

TEST_F(LogStoreTest, what_comes_after_the_end_still_counts) {
  const std::string all = lines(10'000);
  ASSERT_TRUE(store.append(key, 0, all));
  ASSERT_TRUE(store.finish(key));
  const auto size = static_cast<std::int64_t>(all.size());
  EXPECT_EQ(store.append(key, 0, all.substr(0, 100)), size) << "a repeat";
  EXPECT_EQ(store.append(key, size, "more"), size + 4);
  EXPECT_EQ(text(), all + "more");
  ASSERT_TRUE(store.finish(key));
  EXPECT_EQ(text(), all + "more");
}

TEST_F(LogStoreTest, a_small_log_stays_as_it_is) {
  ASSERT_TRUE(store.append(key, 0, "short"));
  ASSERT_TRUE(store.finish(key));
  EXPECT_TRUE(std::filesystem::exists(store.path(key)));
}

TEST_F(LogStoreTest, no_log_grows_without_bounds) {
  const LogStore small(folder / "small", {.max_bytes = 10});
  EXPECT_EQ(small.append(key, 0, "0123456789"), 10);
  EXPECT_EQ(small.append(key, 10, "x").error().code, ErrorCode::too_large);
}

TEST_F(LogStoreTest, a_damaged_archive_is_an_error) {
  folder.write("logs/1/2/3/4.log.zst", "this is no archive");
  EXPECT_EQ(store.read(key, 0, 10).error().code, ErrorCode::internal);
}

TEST_F(LogStoreTest, an_archive_that_was_cut_short_is_an_error_wherever_it_is_read) {
  ASSERT_TRUE(store.append(key, 0, noise(3 << 20)));
  ASSERT_TRUE(store.finish(key));
  const std::string archive = store.path(key) + ".zst";
  const auto whole = std::filesystem::file_size(archive);
  for (const std::uintmax_t cut : {1U, 2U, 200'000U, 1'100'000U}) {
    std::filesystem::resize_file(archive, whole - cut);
    EXPECT_EQ(store.read(key, 0, 10).error().code, ErrorCode::internal) << cut;
    EXPECT_EQ(store.size(key).error().code, ErrorCode::internal) << cut;
  }
}

TEST_F(LogStoreTest, of_what_is_damaged_in_one_place_the_rest_is_read) {
  const std::string all = noise(3 << 20);
  ASSERT_TRUE(store.append(key, 0, all));
  ASSERT_TRUE(store.finish(key));
  std::fstream file(store.path(key) + ".zst", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(1000);
  file << std::string(1000, 'x');
  file.close();
  EXPECT_EQ(store.read(key, 2 << 20, 100)->bytes, all.substr(2 << 20, 100));
  EXPECT_EQ(store.size(key), 3 << 20);
}

TEST_F(LogStoreTest, a_part_of_an_archive_is_read_without_the_rest) {
  const std::string all = noise(16 << 20);
  ASSERT_TRUE(store.append(key, 0, all));
  ASSERT_TRUE(store.finish(key));
  const auto before = bytes_read();
  if (!before) GTEST_SKIP() << "the system does not tell what a process reads";
  ASSERT_GT(std::filesystem::file_size(store.path(key) + ".zst"), 8U << 20);
  EXPECT_EQ(store.size(key), 16 << 20);
  EXPECT_LT(*bytes_read() - *before, 64 << 10);
  EXPECT_EQ(store.read(key, 9 << 20, 128 << 10)->bytes, all.substr(9 << 20, 128 << 10));
  EXPECT_LT(*bytes_read() - *before, 2 << 20);
}

TEST_F(LogStoreTest, the_same_bytes_from_many_threads_are_there_once) {
  const std::string all = lines(20'000);
  const auto end = static_cast<std::int64_t>(all.size());
  std::atomic<int> lost{0};
  std::atomic<int> sending{2};
  const auto send = [&] {
    for (std::int64_t offset = 0; offset < end;) {
      const auto next =
          store.append(key, offset, std::string_view(all).substr(offset, 777)).value();
      if (next < offset) ++lost;
      offset = next;
    }
    --sending;
  };
  std::thread a(send);
  std::thread b(send);
  std::thread c([&] {
    do EXPECT_TRUE(store.finish(key));
    while (sending > 0);
  });
  std::thread d([&] {
    for (std::int64_t last = 0; sending > 0;) {
      const auto now = store.size(key).value();
      if (now < last) ++lost;
      last = now;
    }
  });
  for (auto* thread : {&a, &b, &c, &d}) thread->join();
  EXPECT_EQ(lost, 0) << "what was taken once is there ever after";
  EXPECT_EQ(text(), all);
}

}  // namespace
}  // namespace weft::storage
