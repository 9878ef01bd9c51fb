// Variables and connections: written in the clear, kept sealed, read back without their secrets.

#include "server/storage/queries/records.h"
#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class RecordsApi : public ApiFixture {
 protected:
  void remove(const std::string& target, int status = 204) {
    const auto response = send("DELETE", target);
    EXPECT_EQ(response.status, status) << response.body;
  }
  ConnectionRow stored(const std::string& id) {
    return readers_
        ->with([&](storage::Reader& reader) { return storage::find_connection(reader, id); })
        .value()
        .value();
  }
  /// All that the audit says.
  std::string audit() { return get("/api/v2/eventLogs").body; }
};

TEST_F(RecordsApi, a_variable_is_made_changed_and_deleted) {
  const auto made = post_json("/api/v2/variables", {{"key", "region"}, {"value", "eu"}}, 201);
  EXPECT_EQ(made, (json{{"key", "region"},
                        {"value", "eu"},
                        {"description", nullptr},
                        {"is_encrypted", true},
                        {"is_secret", false},
                        {"team_name", nullptr}}));
  post_json("/api/v2/variables", {{"key", "region"}, {"value", "eu"}}, 409);
  auto changed = patch_json("/api/v2/variables/region",
                            {{"key", "region"}, {"value", {{"a", 1}}}, {"description", "where"}});
  EXPECT_EQ(changed["value"], R"({"a":1})");
  changed = patch_json("/api/v2/variables/region?update_mask=value",
                       {{"value", "us"}, {"description", "ignored"}});
  EXPECT_EQ(changed["value"], "us");
  EXPECT_EQ(changed["description"], "where");
  EXPECT_EQ(get_json("/api/v2/variables/region"), changed);
  remove("/api/v2/variables/region");
  get_json("/api/v2/variables/region", 404);
  remove("/api/v2/variables/region", 404);
}

TEST_F(RecordsApi, variables_are_listed_by_pattern_and_in_order) {
  for (const char* key : {"b_two", "a_one", "a_two"})
    post_json("/api/v2/variables", {{"key", key}, {"value", key}}, 201);
  const auto keys = [&](const std::string& query) {
    std::string all;
    const auto body = get_json("/api/v2/variables" + query);
    for (const auto& one : body["variables"]) all += one["key"].get<std::string>() + " ";
    return all + std::to_string(body["total_entries"].get<int>());
  };
  EXPECT_EQ(keys(""), "a_one a_two b_two 3");
  EXPECT_EQ(keys("?variable_key_pattern=two&order_by=-key"), "b_two a_two 2");
  EXPECT_EQ(keys("?limit=1&offset=1"), "a_two 3");
  get_json("/api/v2/variables?order_by=value", 400);
}

TEST_F(RecordsApi, a_variable_is_checked) {
  post_json("/api/v2/variables", {{"key", "a"}}, 422);
  post_json("/api/v2/variables", {{"value", "a"}}, 422);
  post_json("/api/v2/variables", {{"key", std::string(251, 'x')}, {"value", "a"}}, 422);
  post_json("/api/v2/variables", {{"key", "a"}, {"value", std::string(600'000, 'x')}}, 422);
  post_json("/api/v2/variables", {{"key", "a"}, {"value", "a"}, {"colour", 1}}, 422);
  post_json("/api/v2/variables", {{"key", "a"}, {"value", "a"}, {"team_name", "x"}}, 422);
  post_json("/api/v2/variables", {{"key", "a"}, {"value", "a"}}, 201);
  patch_json("/api/v2/variables/a", {{"key", "b"}, {"value", "a"}}, 400);
  patch_json("/api/v2/variables/a?update_mask=colour", {{"value", "a"}}, 400);
  patch_json("/api/v2/variables/b", {{"value", "a"}}, 404);
}

TEST_F(RecordsApi, a_secret_is_written_and_never_read) {
  auto secret = post_json("/api/v2/variables", {{"key", "erp_password"}, {"value", "s3cret"}}, 201);
  EXPECT_EQ(secret["value"], "***");
  EXPECT_EQ(secret["is_secret"], true);
  // Written back as it was read, by a form: nothing changes.
  const auto before = readers_->with(
      [](storage::Reader& reader) { return storage::find_variable(reader, "erp_password"); });
  patch_json("/api/v2/variables/erp_password", {{"value", "***"}, {"description", "seen"}});
  const auto after = readers_->with(
      [](storage::Reader& reader) { return storage::find_variable(reader, "erp_password"); });
  EXPECT_EQ((*before)->value, (*after)->value);
  EXPECT_EQ((*after)->description, "seen");
  // A flag does not make it readable; a new value together with it does.
  patch_json("/api/v2/variables/erp_password", {{"is_secret", false}}, 422);
  patch_json("/api/v2/variables/erp_password", {{"is_secret", false}, {"value", "***"}}, 422);
  secret = patch_json("/api/v2/variables/erp_password", {{"is_secret", false}, {"value", "open"}});
  EXPECT_EQ(secret["value"], "open");
  EXPECT_THAT(audit(), Not(HasSubstr("s3cret")));
  EXPECT_THAT((*before)->value, Not(HasSubstr("s3cret")));
}

TEST_F(RecordsApi, a_connection_is_made_changed_and_deleted) {
  const json body{
      {"connection_id", "dwh"},   {"conn_type", "postgres"},
      {"host", "db.example.com"}, {"port", 5432},
      {"login", "etl"},           {"password", "s3cret"},
      {"schema", "marts"},        {"extra", R"({"sslmode": "require", "api_key": "k-1"})"}};
  auto made = post_json("/api/v2/connections", body, 201);
  EXPECT_EQ(made["password"], "***");
  EXPECT_EQ(json::parse(made["extra"].get<std::string>()),
            (json{{"sslmode", "require"}, {"api_key", "***"}}));
  EXPECT_EQ(made["port"], 5432);
  post_json("/api/v2/connections", body, 409);
  EXPECT_EQ(get_json("/api/v2/connections/dwh"), made);

  // Read, changed and written back by a form: the secrets stay.
  const auto before = stored("dwh");
  made["host"] = "db2.example.com";
  const auto changed = patch_json("/api/v2/connections/dwh", made);
  EXPECT_EQ(changed["host"], "db2.example.com");
  EXPECT_EQ(stored("dwh").password, before.password);
  EXPECT_EQ(changed["extra"], made["extra"]);
  patch_json("/api/v2/connections/dwh?update_mask=port", {{"port", nullptr}, {"host", "x"}});
  EXPECT_EQ(stored("dwh").port, std::nullopt);
  EXPECT_EQ(stored("dwh").host, "db2.example.com");
  patch_json("/api/v2/connections/dwh", {{"password", nullptr}, {"extra", nullptr}});
  EXPECT_EQ(get_json("/api/v2/connections/dwh")["password"], nullptr);
  EXPECT_EQ(stored("dwh").extra, "");
  remove("/api/v2/connections/dwh");
  get_json("/api/v2/connections/dwh", 404);
  EXPECT_THAT(audit(), Not(HasSubstr("s3cret")));
  EXPECT_THAT(audit(), Not(HasSubstr("k-1")));
  EXPECT_THAT(audit(), HasSubstr("delete_connection"));
}

TEST_F(RecordsApi, a_connection_is_checked) {
  const auto with = [](json more) {
    json body{{"connection_id", "a"}, {"conn_type", "http"}};
    body.update(more);
    return body;
  };
  for (const json& wrong :
       {json{{"connection_id", "a b"}}, json{{"connection_id", ""}}, json{{"conn_type", nullptr}},
        json{{"port", 70'000}}, json{{"port", "80"}}, json{{"extra", "no json"}},
        json{{"extra", json::object()}}, json{{"allowed_dags", "x"}}, json{{"colour", 1}},
        json{{"team_name", "x"}}, json{{"host", std::string(501, 'x')}}})
    post_json("/api/v2/connections", with(wrong), 422);
  post_json("/api/v2/connections", with({{"allowed_dags", {"orders"}}}), 201);
  EXPECT_EQ(get_json("/api/v2/connections/a")["allowed_dags"], json::parse(R"(["orders"])"));
  patch_json("/api/v2/connections/a", {{"conn_type", nullptr}}, 422);
  patch_json("/api/v2/connections/a", {{"connection_id", "b"}}, 400);
  patch_json("/api/v2/connections/a?update_mask=colour", json::object(), 400);
  patch_json("/api/v2/connections/b", {{"host", "x"}}, 404);
}

TEST_F(RecordsApi, many_are_changed_at_once) {
  post_json("/api/v2/variables", {{"key", "old"}, {"value", 1}}, 201);
  post_json("/api/v2/variables", {{"key", "api_key"}, {"value", "s3cret"}}, 201);
  const auto variables = patch_json("/api/v2/variables", json::parse(R"({"actions": [
      {"action": "create", "action_on_existence": "overwrite", "entities": [
         {"key": "a", "value": "x"}, {"key": "old", "value": "new"}, {"key": "api_key", "value": "***"}]},
      {"action": "create", "entities": [{"key": "a", "value": "y"}]},
      {"action": "update", "update_mask": ["description"], "entities": [
         {"key": "a", "value": "ignored", "description": "d"}]},
      {"action": "delete", "action_on_non_existence": "skip", "entities": ["old", "nothing"]}]})"));
  EXPECT_EQ(variables["create"]["success"], json::parse(R"(["a", "old", "api_key"])"));
  EXPECT_EQ(variables["create"]["errors"][0]["status_code"], 409);
  EXPECT_EQ(variables["update"]["success"], json::parse(R"(["a"])"));
  EXPECT_EQ(variables["delete"]["success"], json::parse(R"(["old"])"));
  EXPECT_EQ(get_json("/api/v2/variables/a")["value"], "x");
  EXPECT_EQ(get_json("/api/v2/variables/a")["description"], "d");
  const auto key = readers_->with(
      [](storage::Reader& reader) { return storage::find_variable(reader, "api_key"); });
  EXPECT_TRUE((*key)->is_secret);

  post_json("/api/v2/connections",
            {{"connection_id", "erp"}, {"conn_type", "http"}, {"password", "s3cret"}}, 201);
  const auto before = stored("erp");
  const auto connections = patch_json("/api/v2/connections", json::parse(R"({"actions": [
      {"action": "create", "action_on_existence": "overwrite", "entities": [
         {"connection_id": "erp", "conn_type": "https", "password": "***"},
         {"connection_id": "dwh", "conn_type": "postgres", "port": 5432}]},
      {"action": "update", "update_mask": ["host"], "entities": [
         {"connection_id": "dwh", "conn_type": "ignored", "host": "db.example.com"}]},
      {"action": "delete", "entities": ["nothing"]}]})"));
  EXPECT_EQ(connections["create"]["success"], json::parse(R"(["erp", "dwh"])"));
  EXPECT_EQ(connections["delete"]["errors"][0]["status_code"], 404);
  EXPECT_EQ(stored("erp").conn_type, "https");
  EXPECT_EQ(stored("erp").password, before.password);
  EXPECT_EQ(stored("dwh").conn_type, "postgres");
  EXPECT_EQ(stored("dwh").host, "db.example.com");
  patch_json("/api/v2/connections", json::parse(R"({"actions": [{"action": "create",
      "entities": [{"connection_id": "a b", "conn_type": "x"}]}]})"),
             422);
}

TEST_F(RecordsApi, connections_are_listed_by_pattern_and_in_order) {
  for (const char* id : {"b", "a", "ab"})
    post_json("/api/v2/connections", {{"connection_id", id}, {"conn_type", "http"}}, 201);
  const auto body = get_json("/api/v2/connections?connection_id_pattern=a&order_by=-conn_id");
  EXPECT_EQ(body["total_entries"], 2);
  EXPECT_EQ(body["connections"][0]["connection_id"], "ab");
  get_json("/api/v2/connections?order_by=password", 400);
}

}  // namespace
}  // namespace weft::test
