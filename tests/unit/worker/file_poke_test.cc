#include "worker/poke/file_poke.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace weft::worker {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class FilePokeTest : public testing::Test {
 protected:
  FilePokeTest() {
    std::string name = (std::filesystem::temp_directory_path() / "weft-poke-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~FilePokeTest() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  void write(const std::string& name, std::size_t bytes = 1, Duration age = 0s) {
    std::ofstream(path(name)) << std::string(bytes, 'x');
    const auto at = std::chrono::floor<std::chrono::seconds>(now_ - age).time_since_epoch();
    const timespec time{.tv_sec = at.count(), .tv_nsec = 0};
    const timespec times[2] = {time, time};
    ASSERT_EQ(utimensat(AT_FDCWD, path(name).c_str(), times, 0), 0);
  }
  FileLook look(FilePoke poke) {
    poke.path = path(poke.path);
    const auto result = look_for_files(poke, now_);
    EXPECT_TRUE(result) << result.error().message;
    return result.value_or(FileLook());
  }

  std::string folder_;
  const Instant now_ = from_micros(1'767'225'600'000'000);
};

TEST_F(FilePokeTest, a_path_is_there_or_not) {
  EXPECT_FALSE(look({.path = "a.csv"}).is_there);
  EXPECT_THAT(look({.path = "a.csv"}).words, HasSubstr("a.csv\" is not there"));
  EXPECT_FALSE(look({.path = "no/such/folder/a.csv"}).is_there);
  write("a.csv", 2048);
  EXPECT_TRUE(look({.path = "a.csv"}).is_there);
  EXPECT_THAT(look({.path = "a.csv"}).words, HasSubstr("is there, 2 KiB"));
  EXPECT_THAT(look({.path = "a.csv"}).paths, ElementsAre(path("a.csv")));
  EXPECT_FALSE(look({.path = "a.csv/b"}).is_there) << "no folder, so nothing is in it";
}

TEST_F(FilePokeTest, a_pattern_is_there_when_something_matches) {
  EXPECT_FALSE(look({.path = "*.csv"}).is_there);
  write("b.csv");
  write("a.csv");
  write("c.txt");
  EXPECT_TRUE(look({.path = "*.csv"}).is_there);
  EXPECT_THAT(look({.path = "*.csv"}).paths, ElementsAre(path("a.csv"), path("b.csv")));
  EXPECT_THAT(look({.path = "[ab].csv"}).paths, ElementsAre(path("a.csv"), path("b.csv")));
}

TEST_F(FilePokeTest, a_name_that_looks_like_a_pattern_is_taken_as_it_is) {
  write("x[1].csv");
  EXPECT_THAT(look({.path = "x[1].csv"}).paths, ElementsAre(path("x[1].csv")));
}

TEST_F(FilePokeTest, all_that_match_must_be_large_enough) {
  write("a.csv", 100);
  write("b.csv", 3);
  const FileLook seen = look({.path = "*.csv", .min_size = 10});
  EXPECT_FALSE(seen.is_there);
  EXPECT_THAT(seen.words, HasSubstr("b.csv\" has 3 B of at least 10 B"));
  EXPECT_TRUE(look({.path = "*.csv", .min_size = 3}).is_there);
}

TEST_F(FilePokeTest, all_that_match_must_have_been_left_alone) {
  write("a.csv", 1, 60s);
  write("b.csv", 1, 10s);
  const FileLook seen = look({.path = "*.csv", .stable_for = 30s});
  EXPECT_FALSE(seen.is_there);
  EXPECT_THAT(seen.words, HasSubstr("b.csv\" changed 10s ago"));
  EXPECT_TRUE(look({.path = "*.csv", .stable_for = 10s}).is_there);
  EXPECT_TRUE(look({.path = "a.csv", .stable_for = 60s}).is_there);
}

TEST_F(FilePokeTest, a_change_in_the_future_says_so) {
  write("a.csv", 1, -1h);
  EXPECT_TRUE(look({.path = "a.csv"}).is_there);
  EXPECT_THAT(look({.path = "a.csv", .stable_for = 1s}).words, HasSubstr("the clocks differ"));
}

TEST_F(FilePokeTest, a_folder_and_a_dangling_link) {
  std::filesystem::create_directory(path("done"));
  EXPECT_TRUE(look({.path = "done", .min_size = 10'000'000}).is_there) << "a folder has no size";
  std::filesystem::create_symlink(path("gone"), path("link"));
  EXPECT_FALSE(look({.path = "link"}).is_there);
  EXPECT_THAT(look({.path = "li*"}).paths, IsEmpty());
}

TEST_F(FilePokeTest, what_cannot_be_looked_at_is_an_error) {
  std::filesystem::create_symlink(path("loop"), path("loop"));
  const auto result = look_for_files({.path = path("loop")}, now_);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("cannot look at"));
  EXPECT_FALSE(look_for_files({.path = std::string(5000, 'x')}, now_));
}

}  // namespace
}  // namespace weft::worker
