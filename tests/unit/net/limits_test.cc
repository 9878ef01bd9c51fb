// What attackers and broken clients send.
#include <gmock/gmock.h>

#include "tests/unit/net/server_fixture.h"

namespace weft::http::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class LimitsTest : public ServerTest {
 protected:
  std::string answer_to(std::string_view bytes) {
    RawClient client(server_->port());
    client.send(bytes);
    return client.read_to_end();
  }
};

using namespace std::string_literals;

TEST_F(LimitsTest, RefusesMessagesThatTwoReadersMayUnderstandDifferently) {
  serve_echo();
  const std::vector<std::string> bad = {
      ("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\ntransfer-encoding: "
       "chunked\r\n\r\n0\r\n\r\n"),
      ("POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\ncontent-length: "
       "3\r\n\r\n0\r\n\r\n"),
      "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd",
      "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n",
      "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1x\r\n\r\n",
      "GET / HTTP/1.1\nhost: localhost\n\n\r\n\r\n",
      "GET / HTTP/1.1\r\nhost: localhost\nx: y\r\n\r\n",
      "GET / HTTP/1.1\r\nhost : localhost\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\n\r\n",
      "GET http://localhost/ HTTP/1.1\r\nhost: localhost\r\n\r\n",
      "GET /%00 HTTP/1.1\r\nhost: localhost\r\n\r\n",
      "GET / HTTP/2.0\r\nhost: localhost\r\n\r\n",
      "\r\n\r\n",
      "GET /\0 HTTP/1.1\r\nhost: localhost\r\n\r\n"s,
  };
  for (const std::string& bytes : bad) {
    const std::string answer = answer_to(bytes);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 ")) << bytes;
    EXPECT_THAT(answer, HasSubstr("application/problem+json")) << bytes;
  }
  EXPECT_THAT(answer_to("POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: gzip, chunked"
                        "\r\nconnection: close\r\n\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 501 "));
  EXPECT_THAT(answer_to("POST / HTTP/1.1\r\nhost: localhost\r\nexpect: tea\r\nconnection: close"
                        "\r\n\r\n"),
              StartsWith("HTTP/1.1 417 "));
  EXPECT_THAT(answer_to("POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n"
                        "zz\r\n"),
              StartsWith("HTTP/1.1 400 "));
}

TEST_F(LimitsTest, BoundsTheHead) {
  serve_echo();
  const std::string long_value(17 << 10, 'x');
  EXPECT_THAT(answer_to("GET / HTTP/1.1\r\nhost: localhost\r\nx: " + long_value + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(answer_to("GET /" + long_value + " HTTP/1.1\r\nhost: localhost\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
}

TEST_F(LimitsTest, BoundsTheBodyByPathSizedOrChunked) {
  options_.limits.body_bytes = 10;
  options_.limits.body_bytes_under = {{"/big", 100}};
  serve_echo();
  const std::string body(50, 'b');
  const std::string sized =
      "host: localhost\r\nconnection: close\r\ncontent-length: 50\r\n\r\n" + body;
  const std::string chunked =
      "host: localhost\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n"
      "19\r\n" +
      body.substr(25) + "\r\n19\r\n" + body.substr(25) + "\r\n0\r\n\r\n";
  for (const std::string& rest : {sized, chunked}) {
    EXPECT_THAT(answer_to("POST /small HTTP/1.1\r\n" + rest), StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(answer_to("POST /big/x HTTP/1.1\r\n" + rest), ::testing::EndsWith(body));
  }
}

TEST_F(LimitsTest, EndsAnEndlessChunkedBody) {
  serve_echo();
  RawClient client(server_->port());
  client.send("POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n");
  const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  bool open = true;
  for (int i = 0; i < 17 && open; ++i) open = client.send(chunk);
  EXPECT_THAT(client.read_message(), StartsWith("HTTP/1.1 413 "));
}

TEST_F(LimitsTest, ClosesSlowAndIdleConnections) {
  options_.limits.header_timeout = std::chrono::milliseconds(50);
  options_.limits.body_timeout = std::chrono::milliseconds(50);
  options_.limits.idle_timeout = std::chrono::milliseconds(50);
  options_.limits.sweep_every = std::chrono::milliseconds(10);
  serve_echo();
  EXPECT_EQ(answer_to(""), "");
  EXPECT_EQ(answer_to("GET / HTTP/1.1\r\nho"), "");
  EXPECT_EQ(answer_to("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\nab"), "");
  EXPECT_THAT(answer_to("GET /kept HTTP/1.1\r\nhost: localhost\r\n\r\n"),
              ::testing::EndsWith("GET /kept "));
}

TEST_F(LimitsTest, TurnsAwayConnectionsBeyondTheCap) {
  options_.limits.connections = 2;
  serve_echo();
  {
    RawClient first(server_->port()), second(server_->port());
    const std::string_view request = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
    EXPECT_THAT(first.exchange(request), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(second.exchange(request), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(answer_to(""), StartsWith("HTTP/1.1 503 "));
    EXPECT_THAT(first.exchange(request), StartsWith("HTTP/1.1 200 "));
    first.hang_up();
    // The server has seen the end once the loop went round after it.
    for (std::string answer; !answer.starts_with("HTTP/1.1 200 ");) {
      answer = answer_to("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
      ASSERT_NE(answer, "");
    }
  }
}

}  // namespace
}  // namespace weft::http::test
