#include <gmock/gmock.h>

#include "server/net/problem.h"
#include "tests/unit/net/server_fixture.h"

namespace weft::http::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST_F(ServerTest, AnswersRequestsOnOneConnectionInOrder) {
  serve_echo();
  RawClient client(server_->port());
  EXPECT_THAT(
      client.exchange("POST /a?x HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\n\r\nabc"),
      ::testing::EndsWith("\r\n\r\nPOST /a abc"));
  // Three at once: answered one after another.
  client.send(
      "GET /1 HTTP/1.1\r\nhost: localhost\r\n\r\n"
      "POST /2 HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n"
      "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
      "GET /3 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
  EXPECT_THAT(client.read_message(), ::testing::EndsWith("GET /1 "));
  EXPECT_THAT(client.read_message(), ::testing::EndsWith("POST /2 abc"));
  const std::string last = client.read_to_end();
  EXPECT_THAT(last, HasSubstr("connection: close\r\n"));
  EXPECT_THAT(last, ::testing::EndsWith("GET /3 "));
}

TEST_F(ServerTest, ReadsARequestThatComesByteByByte) {
  serve_echo();
  RawClient client(server_->port());
  const std::string_view request =
      "POST /slow HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n"
      "3;x=y\r\nabc\r\n0\r\ntrailer: t\r\n\r\n";
  for (const char byte : request) client.send(std::string_view(&byte, 1));
  EXPECT_THAT(client.read_message(), ::testing::EndsWith("POST /slow abc"));
}

TEST_F(ServerTest, SendsTheSecurityHeadersWithEverything) {
  serve_echo();
  RawClient client(server_->port());
  for (const char* request : {"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n",
                              "GET / HTTP/1.1\r\nhost: evil\r\n\r\n", "nonsense\r\n\r\n"}) {
    const std::string answer = client.exchange(request);
    EXPECT_THAT(answer, HasSubstr("content-security-policy: default-src 'self'"));
    EXPECT_THAT(answer, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(answer, HasSubstr("x-content-type-options: nosniff\r\n"));
    EXPECT_THAT(answer, HasSubstr("cache-control: no-store\r\n"));
  }
}

TEST_F(ServerTest, AnswersHeadWithTheLengthAndNoBody) {
  serve_echo();
  RawClient client(server_->port());
  client.send(
      "HEAD /x HTTP/1.1\r\nhost: localhost\r\n\r\nGET /y HTTP/1.1\r\nhost: localhost\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("content-length: 8\r\n"));
  EXPECT_THAT(client.read_message(), ::testing::EndsWith("GET /y "));
}

TEST_F(ServerTest, SpeaksHttp10WithoutChunksAndClosesUnlessAsked) {
  serve_echo();
  RawClient client(server_->port());
  EXPECT_THAT(
      client.exchange("GET / HTTP/1.0\r\nconnection: keep-alive\r\nhost: localhost\r\n\r\n"),
      HasSubstr("connection: keep-alive\r\n"));
  client.send("GET / HTTP/1.0\r\nhost: localhost\r\n\r\n");
  EXPECT_THAT(client.read_to_end(), HasSubstr("connection: close\r\n"));
}

TEST_F(ServerTest, AsksForTheBodyWhenTheCallerWaitsForThat) {
  serve_echo();
  RawClient client(server_->port());
  client.send(
      "POST / HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_THAT(client.exchange("ok"), ::testing::EndsWith("POST / ok"));
}

TEST_F(ServerTest, AnswersOnlyForItsOwnNames) {
  options_.public_hosts = {"https://weft.example.org"};
  serve_echo();
  RawClient client(server_->port());
  const std::string refused = client.exchange("GET / HTTP/1.1\r\nhost: evil.example\r\n\r\n");
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 421 "));
  EXPECT_THAT(refused, HasSubstr("application/problem+json"));
  EXPECT_THAT(client.exchange("GET / HTTP/1.1\r\nhost: weft.example.org\r\n\r\n"),
              StartsWith("HTTP/1.1 200 "));
}

TEST_F(ServerTest, RefusesBeforeTheBodyIsRead) {
  options_.admit = [](const Request& head) -> std::optional<Response> {
    if (head.header("authorization") == "yes") return std::nullopt;
    return problem(401, "unauthenticated", "no");
  };
  serve_echo();
  RawClient client(server_->port());
  // Without a body the connection goes on.
  EXPECT_THAT(client.exchange("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"),
              StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(client.exchange("GET / HTTP/1.1\r\nhost: localhost\r\nauthorization: yes\r\n\r\n"),
              StartsWith("HTTP/1.1 200 "));
  client.send("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000\r\n\r\n");
  const std::string refused = client.read_to_end();
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(refused, HasSubstr("connection: close"));
}

TEST_F(ServerTest, TakesAnswersFromOtherThreadsAndNeverLeavesACallerWaiting) {
  serve([this](Request request, Respond respond) {
    if (request.path == "/dropped") return;
    if (request.path == "/throws") throw std::runtime_error("boom");
    pool_.submit([respond] {
      Response response;
      response.body = "from the pool";
      respond(response);
      response.body = "a second time";
      respond(response);
    });
  });
  RawClient client(server_->port());
  EXPECT_THAT(client.exchange("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"),
              ::testing::EndsWith("from the pool"));
  EXPECT_THAT(client.exchange("GET /dropped HTTP/1.1\r\nhost: localhost\r\n\r\n"),
              StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(client.exchange("GET /throws HTTP/1.1\r\nhost: localhost\r\n\r\n"),
              StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(client.exchange("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"),
              ::testing::EndsWith("from the pool"));
}

TEST_F(ServerTest, DropsHeadersThatWouldSplitTheMessage) {
  serve([](Request, Respond respond) {
    Response response;
    response.headers.emplace_back("x-note", "a\r\nset-cookie: b");
    response.headers.emplace_back("content-length", "999");
    respond(std::move(response));
  });
  RawClient client(server_->port());
  const std::string answer = client.exchange("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
  EXPECT_THAT(answer, Not(HasSubstr("set-cookie")));
  EXPECT_THAT(answer, HasSubstr("content-length: 0\r\n"));
}

TEST_F(ServerTest, SendsAResponsesOwnPolicyAlone) {
  serve([](Request, Respond respond) {
    Response response;
    response.headers.emplace_back("content-security-policy", "default-src 'none'");
    respond(std::move(response));
  });
  RawClient client(server_->port());
  const std::string answer = client.exchange("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("content-security-policy: default-src 'none'\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("default-src 'self'")));
  EXPECT_THAT(answer, HasSubstr("x-content-type-options: nosniff"));
}

TEST_F(ServerTest, CountsAnswersByTheirRouteAndConnectionsWhileTheyAreOpen) {
  static constexpr std::string_view pattern = "/dags/{dag_id}";
  options_.routes = {{"GET", pattern}, {"POST", pattern}};
  serve([](Request request, Respond respond) {
    Response response;
    response.status = request.path == "/dags/x" ? 200 : 404;
    if (request.path.starts_with("/dags/")) response.route = pattern;
    respond(std::move(response));
  });
  const auto count = [&](std::string_view method, std::size_t of_class) {
    std::uint64_t found = 0;
    server_->traffic().each([&](const telemetry::Traffic::Answers& answers) {
      if (answers.name.method == method) found = answers.by_class.at(of_class - 1).value();
    });
    return found;
  };
  RawClient client(server_->port());
  for (const char* line : {"GET /dags/x", "HEAD /dags/x", "GET /dags/y", "POST /dags/x",
                           "BREW /dags/x", "GET /else"}) {
    client.send(std::string(line) + " HTTP/1.1\r\nhost: localhost\r\n\r\n");
    client.read_until("\r\n\r\n");
  }
  EXPECT_EQ(count("GET", 2), 2u);  // HEAD is one
  EXPECT_EQ(count("GET", 4), 1u);
  EXPECT_EQ(count("POST", 2), 1u);
  EXPECT_EQ(count("other", 2) + count("other", 4), 2u);
  EXPECT_EQ(server_->traffic().connections.value(), 1);
  EXPECT_EQ(server_->traffic().following.value(), 0);
  EXPECT_EQ(client.exchange("nonsense\r\n\r\n").substr(0, 12), "HTTP/1.1 400");
  client.read_to_end();
  EXPECT_EQ(count("other", 4), 2u);
  EXPECT_EQ(server_->traffic().accepted.value(), 1u);
}

TEST_F(ServerTest, SaysThatThePortIsInUse) {
  serve_echo();
  ServerOptions second;
  second.listen = {"127.0.0.1", server_->port()};
  const auto other = Server::listen(second, loop_, pool_, [](Request, Respond) {});
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message, HasSubstr("in use"));
  EXPECT_THAT(other.error().message, HasSubstr(std::to_string(server_->port())));
}

TEST_F(ServerTest, RefusesAnOpenAddressWithoutAProxyThatSpeaksTls) {
  options_.listen.host = "0.0.0.0";
  const auto refused = Server::listen(options_, loop_, pool_, [](Request, Respond) {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("--behind-proxy"));
  options_.behind_proxy = true;
  EXPECT_TRUE(Server::listen(options_, loop_, pool_, [](Request, Respond) {}));
}

TEST_F(ServerTest, StopsAfterTheAnswersInWork) {
  Signal asked, stopped;
  Respond later;
  serve([&](Request, Respond respond) {
    later = std::move(respond);
    asked.raise();
  });
  RawClient idle(server_->port());
  RawClient busy(server_->port());
  busy.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
  ASSERT_TRUE(asked.wait());
  server_->stop(std::chrono::seconds(10), [&] { stopped.raise(); });
  EXPECT_EQ(idle.read_to_end(), "");
  loop_.post([&] { std::exchange(later, nullptr)(Response()); });
  EXPECT_THAT(busy.read_to_end(), HasSubstr("connection: close"));
  EXPECT_TRUE(stopped.wait());
}

TEST_F(ServerTest, StopsAfterTheGraceWhenAnAnswerNeverComes) {
  Signal asked, stopped;
  Respond never;
  serve([&](Request, Respond respond) {
    never = std::move(respond);
    asked.raise();
  });
  RawClient busy(server_->port());
  busy.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
  ASSERT_TRUE(asked.wait());
  server_->stop(std::chrono::milliseconds(20), [&] { stopped.raise(); });
  EXPECT_TRUE(stopped.wait());
  EXPECT_EQ(busy.read_to_end(), "");
  never = nullptr;
}

}  // namespace
}  // namespace weft::http::test
