#include "server/storage/log_store.h"

#include <gmock/gmock.h>

#include <atomic>
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
