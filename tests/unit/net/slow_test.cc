// Callers that are slow, greedy or many on purpose: they cost little, and the others go on.
#include <gmock/gmock.h>

#include <atomic>

#include "tests/unit/net/server_fixture.h"

namespace weft::http::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view plain_get = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

class SlowTest : public ServerTest {
 protected:
  SlowTest() { options_.limits.sweep_every = std::chrono::milliseconds(10); }
  void expect_others_are_answered() {
    RawClient other(server_->port());
    EXPECT_THAT(other.exchange(plain_get), StartsWith("HTTP/1.1 200 "));
  }
};

TEST_F(SlowTest, EndsABodyThatTricklesIn) {
  // The caller sends one byte after another and never stops, but is slower than he has to be.
  options_.limits.body_timeout = std::chrono::milliseconds(200);
  options_.limits.body_bytes_per_second = 1 << 30;
  options_.limits.body_bytes = 1 << 30;
  serve_echo();
  RawClient slow(server_->port());
  slow.send("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000000\r\n\r\n");
  const auto begun = std::chrono::steady_clock::now();
  while (slow.send("x")) {
    ASSERT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
  }
  expect_others_are_answered();
}

TEST_F(SlowTest, ClosesOnAReaderThatDoesNotTakeItsAnswer) {
  options_.limits.write_timeout = std::chrono::milliseconds(50);
  options_.limits.connections = 1;
  const std::size_t size = 32 << 20;  // more than the kernel takes off the server's hands
  serve([size](Request request, Respond respond) {
    Response response;
    response.body = request.path == "/big" ? std::string(size, 'b') : "small";
    respond(std::move(response));
  });
  RawClient slow(server_->port());
  slow.send("GET /big HTTP/1.1\r\nhost: localhost\r\n\r\n");
  EXPECT_THAT(slow.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
  // While it is there, there is no room for others.
  const auto begun = std::chrono::steady_clock::now();
  for (std::string answer; !answer.starts_with("HTTP/1.1 200 ");) {
    RawClient other(server_->port());
    answer = other.exchange(plain_get);
    ASSERT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
  }
  EXPECT_LT(slow.read_to_end().size(), size);
}

TEST_F(SlowTest, ReadsNoFurtherThanItAnswers) {
  options_.limits.write_timeout = std::chrono::milliseconds(100);
  std::atomic<int> answered = 0;
  serve([&answered](Request, Respond respond) {
    ++answered;
    Response response;
    response.body = std::string(10'000, 'x');
    respond(std::move(response));
  });
  // 64 MiB of requests whose answers nobody takes: the server stops to read, then closes.
  std::string requests;
  while (requests.size() < (1 << 20)) requests += plain_get;
  RawClient greedy(server_->port());
  bool open = true;
  for (int i = 0; i < 64 && open; ++i) open = greedy.send(requests);
  EXPECT_FALSE(open);
  EXPECT_GT(answered.load(), 0);
  EXPECT_LT(answered.load(), 64 * (1 << 20) / static_cast<int>(plain_get.size()));
  expect_others_are_answered();
}

TEST_F(SlowTest, ClosesAConnectionAfterItsLastRequest) {
  options_.limits.requests = 3;
  serve_echo();
  RawClient client(server_->port());
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(client.exchange(plain_get), ::testing::Not(HasSubstr("connection: close")));
  }
  client.send(plain_get);
  EXPECT_THAT(client.read_to_end(), HasSubstr("connection: close\r\n"));
}

TEST_F(SlowTest, MakesRoomForThoseWhoAsk) {
  options_.limits.connections = 4;
  serve_echo();
  // Idle after an answer, silent from the start, in the middle of a head.
  RawClient idle(server_->port());
  EXPECT_THAT(idle.exchange(plain_get), StartsWith("HTTP/1.1 200 "));
  RawClient silent(server_->port()), slow(server_->port());
  slow.send("GET / HTTP/1.1\r\n");
  for (int i = 0; i < 20; ++i) expect_others_are_answered();
  RawClient first(server_->port()), second(server_->port()), third(server_->port()),
      fourth(server_->port());
  for (RawClient* client : {&first, &second, &third, &fourth}) {
    EXPECT_THAT(client->exchange(plain_get), StartsWith("HTTP/1.1 200 "));
  }
  for (RawClient* client : {&idle, &silent, &slow}) EXPECT_EQ(client->read_to_end(), "");
}

TEST_F(SlowTest, TurnsNewOnesAwayWhenAllAreInWork) {
  options_.limits.connections = 2;
  std::vector<Respond> open;
  Signal both;
  serve([&](Request, Respond respond) {
    open.push_back(std::move(respond));
    if (open.size() == 2) both.raise();
  });
  RawClient first(server_->port()), second(server_->port());
  first.send(plain_get);
  second.send(plain_get);
  ASSERT_TRUE(both.wait());
  RawClient third(server_->port());
  const std::string refused = third.read_to_end();
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(refused, HasSubstr("retry-after: 1\r\n"));
  EXPECT_THAT(refused, HasSubstr("x-content-type-options: nosniff\r\n"));
  loop_.post([&] {
    for (const Respond& respond : std::exchange(open, {})) respond(Response());
  });
  EXPECT_THAT(first.read_message(), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(second.read_message(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(SlowTest, FinishesABigAnswerWhenItStops) {
  const std::size_t size = 8 << 20;
  Signal asked, stopped;
  serve([&](Request, Respond respond) {
    Response response;
    response.body = std::string(size, 'b');
    respond(std::move(response));
    asked.raise();
  });
  RawClient client(server_->port());
  client.send(plain_get);
  ASSERT_TRUE(asked.wait());
  server_->stop(std::chrono::seconds(10), [&] { stopped.raise(); });
  const std::string answer = client.read_to_end();
  EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, size);
  EXPECT_TRUE(stopped.wait());
}

}  // namespace
}  // namespace weft::http::test
