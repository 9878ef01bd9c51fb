#include <gmock/gmock.h>

#include <atomic>
#include <deque>

#include "tests/unit/net/server_fixture.h"

namespace weft::http::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// What the test says, in pieces; counts how often it was asked and says when it is gone.
class Script : public Stream {
 public:
  explicit Script(Signal& gone) : gone_(gone) {}
  ~Script() override { gone_.raise(); }
  Piece poll() override {
    const std::lock_guard lock(mutex_);
    ++polls_;
    if (pieces_.empty()) return {};
    Piece piece = std::move(pieces_.front());
    pieces_.pop_front();
    return piece;
  }
  void say(std::string bytes, bool done) {
    const std::lock_guard lock(mutex_);
    pieces_.push_back({std::move(bytes), done});
  }
  int polls() {
    const std::lock_guard lock(mutex_);
    return polls_;
  }

 private:
  Signal& gone_;
  std::mutex mutex_;
  std::deque<Piece> pieces_;
  int polls_ = 0;
};

class StreamTest : public ServerTest {
 protected:
  StreamTest() { options_.limits.wake_every = std::chrono::milliseconds(1); }
  void serve_script() {
    serve([this](Request, Respond respond) {
      Response response;
      response.headers.emplace_back("content-type", "text/plain");
      response.stream = script_;
      respond(std::move(response));
    });
  }

  Signal gone_;
  std::shared_ptr<Script> script_ = std::make_shared<Script>(gone_);
};

TEST_F(StreamTest, SendsPiecesWhenSomethingChangesAndGoesOnWithTheConnection) {
  script_->say("first", false);
  serve_script();
  RawClient client(server_->port());
  client.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("transfer-encoding: chunked\r\n"));
  EXPECT_EQ(client.read_until("first\r\n"), "5\r\nfirst\r\n");
  EXPECT_EQ(server_->traffic().following.value(), 1);
  script_->say("second piece of it", false);
  server_->wake_streams();
  EXPECT_EQ(client.read_until("it\r\n"), "12\r\nsecond piece of it\r\n");
  script_->say("", true);
  server_->wake_streams();
  EXPECT_EQ(client.read_until("0\r\n\r\n"), "0\r\n\r\n");
  EXPECT_THAT(client.exchange("HEAD / HTTP/1.1\r\nhost: localhost\r\n\r\n"),
              StartsWith("HTTP/1.1 200 "));
}

TEST_F(StreamTest, AsksAgainAfterAWhileEvenWithoutASignal) {
  options_.limits.max_wait = std::chrono::milliseconds(5);
  serve_script();
  RawClient client(server_->port());
  client.send("GET / HTTP/1.0\r\nhost: localhost\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("connection: close"));
  script_->say("late", true);
  EXPECT_EQ(client.read_to_end(), "late");
}

TEST_F(StreamTest, LetsGoWhenTheCallerHangsUp) {
  serve_script();
  {
    RawClient client(server_->port());
    client.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
    client.read_until("\r\n\r\n");
    loop_.post([this] { script_.reset(); });
  }
  EXPECT_TRUE(gone_.wait());
}

TEST_F(StreamTest, EndsStreamsWhenTheServerStops) {
  serve_script();
  Signal stopped;
  RawClient client(server_->port());
  client.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
  client.read_until("\r\n\r\n");
  server_->stop(std::chrono::seconds(10), [&] { stopped.raise(); });
  EXPECT_EQ(client.read_to_end(), "0\r\n\r\n");
  EXPECT_TRUE(stopped.wait());
}

class Later : public Pending {
 public:
  std::optional<Response> poll() override {
    const std::lock_guard lock(mutex_);
    return std::exchange(response_, std::nullopt);
  }
  void answer(std::string body) {
    const std::lock_guard lock(mutex_);
    response_.emplace().body = std::move(body);
  }

 private:
  std::mutex mutex_;
  std::optional<Response> response_;
};

TEST_F(StreamTest, WaitsForAPendingAnswer) {
  const auto later = std::make_shared<Later>();
  serve([&](Request, Respond respond) {
    Response response;
    response.pending = later;
    respond(std::move(response));
  });
  RawClient client(server_->port());
  client.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
  later->answer("now");
  server_->wake_streams();
  EXPECT_THAT(client.read_message(), ::testing::EndsWith("now"));
  client.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
  Signal stopped;
  server_->stop(std::chrono::seconds(10), [&] { stopped.raise(); });
  EXPECT_THAT(client.read_to_end(), ::testing::AnyOf("", StartsWith("HTTP/1.1 503 ")));
  EXPECT_TRUE(stopped.wait());
}

TEST_F(StreamTest, EndsWhenTheCallerMayHearNoMore) {
  std::atomic<bool> may_hear = true;
  script_->say("first", false);
  const auto later = std::make_shared<Later>();
  serve([&](Request request, Respond respond) {
    Response response;
    if (request.path == "/stream")
      response.stream = script_;
    else
      response.pending = later;
    response.may_go_on = [&] { return may_hear.load(); };
    respond(std::move(response));
  });
  RawClient client(server_->port());
  client.send("GET /stream HTTP/1.1\r\nhost: localhost\r\n\r\n");
  client.read_until("first\r\n");
  RawClient waits(server_->port());
  waits.send("GET /later HTTP/1.1\r\nhost: localhost\r\n\r\n");
  may_hear = false;
  script_->say("secret", false);
  later->answer("secret");
  server_->wake_streams();
  EXPECT_EQ(client.read_until("0\r\n\r\n"), "0\r\n\r\n");
  EXPECT_THAT(waits.read_message(),
              ::testing::AllOf(StartsWith("HTTP/1.1 401 "), ::testing::Not(HasSubstr("secret"))));
}

}  // namespace
}  // namespace weft::http::test
