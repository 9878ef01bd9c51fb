// Workers over the API: what they are, and how one is drained.

#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class WorkersApi : public ApiFixture {
 protected:
  WorkersApi() { register_worker(); }
  const std::string path = "/api/v2/workers/w1";
};

TEST_F(WorkersApi, is_drained_and_gets_work_again) {
  EXPECT_EQ(get_json(path)["is_drained"], false);
  const auto drained = send("PATCH", path, R"({"is_drained": true})");
  ASSERT_EQ(drained.status, 200) << drained.body;
  EXPECT_EQ(json::parse(drained.body)["state"], "draining");
  EXPECT_EQ(get_json("/api/v2/workers")["workers"][0]["is_drained"], true);
  EXPECT_THAT(get("/api/v2/auditLogs").body, HasSubstr("drain_worker"));
  EXPECT_EQ(json::parse(send("PATCH", path, R"({"is_drained": false})").body)["state"], "online");
  EXPECT_EQ(json::parse(send("PATCH", path, "{}").body)["is_drained"], false) << "nothing is asked";
}

TEST_F(WorkersApi, says_what_is_wrong) {
  EXPECT_EQ(send("PATCH", path, R"({"is_drained": "yes"})").status, 422);
  EXPECT_EQ(send("PATCH", "/api/v2/workers/nobody", R"({"is_drained": true})").status, 404);
  EXPECT_EQ(get("/api/v2/workers/nobody").status, 404);
}

}  // namespace
}  // namespace weft::test
