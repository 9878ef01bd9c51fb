#include "cli/client.h"

#include <gmock/gmock.h>

#include "cli/exit_code.h"

namespace weft::cli {
namespace {

using ::testing::HasSubstr;

TEST(ClientTest, ids_are_escaped_in_paths) {
  EXPECT_EQ(api_path({"dags", "a b", "dagRuns", "manual__2026-01-01T00:00:00+00:00_1a"}),
            "/api/v2/dags/a%20b/dagRuns/manual__2026-01-01T00%3A00%3A00%2B00%3A00_1a");
  EXPECT_EQ(escaped("ü/..?"), "%C3%BC%2F..%3F");
}

TEST(ClientTest, a_problem_is_told_by_its_detail) {
  EXPECT_EQ(problem_text(404, R"({"title": "Not Found", "detail": "no DAG \"x\""})"),
            "the server says no (404): no DAG \"x\"");
  EXPECT_EQ(problem_text(422, R"({"detail": [{"loc": ["body", "conf"], "msg": "not an object"}]})"),
            "the server says no (422): body.conf: not an object");
  EXPECT_EQ(problem_text(500, "oops\x1b"), "the server says no (500): oops?");
  EXPECT_THAT(problem_text(401, R"({"detail": "no token"})"), HasSubstr("WEFT_TOKEN"));
}

TEST(ClientTest, a_server_that_is_not_there_is_unreachable) {
  // Port 0 is nobody's.
  const auto answer = Client({.server = "http://127.0.0.1:0/"}).get("/api/v2/version");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().exit, exit_code::unreachable);
  EXPECT_THAT(answer.error().message, HasSubstr("--server"));
}

}  // namespace
}  // namespace weft::cli
