#include "server/secrets/vault_source.h"

#include <gmock/gmock.h>

#include <future>
#include <thread>

#include "server/secrets/environment.h"
#include "tests/unit/secrets/fake_vault.h"

namespace weft::secrets {
namespace {

using test::FakeVault;
using test::http_answer;
using test::kv_answer;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class VaultCacheTest : public ::testing::Test {
 protected:
  Result<VaultCache::Fields> get(const std::string& path) { return cache_.get(path); }

  std::chrono::steady_clock::time_point now_{std::chrono::hours(1)};
  std::atomic<int> fetched_ = 0;
  std::function<Result<VaultCache::Fields>(const std::string&)> answer_ = [](const auto& path) {
    return VaultCache::Fields(nlohmann::json{{"value", path}});
  };
  VaultCache cache_{[this](const std::string& path) {
                      ++fetched_;
                      return answer_(path);
                    },
                    [this] { return now_; }};
};

TEST_F(VaultCacheTest, knows_what_it_found_for_a_while) {
  EXPECT_EQ((*get("a").value())["value"], "a");
  now_ += VaultCache::found_time - std::chrono::milliseconds(1);
  EXPECT_TRUE(get("a"));
  EXPECT_EQ(fetched_, 1);
  now_ += std::chrono::milliseconds(1);
  EXPECT_TRUE(get("a"));
  EXPECT_EQ(fetched_, 2);
}

TEST_F(VaultCacheTest, knows_for_less_long_what_is_missing) {
  answer_ = [](const auto&) { return VaultCache::Fields(); };
  EXPECT_FALSE(get("a").value());
  EXPECT_FALSE(get("a").value());
  EXPECT_EQ(fetched_, 1);
  now_ += VaultCache::missing_time;
  EXPECT_FALSE(get("a").value());
  EXPECT_EQ(fetched_, 2);
}

TEST_F(VaultCacheTest, uses_no_value_beyond_its_time_when_there_is_an_outage) {
  EXPECT_TRUE(get("a"));
  answer_ = [](const auto&) { return fail(ErrorCode::unavailable, "down"); };
  EXPECT_TRUE(get("a"));
  now_ += VaultCache::found_time;
  EXPECT_EQ(get("a").error().message, "down");
  EXPECT_EQ(get("a").error().message, "down");
  EXPECT_EQ(get("b").error().message, "down");
  EXPECT_EQ(fetched_, 2) << "who asks in the same second is told the same";
  now_ += VaultCache::outage_time;
  EXPECT_FALSE(get("b"));
  EXPECT_EQ(fetched_, 3);
  answer_ = [](const auto&) { return fail(ErrorCode::permission_denied, "no"); };
  now_ += VaultCache::outage_time;
  EXPECT_EQ(get("b").error().message, "no");
  EXPECT_EQ(get("b").error().message, "no");
  EXPECT_EQ(fetched_, 5) << "only an outage is everybody's";
}

TEST_F(VaultCacheTest, keeps_so_many) {
  for (std::size_t i = 0; i <= VaultCache::max_entries; ++i) {
    now_ += std::chrono::microseconds(1);
    EXPECT_TRUE(get(std::to_string(i)));
  }
  EXPECT_EQ(cache_.size(), VaultCache::max_entries);
  const int before = fetched_;
  EXPECT_TRUE(get("1"));
  EXPECT_EQ(fetched_, before);
  EXPECT_TRUE(get("0"));
  EXPECT_EQ(fetched_, before + 1) << "the oldest one went";
}

TEST_F(VaultCacheTest, asks_once_however_many_want_it) {
  std::promise<void> go;
  const auto gone = go.get_future().share();
  answer_ = [gone](const auto&) -> Result<VaultCache::Fields> {
    gone.wait();
    return fail(ErrorCode::permission_denied, "no");  // is not kept: a second call would fetch
  };
  std::vector<std::thread> threads;
  std::atomic<int> refused = 0;
  for (int i = 0; i < 5; ++i)
    threads.emplace_back([&] {
      const auto found = get("a");
      refused += !found && found.error().message == "no" ? 1 : 0;
    });
  while (cache_.waiting() < 4) std::this_thread::yield();
  go.set_value();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(fetched_, 1);
  EXPECT_EQ(refused, 5);
}

class VaultSourceTest : public ::testing::Test {
 protected:
  VaultSource source() const {
    return VaultSource(
        {.addr = vault_.url(), .mount = "kv", .variables_path = variables_path_, .token = "t"});
  }

  std::map<std::string, nlohmann::json> secrets_;  ///< beneath the mount
  std::string variables_path_ = "variables";
  FakeVault vault_{[this](const FakeVault::Call& call) {
    const auto found = secrets_.find(call.line.substr(std::string("GET /v1/kv/data/").size()));
    return found == secrets_.end() ? http_answer(404, R"({"errors":[]})")
                                   : kv_answer(found->second);
  }};
};

TEST_F(VaultSourceTest, speaks_airflow) {
  secrets_["variables/region"] = {{"value", "eu"}};
  secrets_["variables/rates"] = {{"value", {{"eur", 1.5}}}};
  secrets_["connections/dwh"] = {{"conn_uri", "postgres://etl:pw@db.example.com/marts"}};
  secrets_["connections/erp"] = {
      {"conn_type", "http"}, {"host", "erp.example.com"}, {"port", 8443},
      {"password", "pw2"},   {"extra", {{"token", "t"}}}, {"description", "x"}};
  const auto vault = source();
  EXPECT_EQ(vault.variable("region").value()->value, "eu");
  EXPECT_TRUE(vault.variable("region").value()->is_secret);
  EXPECT_EQ(vault.variable("rates").value()->value, R"({"eur":1.5})");
  EXPECT_FALSE(vault.variable("nothing").value());
  EXPECT_EQ(vault.connection("dwh", "d").value()->password, "pw");
  EXPECT_EQ(vault.connection("erp", "d").value()->password, "pw2");
  EXPECT_EQ(vault.connection("erp", "d").value()->port, 8443);
  EXPECT_FALSE(vault.connection("nothing", "d").value());
  EXPECT_EQ(vault_.calls().size(), 6u);
}

TEST_F(VaultSourceTest, says_what_is_odd_and_shows_nothing_of_it) {
  secrets_["variables/a"] = {{"val", "s3cret"}};
  secrets_["connections/a"] = {{"pass", "s3cret"}};
  secrets_["connections/b"] = {{"conn_uri", "s3cret"}};
  const auto vault = source();
  const auto variable = vault.variable("a");
  ASSERT_FALSE(variable);
  EXPECT_THAT(variable.error().message,
              AllOf(HasSubstr("variables/a in Vault has no field"), Not(HasSubstr("s3cret"))));
  for (const char* id : {"a", "b"}) {
    const auto connection = vault.connection(id, "d");
    ASSERT_FALSE(connection);
    EXPECT_THAT(connection.error().message,
                AllOf(HasSubstr("connections/"), HasSubstr("in Vault: this is no connection"),
                      Not(HasSubstr("s3cret"))));
  }
}

TEST_F(VaultSourceTest, no_name_leads_out_of_its_path) {
  const auto vault = source();
  for (const char* name : {"..", "../connections/erp", "a/../../x", "a//b", "/a", "a/", "", "."})
    EXPECT_FALSE(vault.variable(name).value()) << name;
  EXPECT_FALSE(vault.variable(std::string(600, 'x')).value());
  EXPECT_THAT(vault_.calls(), IsEmpty());
  EXPECT_FALSE(vault.variable("a/b").value());
  EXPECT_FALSE(vault.variable("a?version=1&x=%2e%2e").value());
  EXPECT_THAT(vault_.lines(),
              ElementsAre("GET /v1/kv/data/variables/a/b",
                          "GET /v1/kv/data/variables/a%3Fversion%3D1%26x%3D%252e%252e"));
}

TEST_F(VaultSourceTest, without_a_path_is_not_asked) {
  variables_path_ = "";
  EXPECT_FALSE(source().variable("a").value());
  EXPECT_THAT(vault_.calls(), IsEmpty());
}

TEST_F(VaultSourceTest, goes_before_the_environment_and_an_outage_hides_nothing_behind_it) {
  secrets_["variables/a"] = {{"value", "of vault"}};
  std::vector<std::unique_ptr<Source>> sources;
  sources.push_back(std::make_unique<VaultSource>(
      VaultSettings{.addr = vault_.url(), .mount = "kv", .token = "t"}));
  sources.push_back(std::make_unique<EnvironmentSource>([](const char* name) {
    return std::string_view(name).starts_with("WEFT_VAR_") ? "of the environment" : nullptr;
  }));
  const Lookup lookup(std::move(sources));
  const auto value = [&](const char* key) {
    return lookup.values_for({{StoredName::Kind::variable, key}}, "d");
  };
  EXPECT_EQ(value("a")->var["value"]["a"], "of vault");
  EXPECT_THAT(value("a")->secrets, ElementsAre("of vault"));
  EXPECT_EQ(value("b")->var["value"]["b"], "of the environment");
  vault_.stop();
  EXPECT_EQ(value("a")->var["value"]["a"], "of vault") << "known for a while";
  const auto unknown = value("c");
  ASSERT_FALSE(unknown) << "an outage is not the same as a secret that is not there";
  EXPECT_EQ(unknown.error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace weft::secrets
