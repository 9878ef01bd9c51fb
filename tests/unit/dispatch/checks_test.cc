#include "server/dispatch/checks.h"

#include <gmock/gmock.h>

namespace weft::dispatch {
namespace {

wire::RegisterRequest good() {
  wire::RegisterRequest request;
  request.name = "host-1";
  request.slots = 8;
  request.queues = {"default"};
  request.session = std::string(32, 'a');
  return request;
}

TEST(CheckRegister, TakesAGoodOne) {
  EXPECT_FALSE(check_register(good(), "db"));
  wire::RegisterRequest known = good();
  known.database_id = "db";
  EXPECT_FALSE(check_register(known, "db"));
}

TEST(CheckRegister, NamesWhatIsWrong) {
  struct Case {
    std::function<void(wire::RegisterRequest&)> spoil;
    int status;
    const char* says;
  };
  const std::vector<Case> cases = {
      {[](auto& r) { r.protocol = 3; }, 426, "update the server"},
      {[](auto& r) { r.protocol = 0; }, 426, "update the worker"},
      {[](auto& r) { r.slots = 0; }, 422, "slots: 0"},
      {[](auto& r) { r.slots = 10'001; }, 422, "slots"},
      {[](auto& r) { r.slots = -1; }, 422, "slots"},
      {[](auto& r) { r.name = "../x"; }, 422, "name"},
      {[](auto& r) { r.name = ".."; }, 422, "name"},
      {[](auto& r) { r.name = std::string(251, 'x'); }, 422, "name"},
      {[](auto& r) { r.session = "x"; }, 422, "session"},
      {[](auto& r) { r.queues = {}; }, 422, "queues"},
      {[](auto& r) { r.queues = {"a b"}; }, 422, "queues"},
      {[](auto& r) { r.database_id = "other"; }, 409, "another database"},
  };
  for (const Case& c : cases) {
    wire::RegisterRequest request = good();
    c.spoil(request);
    const auto refused = check_register(request, "db");
    ASSERT_TRUE(refused) << c.says;
    EXPECT_EQ(refused->status, c.status) << c.says;
    EXPECT_THAT(refused->body, ::testing::HasSubstr(c.says));
  }
}

TEST(LogPath, ReadsTheAttempt) {
  EXPECT_EQ(attempt_of_log_path("/attempts/17/log"), AttemptId{17});
  for (const char* path :
       {"/attempts//log", "/attempts/0/log", "/attempts/-1/log", "/attempts/1x/log",
        "/attempts/1/logs", "/attempts/log", "/attempts/1", "/attempts/99999999999999999999/log"}) {
    EXPECT_FALSE(attempt_of_log_path(path)) << path;
  }
}

}  // namespace
}  // namespace weft::dispatch
