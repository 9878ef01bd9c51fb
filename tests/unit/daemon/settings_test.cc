#include "server/daemon/settings.h"

#include <gmock/gmock.h>

#include "tests/unit/daemon/temp_folder.h"

namespace weft::daemon::test {
namespace {

using ::testing::HasSubstr;

class SettingsTest : public ::testing::Test {
 protected:
  Result<Settings> read(const std::string& config) {
    folder_.write("weft.json", config);
    Settings settings;
    settings.config = folder_ / "weft.json";
    settings.dags = "dags";
    return with_config(std::move(settings));
  }
  TempFolder folder_;
};

TEST_F(SettingsTest, ReadsBundlesPoolsAndUrl) {
  const auto settings = read(
      R"({"public_url": "https://weft.example.org", "pools": {"erp": 4, "free": -1},
          "bundles": [{"name": "team", "path": "team/dags"}]})");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->public_url, "https://weft.example.org");
  ASSERT_EQ(settings->bundles.size(), 2u);
  EXPECT_EQ(settings->bundles[0].name, "dags");
  EXPECT_EQ(settings->bundles[0].path, std::filesystem::absolute("dags").string());
  EXPECT_EQ(settings->bundles[1].path, folder_ / "team/dags");
  ASSERT_EQ(settings->pools.size(), 2u);
  EXPECT_EQ(settings->pools[0].slots, 4);
}

TEST_F(SettingsTest, NamesTheKeyThatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{", "parse error"},
      {"[]", "JSON object"},
      {R"({"publik_url": "x"})", "publik_url"},
      {R"({"public_url": 1})", "public_url"},
      {R"({"pools": {"p": "many"}})", "pools.p"},
      {R"({"pools": {"p": -2}})", "pools.p"},
      {R"({"retention": "90d"})", "retention"},
      {R"({"retention": {"runs": 90}})", "retention.runs"},
      {R"({"retention": {"runs": "5m"}})", "an hour or more"},
      {R"({"retention": {"keep_last": -1}})", "retention.keep_last"},
      {R"({"retention": {"logs": "1d"}})", "retention.logs"},
      {R"({"low_disk": 5})", "low_disk"},
      {R"({"low_disk": "much"})", "5GiB"},
      {R"({"bundles": [{"name": "a"}]})", "bundles[0]"},
      {R"({"bundles": [{"name": "dags", "path": "x"}]})", "taken"},
      {R"({"bundles": [{"name": "a", "path": "x"}, {"name": "a", "path": "y"}]})", "bundles[1]"},
  };
  for (const auto& [config, says] : cases) {
    const auto settings = read(config);
    ASSERT_FALSE(settings) << config;
    EXPECT_THAT(settings.error().message, HasSubstr(says));
    EXPECT_THAT(settings.error().message, HasSubstr("weft.json"));
  }
}

TEST_F(SettingsTest, WantsCertificateAndKeyTogether) {
  for (const bool has_key : {false, true}) {
    Settings settings;
    settings.dags = "dags";
    (has_key ? settings.tls_key : settings.tls_cert) = "file.pem";
    EXPECT_THAT(with_config(settings).error().message, HasSubstr("--tls-cert and --tls-key"));
  }
}

TEST_F(SettingsTest, WantsAFolderOfDagFiles) {
  EXPECT_THAT(with_config(Settings()).error().message, HasSubstr("--dags"));
  Settings settings;
  settings.config = folder_ / "none.json";
  EXPECT_THAT(with_config(settings).error().message, HasSubstr("none.json"));
}

}  // namespace
}  // namespace weft::daemon::test
