#include "server/secrets/connection.h"

#include <gmock/gmock.h>

namespace weft::secrets {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

TEST(Connections, are_read_from_a_uri_as_airflow_writes_it) {
  const auto dwh = connection_from_uri(
      "google-cloud://et%40l:p%3Ass%2F@db.example.com:5432/mar%20ts?sslmode=require&a=b+c");
  ASSERT_TRUE(dwh) << dwh.error().message;
  EXPECT_EQ(dwh->conn_type, "google_cloud");
  EXPECT_EQ(dwh->login, "et@l");
  EXPECT_EQ(dwh->password, "p:ss/");
  EXPECT_EQ(dwh->host, "db.example.com");
  EXPECT_EQ(dwh->port, 5432);
  EXPECT_EQ(dwh->schema, "mar ts");
  EXPECT_EQ(json::parse(dwh->extra), (json{{"sslmode", "require"}, {"a", "b c"}}));

  const auto bare = connection_from_uri("http://");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->host, "");
  EXPECT_EQ(bare->port, std::nullopt);
  EXPECT_EQ(connection_from_uri("http://[::1]:80/x")->host, "[::1]");
  EXPECT_EQ(connection_from_uri("http://[::1]")->port, std::nullopt);
  EXPECT_EQ(connection_from_uri("http://https%3A%2F%2Fapi.example.com/")->host,
            "https://api.example.com");
  EXPECT_EQ(connection_from_uri("x://?__extra__=%7B%22n%22%3A%201%7D")->extra, R"({"n": 1})");
}

TEST(Connections, survive_the_way_through_their_uri) {
  const Connection all{.conn_type = "my_sql",
                       .host = "db.example.com",
                       .login = "a:b@c",
                       .password = "ä%/?#&=+ \n\"",
                       .schema = "s/x",
                       .port = 0,
                       .extra = R"({"deep": {"n": [1, null]}})"};
  const Connection flat{.conn_type = "http", .extra = R"({"k&=":"v+ %"})"};
  const Connection ipv6{.conn_type = "http", .host = "[fe80::1]", .password = "only", .port = 8080};
  for (const auto& each : {all, flat, ipv6, Connection{.conn_type = "x"}}) {
    const std::string uri = connection_uri(each);
    const auto back = connection_from_uri(uri);
    ASSERT_TRUE(back) << uri;
    EXPECT_EQ(template_value(*back), template_value(each)) << uri;
  }
}

TEST(Connections, are_read_from_json) {
  const auto erp = connection_from_text(
      R"( {"conn_type": "http", "host": "erp.example.com", "port": "443", "login": null,
           "extra": {"token": "abc"}, "description": "x"})");
  ASSERT_TRUE(erp) << erp.error().message;
  EXPECT_EQ(erp->port, 443);
  EXPECT_EQ(erp->extra, R"({"token":"abc"})");
}

TEST(Connections, that_are_none_are_refused_without_being_shown) {
  for (const char* wrong : {"", "s3cret", "://s3cret@x", "http://x:s3cret", "http://x:70000",
                            "a b://s3cret", "{\"password\": 5}", "{\"passwort\": \"s3cret\"}",
                            "{\"port\": \"s3cret\"}", "{s3cret", "[1]"}) {
    const auto read = connection_from_text(wrong);
    ASSERT_FALSE(read) << wrong;
    EXPECT_EQ(read.error().code, ErrorCode::unprocessable);
    EXPECT_THAT(read.error().message, Not(HasSubstr("s3cret")));
  }
}

TEST(Secrets, are_the_password_and_what_stands_beneath_telling_names) {
  const Connection connection{
      .conn_type = "x",
      .login = "etl",
      .password = "pw",
      .extra = R"({"api_key": "k1", "region": "eu", "auth": {"Token": ["t1", "t2"]},
                   "keyfile_dict": {"id": 7, "on": true}})"};
  EXPECT_THAT(secrets_of(connection), UnorderedElementsAre("pw", "k1", "t1", "t2", "7"));
  EXPECT_THAT(secrets_of({.extra = "no json"}), UnorderedElementsAre("no json"));
  EXPECT_TRUE(is_sensitive_name("ERP_Password"));
  EXPECT_FALSE(is_sensitive_name("region"));
}

TEST(Extra, is_shown_without_its_secrets_and_takes_them_back) {
  const std::string stored = R"({"api_key":"k1","list":[{"token":"t"}],"region":"eu"})";
  const std::string shown = redacted_extra(stored);
  EXPECT_EQ(json::parse(shown), json::parse(R"({"api_key": "***", "list": [{"token": "***"}],
                                                "region": "eu"})"));
  EXPECT_EQ(json::parse(unredacted_extra(shown, stored)), json::parse(stored));
  // Written anew: one secret kept, one changed, one gone.
  EXPECT_EQ(json::parse(unredacted_extra(R"({"api_key": "***", "region": "***"})", stored)),
            json::parse(R"({"api_key": "k1", "region": "***"})"));
  EXPECT_EQ(unredacted_extra("***", stored), stored);
  EXPECT_EQ(unredacted_extra(R"({"api_key": "***"})", ""), R"({"api_key": "***"})");
  EXPECT_EQ(redacted_extra("no json"), "***");
  EXPECT_EQ(redacted_extra(""), "");
  // Deeper than anybody means it: neither a crash nor a secret that shows.
  std::string deep = "\"s3cret\"";
  for (int i = 0; i < 200; ++i) deep = R"({"password": )" + deep + "}";
  EXPECT_THAT(redacted_extra(deep), Not(HasSubstr("s3cret")));
  const Connection odd{.extra = std::string(100'000, '[') + std::string(100'000, ']')};
  EXPECT_EQ(secrets_of(odd), std::vector<std::string>{odd.extra});
  EXPECT_EQ(template_value(odd)["extra"], odd.extra);
  EXPECT_FALSE(connection_from_text(R"({"extra": )" + odd.extra + "}"));
}

}  // namespace
}  // namespace weft::secrets
