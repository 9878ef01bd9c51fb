#include "server/secrets/file_source.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/unit/storage/temp_folder.h"

namespace weft::secrets {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class FileSourceTest : public ::testing::Test {
 protected:
  void write_file(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
    ::chmod(path_.c_str(), 0600);
  }
  std::unique_ptr<FileSource> opened(const std::string& text) {
    write_file(text);
    auto source = FileSource::open(path_);
    EXPECT_TRUE(source) << source.error().message;
    return source ? std::move(*source) : nullptr;
  }
  /// Why a file with this text is refused.
  std::string refusal(const std::string& text) {
    write_file(text);
    const auto source = FileSource::open(path_);
    EXPECT_FALSE(source) << text;
    if (source) return {};
    EXPECT_EQ(source.error().code, ErrorCode::unavailable);
    EXPECT_THAT(source.error().message, Not(HasSubstr("s3cret")));
    return source.error().message;
  }

  weft::test::TempFolder folder_;
  const std::string path_ = folder_ / "secrets.json";
};

TEST_F(FileSourceTest, has_variables_and_connections_in_both_forms) {
  const auto source = opened(R"({
    "variables": {"region": "eu", "rates": {"eur": 1.5}, "n": 3},
    "connections": {"erp": {"conn_type": "http", "host": "erp.example.com", "port": 8443,
                            "password": "pw", "extra": {"token": "t"}},
                    "dwh": "postgres://etl:pw2@db.example.com/marts"}})");
  const auto region = source->variable("region").value();
  ASSERT_TRUE(region);
  EXPECT_EQ(region->value, "eu");
  EXPECT_TRUE(region->is_secret);
  EXPECT_EQ(source->variable("rates").value()->value, R"({"eur":1.5})");
  EXPECT_EQ(source->variable("n").value()->value, "3");
  EXPECT_FALSE(source->variable("nothing").value());
  const auto erp = source->connection("erp", "orders").value();
  ASSERT_TRUE(erp);
  EXPECT_EQ(erp->password, "pw");
  EXPECT_EQ(erp->port, 8443);
  EXPECT_EQ(erp->extra, R"({"token":"t"})");
  EXPECT_EQ(source->connection("dwh", "orders").value()->schema, "marts");
  EXPECT_FALSE(source->connection("nothing", "orders").value());
}

TEST_F(FileSourceTest, may_lack_either_part) {
  EXPECT_FALSE(opened("{}")->variable("a").value());
  EXPECT_FALSE(opened(R"({"variables": {}})")->connection("a", "d").value());
}

TEST_F(FileSourceTest, says_where_it_is_broken_and_shows_nothing_of_it) {
  EXPECT_THAT(refusal("{\"variables\":\n  {\"a\": s3cret}}"),
              AllOf(StartsWith(path_ + ":2:"), HasSubstr("this is no JSON")));
  EXPECT_THAT(refusal(R"({"variables": {"a": "s3cret)"), HasSubstr(":1:"));
  EXPECT_THAT(refusal(""), HasSubstr(":1:1: this is no JSON"));
  EXPECT_THAT(refusal("\"s3cret\""), HasSubstr("expected {\"variables\": {…}"));
  EXPECT_THAT(refusal(R"({"s3cret": {}})"), HasSubstr("neither variables nor connections"));
  EXPECT_THAT(refusal(R"({"variables": ["s3cret"]})"), HasSubstr("variables: expected an object"));
  EXPECT_THAT(refusal(R"({"connections": "s3cret"})"), HasSubstr("connections: expected"));
  EXPECT_THAT(refusal(std::string(100'000, '[') + std::string(100'000, ']')),
              HasSubstr("nested more than 64 levels deep"));
  EXPECT_THAT(refusal("{\"variables\": {\"a\": \"\xff\"}}"), HasSubstr("this is no JSON"));
}

TEST_F(FileSourceTest, a_number_beyond_all_bounds_is_no_json) {
  EXPECT_NE(refusal(R"({"variables": {"a": 1e99999}})"), "");
}

TEST_F(FileSourceTest, is_refused_when_others_may_read_it_or_it_is_no_such_file) {
  write_file("{}");
  for (const mode_t mode : {0640, 0604, 0660}) {
    ::chmod(path_.c_str(), mode);
    const auto source = FileSource::open(path_);
    ASSERT_FALSE(source) << mode;
    EXPECT_THAT(source.error().message, AllOf(HasSubstr(path_), HasSubstr("run chmod 600")));
  }
  EXPECT_THAT(FileSource::open(folder_ / "none").error().message, HasSubstr("cannot read"));
  EXPECT_THAT(FileSource::open(folder_.path().string()).error().message, HasSubstr("is no file"));
  const std::string pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(FileSource::open(pipe).error().message, HasSubstr("is no file"));
}

TEST_F(FileSourceTest, has_at_most_4_mib) {
  const std::string head = "{\"variables\": {\"a\": \"", tail = "\"}}";
  const std::size_t most = (4 << 20) - head.size() - tail.size();
  EXPECT_TRUE(opened(head + std::string(most, 'x') + tail));
  EXPECT_THAT(refusal(head + std::string(most + 1, 'x') + tail),
              HasSubstr("more than 4096 KiB: is it the right file?"));
}

TEST_F(FileSourceTest, is_read_anew_when_it_changes) {
  const auto source = opened(R"({"variables": {"a": "old"}})");
  EXPECT_EQ(source->variable("a").value()->value, "old");
  write_file(R"({"variables": {"a": "new"}})");  // as long as before, in the same moment
  EXPECT_EQ(source->variable("a").value()->value, "new");
  const std::string beside = folder_ / "beside";
  std::ofstream(beside) << R"({"variables": {"a": "moved"}})";
  ::chmod(beside.c_str(), 0600);
  ASSERT_EQ(::rename(beside.c_str(), path_.c_str()), 0);
  EXPECT_EQ(source->variable("a").value()->value, "moved");
}

TEST_F(FileSourceTest, is_known_no_more_while_it_is_broken_and_again_when_it_is_mended) {
  const auto source = opened(R"({"variables": {"a": "1"}})");
  EXPECT_TRUE(source->variable("a"));
  write_file("{");
  const auto broken = source->variable("a");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, ErrorCode::unavailable);
  EXPECT_THAT(broken.error().message, StartsWith(path_ + ":1:"));
  ::unlink(path_.c_str());
  EXPECT_THAT(source->connection("a", "d").error().message, HasSubstr("No such file"));
  write_file(R"({"variables": {"a": "2"}})");
  ::chmod(path_.c_str(), 0644);
  EXPECT_THAT(source->variable("a").error().message, HasSubstr("chmod 600"));
  ::chmod(path_.c_str(), 0600);
  EXPECT_EQ(source->variable("a").value()->value, "2");
}

TEST_F(FileSourceTest, a_connection_that_is_none_fails_alone) {
  const auto source = opened(R"({"connections": {
      "odd": "s3cret", "more": {"pass": "s3cret"}, "list": ["s3cret"], "fine": "http://h/"}})");
  for (const char* id : {"odd", "more", "list"}) {
    const auto wrong = source->connection(id, "d");
    ASSERT_FALSE(wrong) << id;
    EXPECT_EQ(wrong.error().code, ErrorCode::unprocessable);
    EXPECT_THAT(wrong.error().message,
                AllOf(StartsWith(path_ + ": connections." + id + ": "), Not(HasSubstr("s3cret"))));
  }
  EXPECT_EQ(source->connection("fine", "d").value()->host, "h");
}

}  // namespace
}  // namespace weft::secrets
