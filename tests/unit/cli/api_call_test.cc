#include "cli/api_call.h"

#include <gmock/gmock.h>

namespace weft::cli {
namespace {

using ::testing::HasSubstr;

std::string path_of_call(const std::string& path) {
  const auto request = api_request({.path = path});
  return request ? request->path : "refused: " + request.error().message;
}

TEST(ApiCallTest, the_root_of_the_api_may_be_left_out) {
  EXPECT_EQ(path_of_call("/dags?limit=1"), "/api/v2/dags?limit=1");
  EXPECT_EQ(path_of_call("dags/a%20b"), "/api/v2/dags/a%20b");
  EXPECT_EQ(path_of_call("/api/v2/dags"), "/api/v2/dags");
  EXPECT_EQ(path_of_call("api/v2/dags"), "/api/v2/dags");
  for (const char* outside : {"/healthz", "/readyz", "/openapi.json", "/auth/token"})
    EXPECT_EQ(path_of_call(outside), outside);
}

TEST(ApiCallTest, a_path_names_no_server_and_has_no_blanks) {
  EXPECT_THAT(path_of_call("https://evil.example.com/dags"), HasSubstr("--server"));
  EXPECT_EQ(path_of_call("/assets?uri_pattern=s3://b"), "/api/v2/assets?uri_pattern=s3://b");
  EXPECT_THAT(path_of_call("/dags /x"), HasSubstr("%20"));
  EXPECT_THAT(path_of_call("/dags\r\nHost: x"), HasSubstr("refused"));
}

TEST(ApiCallTest, a_method_may_be_written_small) {
  EXPECT_EQ(api_request({.method = "patch", .path = "/dags"})->method, "PATCH");
}

TEST(ApiCallTest, headers_have_a_name_and_one_line) {
  EXPECT_EQ(api_request({.path = "/dags", .headers = {"Idempotency-Key: 7"}})->headers.size(), 1U);
  for (const char* wrong : {"", "x", ": y", "a b: c", "a: b\r\nc: d"})
    EXPECT_FALSE(api_request({.path = "/dags", .headers = {wrong}})) << wrong;
}

}  // namespace
}  // namespace weft::cli
