#include "server/auth/token_file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "server/auth/token.h"
#include "tests/unit/storage/folder_syncs.h"

namespace weft::auth {
namespace {

class TokenFileTest : public ::testing::Test {
 protected:
  TokenFileTest() {
    char folder[] = "/tmp/weft-token-XXXXXX";
    folder_ = ::mkdtemp(folder);
    path_ = folder_ + "/admin-token";
  }
  ~TokenFileTest() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& text, mode_t mode) {
    std::ofstream(path_) << text;
    ::chmod(path_.c_str(), mode);
  }

  std::string folder_, path_;
};

TEST_F(TokenFileTest, TheNameOfTheFileIsOnDiskBeforeTheTokenIsUsed) {
  test::folder_syncs = {.watched = path_};
  ASSERT_TRUE(make_token_file(path_));
  EXPECT_EQ(test::folder_syncs.with_file, 1);
  test::folder_syncs = {};
}

TEST_F(TokenFileTest, MakesATokenOnceThatOnlyItsOwnerReads) {
  const auto token = load_or_make_token(path_);
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_THAT(*token, ::testing::MatchesRegex("weft_[0-9a-f]+"));
  EXPECT_EQ(token->size(), 5u + 64u);
  struct stat facts {};
  ASSERT_EQ(::stat(path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  EXPECT_EQ(load_or_make_token(path_).value(), *token);
  EXPECT_NE(make_token(), *token);
}

TEST_F(TokenFileTest, LoadsNothingWhereThereIsNoFileAndMakesAnewOverAnOldOne) {
  EXPECT_EQ(load_token(path_).value(), "");
  EXPECT_FALSE(std::filesystem::exists(path_));
  const auto first = load_or_make_token(path_).value();
  EXPECT_EQ(load_token(path_).value(), first);
  const auto second = make_token_file(path_).value();
  EXPECT_NE(second, first);
  EXPECT_EQ(load_token(path_).value(), second);
}

TEST_F(TokenFileTest, RefusesAFileThatOthersReadOrThatHoldsNoToken) {
  write(make_token() + "\n", 0644);
  EXPECT_THAT(load_or_make_token(path_).error().message, ::testing::HasSubstr("chmod 600"));
  write("secret\n", 0600);
  EXPECT_THAT(load_or_make_token(path_).error().message, ::testing::HasSubstr(path_));
  write("", 0600);
  EXPECT_FALSE(load_or_make_token(path_));
  write(make_token() + "x", 0600);
  EXPECT_FALSE(load_or_make_token(path_));
}

TEST_F(TokenFileTest, SaysWhenTheFolderIsMissing) {
  const auto token = load_or_make_token(folder_ + "/none/admin-token");
  ASSERT_FALSE(token);
  EXPECT_THAT(token.error().message, ::testing::HasSubstr("none/admin-token"));
}

}  // namespace
}  // namespace weft::auth
