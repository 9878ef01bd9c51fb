// Behind a proxy: what it says of its callers, and the path under which it puts the server.
#include <gmock/gmock.h>

#include "tests/unit/net/server_fixture.h"

namespace weft::http::test {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ProxyTest : public ServerTest {
 protected:
  /// Answers with what handlers see of the caller and the path.
  void serve_facts() {
    options_.public_hosts = {"https://weft.example.com"};
    serve([](Request request, Respond respond) {
      Response response;
      response.headers.emplace_back(
          "location", request.path == "/absolute" ? "https://example.com/there" : "/there?a=b");
      response.headers.emplace_back("x-host", request.host);
      response.body = request.remote + (request.is_https ? " https " : " http ") + request.path +
                      " " + request.raw_target;
      respond(std::move(response));
    });
  }
  std::string ask(std::string_view target, std::string_view headers = {}) {
    RawClient client(server_->port());
    return client.exchange("GET " + std::string(target) + " HTTP/1.1\r\nhost: localhost\r\n" +
                           std::string(headers) + "\r\n");
  }
};

constexpr std::string_view forwarded =
    "x-forwarded-for: 203.0.113.9, 198.51.100.7\r\n"
    "x-forwarded-proto: https\r\n"
    "x-forwarded-host: weft.example.com\r\n";

TEST_F(ProxyTest, BelievesNobodyWhenThereIsNoProxy) {
  serve_facts();
  const std::string answer = ask("/a", forwarded);
  EXPECT_THAT(answer, EndsWith("127.0.0.1 http /a /a"));
  EXPECT_THAT(answer, HasSubstr("x-host: localhost\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("strict-transport-security")));
  EXPECT_THAT(ask("/a", "x-forwarded-host: evil.example\r\n"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(ProxyTest, TakesTheLastHopsWord) {
  options_.behind_proxy = true;
  serve_facts();
  const std::string answer = ask("/a", forwarded);
  EXPECT_THAT(answer, EndsWith("198.51.100.7 https /a /a"));
  EXPECT_THAT(answer, HasSubstr("x-host: weft.example.com\r\n"));
  EXPECT_THAT(answer, HasSubstr("strict-transport-security: max-age=31536000\r\n"));
  // What the caller wrote himself comes first, in the same header or in one of its own.
  EXPECT_THAT(ask("/a", "x-forwarded-for: 10.0.0.1\r\nx-forwarded-for: 192.0.2.5:4711\r\n"),
              EndsWith("192.0.2.5 http /a /a"));
  EXPECT_THAT(ask("/a", "x-forwarded-for: [2001:db8::1]:80\r\nx-forwarded-proto: https,http\r\n"),
              EndsWith("2001:db8::1 http /a /a"));
  EXPECT_THAT(ask("/a", "x-forwarded-for: unknown\r\n"), EndsWith("127.0.0.1 http /a /a"));
  EXPECT_THAT(ask("/a", "x-forwarded-host: evil.example\r\n"), StartsWith("HTTP/1.1 421 "));
  EXPECT_THAT(ask("/a", "x-forwarded-host: weft.example.com, evil.example\r\n"),
              StartsWith("HTTP/1.1 421 "));
}

TEST_F(ProxyTest, AnswersUnderItsBasePathOnly) {
  options_.base_path = "/weft";
  serve_facts();
  EXPECT_EQ(server_->url(), "http://127.0.0.1:" + std::to_string(server_->port()) + "/weft");
  EXPECT_THAT(ask("/weft/a%20b?x=1"), EndsWith("127.0.0.1 http /a b /a%20b?x=1"));
  EXPECT_THAT(ask("/weft/"), EndsWith("127.0.0.1 http / /"));
  EXPECT_THAT(ask("/weft/a"), HasSubstr("location: /weft/there?a=b\r\n"));
  EXPECT_THAT(ask("/weft/absolute"), HasSubstr("location: https://example.com/there\r\n"));
  const std::string moved = ask("/weft?x=1");
  EXPECT_THAT(moved, StartsWith("HTTP/1.1 308 "));
  EXPECT_THAT(moved, HasSubstr("location: /weft/?x=1\r\n"));
  for (const char* outside : {"/", "/a", "/wef", "/weftx", "/Weft/a", "/%77eft/a", "//weft/a"}) {
    EXPECT_THAT(ask(outside), StartsWith("HTTP/1.1 404 ")) << outside;
  }
}

TEST_F(ProxyTest, LimitsBodiesByThePathWithoutTheBase) {
  options_.base_path = "/weft";
  options_.limits.body_bytes = 1;
  options_.limits.body_bytes_under = {{"/big", 100}};
  serve_facts();
  RawClient client(server_->port());
  const std::string rest = " HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\n\r\nabc";
  EXPECT_THAT(client.exchange("POST /weft/big" + rest), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(client.exchange("POST /weft/small" + rest), StartsWith("HTTP/1.1 413 "));
}

}  // namespace
}  // namespace weft::http::test
