#include "worker/runner/log_sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include <fmt/format.h>

#include "tests/unit/worker/runner_fixture.h"

namespace weft::worker {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

/// While it lives, files of this process take no byte.
class NoRoomForFiles {
 public:
  NoRoomForFiles() : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit none = before_;
    none.rlim_cur = 0;
    setrlimit(RLIMIT_FSIZE, &none);
  }
  ~NoRoomForFiles() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  NoRoomForFiles(const NoRoomForFiles&) = delete;
  NoRoomForFiles& operator=(const NoRoomForFiles&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_{};
};

TEST(LogSink, ASmallLogNeverTouchesTheDisk) {
  TempDir dir;
  LogSink log(dir.path() + "/1.log", 64 << 20);
  log.append("a\n");
  log.append("b\n");
  log.finish("T");
  EXPECT_FALSE(log.in_file());
  EXPECT_EQ(log.bytes(), 4);
  EXPECT_EQ(log.take_memory(), "a\nb\n");
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

TEST(LogSink, SpillsWhenLargeOrAsked) {
  TempDir dir;
  LogSink asked(dir.path() + "/1.log", 64 << 20);
  asked.append("a\n");
  asked.spill();
  asked.append("b\n");
  EXPECT_EQ(read_file(dir.path() + "/1.log"), "a\nb\n");
  EXPECT_EQ(asked.bytes(), 4);
  LogSink large(dir.path() + "/2.log", 64 << 20);
  for (int i = 0; i < 40; ++i) large.append(std::string(999, 'x') + "\n");
  EXPECT_TRUE(large.in_file());
  EXPECT_EQ(std::filesystem::file_size(dir.path() + "/2.log"), 40'000u);
}

TEST(LogSink, KeepsHeadAndTailOfALargeLog) {
  TempDir dir;
  const std::string path = dir.path() + "/1.log";
  LogSink log(path, 100'000);
  for (int i = 0; i < 100'000; ++i) log.append(fmt::format("line {}\n", i));
  EXPECT_LE(std::filesystem::file_size(path), 50'000u);
  log.finish("T");
  const std::string text = read_file(path);
  EXPECT_LE(text.size(), 100'000u);
  EXPECT_EQ(static_cast<std::int64_t>(text.size()), log.bytes());
  EXPECT_THAT(text, StartsWith("line 0\nline 1\n"));
  EXPECT_THAT(text, HasSubstr("\nT stderr F [weft: about "));
  EXPECT_THAT(text, EndsWith("\nline 99998\nline 99999\n"));
  EXPECT_FALSE(std::filesystem::exists(path + ".tail"));
  EXPECT_THAT(text, testing::Not(HasSubstr("\nine ")));
}

TEST(LogSink, AllIsKeptWhenTheTailDoesNotWrap) {
  TempDir dir;
  LogSink log(dir.path() + "/1.log", 100'000);
  std::string all;
  for (int i = 0; i < 8'000; ++i) all += fmt::format("line {}\n", i);
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = all.find('\n', std::min(at + 3000, all.size() - 1)) + 1;
    log.append(std::string_view(all).substr(at, end - at));
    at = end;
  }
  log.finish("T");
  EXPECT_EQ(read_file(dir.path() + "/1.log"), all);
}

TEST(LogSink, ADiskThatRefusesIsNoReasonToFail) {
  TempDir dir;
  LogSink log(dir.path() + "/missing/1.log", 1000);
  for (int i = 0; i < 100; ++i) log.append(std::string(999, 'x') + "\n");
  log.finish("T");
  EXPECT_FALSE(log.in_file());
  EXPECT_EQ(log.take_memory(),
            "T stderr F [weft: 100000 bytes of log were lost: No such file or directory]\n");
}

TEST(LogSink, OfALogThatAFullDiskTookNothingOfTheLossIsTold) {
  TempDir dir;
  LogSink log(dir.path() + "/1.log", 1000);
  log.append("a\n");
  {
    const NoRoomForFiles no_room;
    log.spill();
    log.append("b\n");
    log.finish("T");
  }
  EXPECT_FALSE(log.in_file());
  EXPECT_EQ(log.take_memory(), "T stderr F [weft: 4 bytes of log were lost: File too large]\n");
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

}  // namespace
}  // namespace weft::worker
