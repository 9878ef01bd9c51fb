#include "cli/context.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace weft::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class ContextTest : public ::testing::Test {
 protected:
  ~ContextTest() override { fs::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& text) {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path) << text;
    return path;
  }

  Contexts two() const {
    return {"prod",
            {{"prod", {"https://prod.example.com", "p-token", ""}},
             {"test", {"http://127.0.0.1:8080", "", folder_ + "/token"}}}};
  }

  const std::string folder_ = [] {
    std::string name = fs::temp_directory_path() / "weft-context-XXXXXX";
    return std::string(::mkdtemp(name.data()));
  }();
};

TEST_F(ContextTest, they_come_back_from_a_file_that_others_cannot_read) {
  const std::string path = folder_ + "/deep/weft/config.json";
  ASSERT_TRUE(save_contexts(path, two()));
  ASSERT_TRUE(save_contexts(path, two()));  // over the first
  struct stat found {};
  ASSERT_EQ(::stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
  const auto read = load_contexts(path);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->current, "prod");
  EXPECT_EQ(read->all.at("prod").token, "p-token");
  EXPECT_EQ(read->all.at("test").token_file, folder_ + "/token");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ + "/deep/weft"), fs::directory_iterator()),
            1);
}

TEST_F(ContextTest, a_link_to_the_file_stays_a_link) {
  fs::create_symlink(folder_ + "/elsewhere", folder_ + "/config.json");
  file("elsewhere", "{}");
  ASSERT_TRUE(save_contexts(folder_ + "/config.json", two()));
  EXPECT_TRUE(fs::is_symlink(folder_ + "/config.json"));
  EXPECT_EQ(load_contexts(folder_ + "/elsewhere")->current, "prod");
}

TEST_F(ContextTest, without_a_file_there_are_none_and_a_broken_one_is_named) {
  EXPECT_TRUE(load_contexts(folder_ + "/nothing")->all.empty());
  EXPECT_TRUE(load_contexts(file("empty", "{}"))->all.empty());
  for (const char* text : {"", "[]", "{", R"({"contexts": []})", R"({"contexts": {"a": {}}})"})
    EXPECT_THAT(load_contexts(file("broken", text)).error().message, HasSubstr("broken")) << text;
}

TEST_F(ContextTest, the_one_that_is_said_goes_before_the_usual_and_the_current_one) {
  file("token", "t-token\n");
  EXPECT_EQ(choose_server({}, two())->server, "https://prod.example.com");
  EXPECT_EQ(choose_server({}, two())->token, "p-token");
  const auto usual = choose_server({.usual_context = "test"}, two());
  ASSERT_TRUE(usual) << usual.error().message;
  EXPECT_EQ(usual->server, "http://127.0.0.1:8080");
  EXPECT_EQ(usual->token, "t-token");
  EXPECT_EQ(choose_server({.context = "prod", .usual_context = "test"}, two())->token, "p-token");
  EXPECT_EQ(choose_server({}, {})->server, "");
}

TEST_F(ContextTest, options_and_environment_go_before_contexts) {
  EXPECT_EQ(choose_server({.token = "mine"}, two())->token, "mine");
  EXPECT_EQ(choose_server({.token = "mine"}, two())->server, "https://prod.example.com");
  EXPECT_EQ(choose_server({.server = "http://other:1", .usual_context = "prod"}, two())->server,
            "http://other:1");
}

TEST_F(ContextTest, a_token_goes_to_no_other_server) {
  EXPECT_EQ(choose_server({.server = "http://other:1"}, two())->token, "");
  EXPECT_EQ(choose_server({.server = "https://prod.example.com/"}, two())->token, "p-token");
  const auto both = choose_server({.server = "http://other:1", .context = "prod"}, two());
  ASSERT_FALSE(both);
  EXPECT_THAT(both.error().message, HasSubstr("leave one out"));
}

TEST_F(ContextTest, what_is_missing_is_named) {
  EXPECT_THAT(choose_server({.context = "nope"}, two()).error().message, HasSubstr("\"nope\""));
  EXPECT_THAT(choose_server({.usual_context = "nope"}, two()).error().message, HasSubstr("nope"));
  EXPECT_TRUE(choose_server({.server = "http://other:1", .usual_context = "nope"}, two()));
  EXPECT_THAT(choose_server({.context = "test"}, two()).error().message,
              HasSubstr(folder_ + "/token"));
}

}  // namespace
}  // namespace weft::cli
