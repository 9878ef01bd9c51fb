// The whole server in this process, seen from outside.
#include "server/daemon/daemon.h"

#include <gmock/gmock.h>

#include "server/daemon/examples.h"
#include "tests/unit/daemon/temp_folder.h"
#include "tests/unit/net/server_fixture.h"

namespace weft::daemon::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class DaemonTest : public ::testing::Test {
 protected:
  Settings settings() const {
    Settings settings;
    settings.listen = "127.0.0.1:0";
    settings.data = folder_ / "data";
    settings.dags = folder_ / "dags";
    settings.log_level = "error";
    settings.secrets_key = folder_ / "secrets.key";
    return settings;
  }
  static std::uint16_t port_of(const Daemon& daemon) {
    return static_cast<std::uint16_t>(std::stoi(daemon.url().substr(daemon.url().rfind(':') + 1)));
  }
  static std::string ask(const Daemon& daemon, const std::string& line,
                         const std::string& token = {}) {
    http::testing::RawClient client(port_of(daemon));
    const std::string authorization =
        token.empty() ? "" : "authorization: Bearer " + token + "\r\n";
    return client.exchange(line + " HTTP/1.1\r\nhost: localhost\r\n" + authorization + "\r\n");
  }

  TempFolder folder_;
};

TEST_F(DaemonTest, AnswersFromTheFirstMomentAndWantsTheRightToken) {
  folder_.write("dags/hello.dag.json", R"({"tasks": [{"task_id": "a", "command": "true"}]})");
  const auto daemon = Daemon::start(settings());
  ASSERT_TRUE(daemon) << daemon.error().message;
  EXPECT_THAT(ask(**daemon, "GET /healthz"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(**daemon, "GET /api/v2/version"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(**daemon, "GET /"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(**daemon, "GET /api/v2/dags"), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(ask(**daemon, "GET /api/v2/dags", (*daemon)->admin_token()),
              StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(**daemon, "GET /api/v2/nothing", (*daemon)->admin_token()),
              StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask(**daemon, "POST /api/worker/v1/sync", (*daemon)->admin_token()),
              StartsWith("HTTP/1.1 403 "));
}

TEST_F(DaemonTest, KeepsItsTokensOverARestart) {
  folder_.write("dags/none", "");
  std::string token;
  {
    const auto daemon = Daemon::start(settings());
    ASSERT_TRUE(daemon) << daemon.error().message;
    token = (*daemon)->admin_token();
    (*daemon)->stop();
    (*daemon)->stop();
  }
  const auto again = Daemon::start(settings());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ((*again)->admin_token(), token);
}

TEST_F(DaemonTest, RefusesADataFolderAndAPortInUse) {
  folder_.write("dags/none", "");
  const auto first = Daemon::start(settings());
  ASSERT_TRUE(first) << first.error().message;
  const auto same_data = Daemon::start(settings());
  ASSERT_FALSE(same_data);
  EXPECT_THAT(same_data.error().message, HasSubstr("in use"));
  Settings same_port = settings();
  same_port.data = folder_ / "other";
  same_port.listen = "127.0.0.1:" + std::to_string(port_of(**first));
  const auto second = Daemon::start(same_port);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("--listen"));
  EXPECT_THAT(ask(**first, "GET /healthz"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(DaemonTest, NamesAFolderThatIsMissing) {
  const auto daemon = Daemon::start(settings());
  ASSERT_FALSE(daemon);
  EXPECT_THAT(daemon.error().message, HasSubstr(folder_ / "dags"));
}

TEST_F(DaemonTest, PutsTheExamplesIntoANewFolderOnly) {
  namespace fs = std::filesystem;
  const std::string dags = folder_ / "dags";
  ASSERT_TRUE(make_dags_folder(dags, true));
  EXPECT_TRUE(fs::exists(dags + "/hello.dag.json"));
  EXPECT_TRUE(fs::exists(dags + "/weather/weather_daily.dag.json"));
  fs::remove(dags + "/hello.dag.json");
  ASSERT_TRUE(make_dags_folder(dags, true));
  EXPECT_FALSE(fs::exists(dags + "/hello.dag.json"));
  ASSERT_TRUE(make_dags_folder(folder_ / "empty", false));
  EXPECT_TRUE(fs::is_empty(folder_ / "empty"));
}

}  // namespace
}  // namespace weft::daemon::testing
