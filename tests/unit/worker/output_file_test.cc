#include "worker/runner/output_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/worker/runner_fixture.h"
#include "worker/runner/unique_fd.h"

namespace weft::worker {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST(Outputs, ReadsAllThreeForms) {
  const auto outputs = parse_outputs(
      "name=value = with = signs\n"
      "empty=\n"
      "\n"
      "rows:=42\n"
      "list:=[1, {\"a\": null}]\n"
      "text<<EOF\n"
      "first\n"
      "  second=2\n"
      "EOF\n"
      "none<<X\n"
      "X\n"
      "name=again");
  ASSERT_TRUE(outputs) << outputs.error().message;
  EXPECT_EQ(*outputs, json::parse(R"({"name":"again","empty":"","rows":42,
      "list":[1,{"a":null}],"text":"first\n  second=2","none":""})"));
}

TEST(Outputs, NothingIsNull) {
  EXPECT_TRUE(parse_outputs("")->is_null());
  EXPECT_TRUE(parse_outputs("\n  \n")->is_null());
}

TEST(Outputs, ErrorsNameTheLine) {
  const std::pair<const char*, const char*> cases[] = {
      {"a=1\nnonsense", "line 2: expected key=value"},
      {"=1", "line 1: expected key=value"},
      {"a b=1", "line 1: expected key=value"},
      {"a:=nope", "line 1: the value of \"a\" is not valid JSON"},
      {"a:1", "line 1: after the key \"a\" must come"},
      {"a<1", "line 1: after the key \"a\" must come"},
      {"a<<EOF\nx\n", "line 1: \"a<<EOF\" has no line \"EOF\""},
      {"x=1\na<<", "line 2: \"a<<\" needs the word"},
      {"a=\xFF", "line 1: the value of \"a\" is not UTF-8"},
  };
  for (const auto& [text, says] : cases) {
    const auto outputs = parse_outputs(text);
    ASSERT_FALSE(outputs) << text;
    EXPECT_THAT(outputs.error().message, HasSubstr(says)) << text;
  }
  const auto deep = parse_outputs("a:=" + std::string(100'000, '['));
  ASSERT_FALSE(deep);
  EXPECT_THAT(deep.error().message, HasSubstr("too deeply"));
}

class OutputFile : public testing::Test {
 protected:
  void write(const std::string& text) { std::ofstream(dir_.path() + "/1") << text; }
  Result<json> take() {
    const UniqueFd fd(open(dir_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return take_outputs(fd.get(), "1", 1000);
  }
  TempDir dir_;
};

TEST_F(OutputFile, IsReadOnceAndRemoved) {
  write("a=1\n");
  EXPECT_EQ(*take(), json({{"a", "1"}}));
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path()));
  EXPECT_TRUE(take()->is_null());
}

TEST_F(OutputFile, TooLargeIsRefusedAndRemoved) {
  write(std::string(1001, 'x'));
  const auto outputs = take();
  ASSERT_FALSE(outputs);
  EXPECT_EQ(outputs.error().code, ErrorCode::too_large);
  EXPECT_THAT(outputs.error().message, HasSubstr("1001 bytes; at most 1000"));
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path()));
}

TEST_F(OutputFile, SymlinksAndPipesAreRefused) {
  std::filesystem::create_symlink("/etc/passwd", dir_.path() + "/1");
  EXPECT_FALSE(take());
  ASSERT_EQ(mkfifo((dir_.path() + "/1").c_str(), 0600), 0);
  const auto outputs = take();
  ASSERT_FALSE(outputs);
  EXPECT_THAT(outputs.error().message, HasSubstr("not a regular file"));
}

}  // namespace
}  // namespace weft::worker
