#include "server/secrets/lookup.h"

#include <gmock/gmock.h>

#include <map>

#include "server/secrets/environment.h"
#include "server/secrets/stored.h"
#include "server/storage/queries/records.h"
#include "tests/unit/core/scheduler/lab.h"
#include "tests/unit/storage/temp_folder.h"

namespace weft::secrets {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = StoredName::Kind;

class LookupTest : public ::testing::Test {
 protected:
  LookupTest() {
    std::vector<std::unique_ptr<Source>> sources;
    sources.push_back(std::make_unique<EnvironmentSource>([this](const char* name) {
      const auto found = environment_.find(name);
      return found == environment_.end() ? nullptr : found->second.c_str();
    }));
    sources.push_back(std::make_unique<StoredSource>(*keys_, *readers_));
    lookup_ = std::make_unique<Lookup>(std::move(sources));
  }

  void put_variable(const std::string& key, const std::string& value, bool is_secret = false) {
    ASSERT_TRUE(lab_.apply(PutRecord{
        .record = VariableRow{key, keys_->seal(value, about_variable(key)), is_secret, "", {}}}));
  }
  void put_connection(ConnectionRow row, const std::string& password) {
    row.password = keys_->seal(password, about_connection(row.connection_id, "password"));
    ASSERT_TRUE(lab_.apply(PutRecord{.record = std::move(row)}));
  }
  Result<Values> values(std::vector<StoredName> names) const {
    return lookup_->values_for(names, "orders");
  }

  weft::test::TempFolder folder_;
  test::Lab lab_;
  std::shared_ptr<const Keyring> keys_ = Keyring::load_or_make(folder_ / "key").value();
  std::unique_ptr<storage::Readers> readers_ =
      storage::Readers::open(lab_.writer().location(), 1).value();
  std::map<std::string, std::string, std::less<>> environment_;
  std::unique_ptr<Lookup> lookup_;
};

TEST_F(LookupTest, finds_what_is_stored) {
  put_variable("region", "eu");
  put_variable("rates", R"({"eur": 1.5})");
  put_variable("db_password", "s3cret", true);
  put_connection({.connection_id = "erp", .conn_type = "http", .host = "erp.example.com"}, "pw");
  const auto found = values({{Kind::variable, "region"},
                             {Kind::variable, "rates"},
                             {Kind::variable, "db_password"},
                             {Kind::connection, "erp"}});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->var["value"]["region"], "eu");
  EXPECT_EQ(found->var["json"]["rates"]["eur"], 1.5);
  EXPECT_FALSE(found->var["json"].contains("region"));
  EXPECT_EQ(found->conn["erp"]["password"], "pw");
  EXPECT_EQ(found->conn["erp"]["uri"], "http://:pw@erp.example.com/");
  EXPECT_THAT(found->secrets, ElementsAre("s3cret", "pw"));
  EXPECT_THAT(found->secret_variables, ElementsAre("db_password"));
}

TEST_F(LookupTest, json_that_nobody_could_walk_is_text) {
  put_variable("deep", std::string(100'000, '[') + std::string(100'000, ']'));
  const auto found = values({{Kind::variable, "deep"}});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->var["value"]["deep"].get<std::string>().size(), 200'000u);
  EXPECT_FALSE(found->var["json"].contains("deep"));
}

TEST_F(LookupTest, the_environment_comes_first_and_speaks_airflow) {
  put_variable("region", "eu");
  environment_["WEFT_VAR_REGION"] = "us";
  environment_["AIRFLOW_VAR_API_KEY"] = "k";
  environment_["AIRFLOW_CONN_DWH"] = "postgres://etl:pw@db.example.com/marts";
  const auto found =
      values({{Kind::variable, "region"}, {Kind::variable, "api_key"}, {Kind::connection, "dwh"}});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->var["value"]["region"], "us");
  EXPECT_EQ(found->conn["dwh"]["schema"], "marts");
  EXPECT_THAT(found->secrets, ElementsAre("k", "pw"));
  environment_["WEFT_CONN_DWH"] = "s3cret";
  const auto wrong = values({{Kind::connection, "dwh"}});
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("environment variable WEFT_CONN_DWH"));
}

TEST_F(LookupTest, says_what_is_missing) {
  const auto variable = values({{Kind::variable, "nothing"}});
  ASSERT_FALSE(variable);
  EXPECT_EQ(variable.error().code, ErrorCode::not_found);
  EXPECT_THAT(variable.error().message, HasSubstr("weft variables set nothing"));
  const auto connection = values({{Kind::connection, "nothing"}});
  ASSERT_FALSE(connection);
  EXPECT_THAT(connection.error().message, HasSubstr("weft connections add nothing"));
  EXPECT_THAT(values({})->secrets, IsEmpty());
}

TEST_F(LookupTest, a_connection_is_only_for_its_dags) {
  put_connection({.connection_id = "erp", .conn_type = "http", .allowed_dags = {"orders"}}, "pw");
  EXPECT_TRUE(values({{Kind::connection, "erp"}}));
  const std::vector<StoredName> names{{Kind::connection, "erp"}};
  const auto refused = lookup_->values_for(names, "orders_2");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
}

TEST_F(LookupTest, a_row_that_was_copied_to_another_name_does_not_open) {
  put_variable("a", "s3cret");
  const auto row =
      readers_->with([](storage::Reader& reader) { return storage::find_variable(reader, "a"); });
  VariableRow copied = **row;
  copied.key = "b";
  ASSERT_TRUE(lab_.apply(PutRecord{.record = copied}));
  EXPECT_FALSE(values({{Kind::variable, "b"}}));
}

}  // namespace
}  // namespace weft::secrets
