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
      "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3, 4\r\n\r\nabcd",
      "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99999999999999999999\r\n\r\n",
      "POST / HTTP/1.0\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      "GET / HTTP/1.1\nhost: localhost\n\n",
      "GET / HTTP/1.1\r\nhost: localhost\nx: y\r\n\r\n",
      "GET / HTTP/1.1\r\nhost: localhost\r\nx: y\rz: a\r\n\r\n",
      "GET / HTTP/1.1\r\nhost: localhost\r\nx: y\r\n folded\r\n\r\n",
      "GET / HTTP/1.1\r\nhost:\r\n\tlocalhost\r\n\r\n",
      "GET / HTTP/1.1\r\n host: localhost\r\n\r\n",
      "GET / HTTP/1.1\r\nhost: localhost\r\nx\x01: y\r\n\r\n",
      "OPTIONS * HTTP/1.1\r\nhost: localhost\r\n\r\n",
      "CONNECT localhost:80 HTTP/1.1\r\nhost: localhost\r\n\r\n",
      "GET /%c0%ae%c0%ae/ HTTP/1.1\r\nhost: localhost\r\n\r\n",
      "GET /?q=%ff HTTP/1.1\r\nhost: localhost\r\n\r\n",
      "GET / HTTP/1.1 \r\nhost: localhost\r\n\r\n",
      "GET  / HTTP/1.1\r\nhost: localhost\r\n\r\n",
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

TEST_F(LimitsTest, NeverReadsWhatFollowsAMessageWithoutACertainEnd) {
  serve_echo();
  const std::string hidden = "GET /hidden HTTP/1.1\r\nhost: localhost\r\n\r\n";
  for (const char* head :
       {"POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: gzip\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked, chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: xchunked\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n"
        "transfer-encoding: identity\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: localhost\r\nexpect: tea\r\n\r\n"}) {
    const std::string answer = answer_to(head + hidden);
    EXPECT_THAT(answer, ::testing::AnyOf(StartsWith("HTTP/1.1 501 "), StartsWith("HTTP/1.1 400 "),
                                         StartsWith("HTTP/1.1 417 ")))
        << head;
    EXPECT_THAT(answer, HasSubstr("connection: close\r\n")) << head;
    EXPECT_THAT(answer, ::testing::Not(HasSubstr("GET /hidden"))) << head;
  }
}

TEST_F(LimitsTest, BoundsWhatChunksSayBesideTheBody) {
  serve_echo();
  const std::string head =
      "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ntransfer-encoding: chunked"
      "\r\n\r\n";
  EXPECT_THAT(answer_to(head + "3;a=b\r\nabc\r\n0\r\n\r\n"), ::testing::EndsWith("POST / abc"));
  EXPECT_THAT(answer_to(head + "3;a=" + std::string(5'000, 'x') + "\r\nabc\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 400 "));
  std::string many = head;
  for (int i = 0; i < 1'000; ++i) many += "1;a=bcd\r\nx\r\n";
  EXPECT_THAT(answer_to(many + "0\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  // No end of the line at all, in a chunk's header and in a trailer.
  EXPECT_THAT(answer_to(head + "3;a=" + std::string(60'000, 'x')), StartsWith("HTTP/1.1 4"));
  EXPECT_THAT(answer_to(head + "0\r\nx: " + std::string(60'000, 'x')), StartsWith("HTTP/1.1 4"));
  for (const char* size : {"FFFFFFFFFFFFFFFFF", "8000000000000000", "-1", "0x3", " 3", "+3"}) {
    EXPECT_THAT(answer_to(head + size + "\r\nabc\r\n0\r\n\r\n"), StartsWith("HTTP/1.1 4")) << size;
  }
  EXPECT_THAT(answer_to(head + "3\nabc\r\n0\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(answer_to(head + "3\r\nabcd\r\n0\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
}

TEST_F(LimitsTest, BoundsTheNumberOfHeaders) {
  serve_echo();
  std::string head = "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n";
  for (int i = 0; i < 97; ++i) head += "x: y\r\n";
  EXPECT_THAT(answer_to(head + "\r\n"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answer_to(head + "x: y\r\n\r\n"), StartsWith("HTTP/1.1 431 "));
}

}  // namespace
}  // namespace weft::http::test
