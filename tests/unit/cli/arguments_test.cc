#include "cli/arguments.h"

#include <gmock/gmock.h>

#include "server/core/dag/parse.h"

namespace weft::cli {
namespace {

using ::testing::HasSubstr;

std::shared_ptr<const Dag> dag() {
  return parse_dag({.path = "d.dag.json", .text = R"({
    "params": {"name": {"type": "string", "default": "x"}, "count": {"type": "integer"},
               "any": {"default": 1}},
    "tasks": [{"task_id": "t", "command": "true"}]})"})
      .dag;
}

TEST(ArgumentsTest, params_follow_their_types) {
  ASSERT_TRUE(dag());
  const auto conf = parse_params(*dag(), {"name=12", "count=12", "any=a=b"});
  ASSERT_TRUE(conf) << conf.error().message;
  EXPECT_EQ(*conf, (nlohmann::json{{"name", "12"}, {"count", 12}, {"any", "a=b"}}));
}

TEST(ArgumentsTest, params_that_make_no_sense) {
  EXPECT_THAT(parse_params(*dag(), {"name"}).error().message, HasSubstr("name=value"));
  EXPECT_THAT(parse_params(*dag(), {"=1"}).error().message, HasSubstr("name=value"));
  EXPECT_THAT(parse_params(*dag(), {"nam=1"}).error().message, HasSubstr("name, count"));
}

TEST(ArgumentsTest, outputs_of_tasks) {
  EXPECT_EQ(parse_outputs({"a.b.rows=3", "a.b.path=/tmp"}).value(),
            (nlohmann::json{{"a.b", {{"rows", 3}, {"path", "/tmp"}}}}));
  for (const char* wrong : {"a", "a=1", "a.=1", ".a=1", "a.b"})
    EXPECT_FALSE(parse_outputs({wrong})) << wrong;
}

TEST(ArgumentsTest, dates) {
  EXPECT_FALSE(parse_date("--date", "").value());
  EXPECT_EQ(parse_date("--date", "2026-01-02").value(), parse_instant("2026-01-02").value());
  EXPECT_THAT(parse_date("--after", "soon").error().message, HasSubstr("--after"));
}

}  // namespace
}  // namespace weft::cli
