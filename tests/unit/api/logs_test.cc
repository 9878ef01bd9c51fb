#include <fmt/format.h>

#include "server/api/log_lines.h"
#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;

constexpr std::string_view stamp = "2026-01-01T00:00:00.000000Z";

std::string cri(std::string_view text, std::string_view stream = "stdout", char tag = 'F') {
  return fmt::format("{} {} {} {}\n", stamp, stream, tag, text);
}

/// The body, also when it comes in pieces; each piece must be bounded.
std::string drained(http::Response response) {
  while (response.stream) {
    const auto piece = response.stream->poll();
    EXPECT_LE(piece.bytes.size(), 256U << 10);
    response.body += piece.bytes;
    if (piece.done) break;
  }
  return response.body;
}

class Logs : public ApiFixture {
 protected:
  Logs() {
    put_dag();
    register_worker();
    run_id_ = trigger();
    attempt_ = leased("extract");
    start_attempt(attempt_);
    key_ = log_key(run_id_, "extract");
    path_ = "/api/v2/dags/orders/dagRuns/" + run_id_ + "/taskInstances/extract/logs/1";
  }

  void write(const std::string& bytes) {
    const auto next = logs_.append(key_, size_, bytes);
    ASSERT_TRUE(next) << next.error().message;
    size_ = *next;
  }
  void end(AttemptState outcome = AttemptState::success) { finish_attempt(attempt_, outcome); }
  std::string text(const std::string& query) {
    return drained(get(path_ + query, {{"accept", "text/plain"}}));
  }

  std::string run_id_, path_;
  std::int64_t attempt_ = 0, size_ = 0;
  storage::LogKey key_;
};

TEST_F(Logs, come_as_messages) {
  write(cri("hello") + cri("half ", "stderr", 'P') + cri("whole", "stderr") + "foreign\n");
  end();
  const auto page = get_json(path_);
  EXPECT_EQ(page["continuation_token"], nullptr);
  ASSERT_EQ(page["content"].size(), 4U);
  EXPECT_EQ(page["content"][0],
            (json{{"timestamp", stamp}, {"event", "hello"}, {"stream", "stdout"}}));
  EXPECT_EQ(page["content"][1]["partial"], true);
  EXPECT_EQ(page["content"][3], (json{{"timestamp", nullptr}, {"event", "foreign"}}));
}

TEST_F(Logs, a_running_attempt_always_has_a_token) {
  auto page = get_json(path_);
  EXPECT_EQ(page["content"].size(), 0U);
  write(cri("one") + "2026-01-01T00:00:00.0");
  page = get_json(path_ + "?token=" + page["continuation_token"].get<std::string>());
  EXPECT_EQ(page["content"].size(), 1U);
  write("00000Z stdout F two\n");
  end();
  page = get_json(path_ + "?token=" + page["continuation_token"].get<std::string>());
  ASSERT_EQ(page["content"].size(), 1U);
  EXPECT_EQ(page["content"][0]["event"], "two");
  EXPECT_EQ(page["continuation_token"], nullptr);
}

TEST_F(Logs, their_size_is_known_while_they_grow) {
  const auto size = [&] {
    return get_json("/api/v2/dags/orders/dagRuns/" + run_id_ +
                    "/taskInstances/extract/tries/1")["log_bytes"];
  };
  EXPECT_EQ(size(), 0);
  write(cri("one"));
  EXPECT_EQ(size(), size_);
  end(AttemptState::lost);  // of which no worker told the size
  EXPECT_EQ(size(), size_);
}

TEST_F(Logs, pages_are_bounded_and_nothing_is_lost) {
  std::string bytes;
  for (int i = 0; i < 30'000; ++i) bytes += cri(fmt::format("line {} \x1b[31m{}", i, "red"));
  write(bytes);
  end();
  int lines = 0, pages = 0;
  std::string token = "0";
  for (; pages < 20; ++pages) {
    const auto response = get(path_ + "?token=" + token);
    EXPECT_LE(response.body.size(), 1U << 20);
    const auto page = json::parse(response.body);
    for (const auto& message : page["content"])
      EXPECT_TRUE(
          message["event"].get<std::string>().starts_with(fmt::format("line {} ", lines++)));
    if (page["continuation_token"].is_null()) break;
    token = page["continuation_token"];
  }
  EXPECT_EQ(lines, 30'000);
  EXPECT_GT(pages, 1);
}

TEST_F(Logs, bytes_that_are_no_text_and_endless_lines_are_shown) {
  write(cri("bad \xff\xfe") + std::string(300'000, 'x'));
  end();
  const auto page = get_json(path_);
  EXPECT_EQ(page["content"][0]["event"], "bad \xef\xbf\xbd\xef\xbf\xbd");
  std::size_t length = 0;
  for (const auto& message : page["content"]) length += message["event"].get<std::string>().size();
  EXPECT_EQ(length, 10 + 300'000U);
  EXPECT_EQ(text("").size(), 7 + 300'000 + 1U);
}

TEST_F(Logs, ranges_and_tails) {
  write(cri("a") + cri("b") + cri("c"));
  end();
  const auto line = static_cast<int>(cri("a").size());
  EXPECT_EQ(text(""), "a\nb\nc\n");
  EXPECT_EQ(text("?tail=2"), "b\nc\n");
  EXPECT_EQ(text("?tail=9"), "a\nb\nc\n");
  EXPECT_EQ(text("?tail=0"), "");
  EXPECT_EQ(text(fmt::format("?offset={}", line)), "b\nc\n");
  EXPECT_EQ(text("?offset=1"), "b\nc\n");
  EXPECT_EQ(text(fmt::format("?offset={}&limit=1", line)), "b\n");
  EXPECT_EQ(text("?offset=9999"), "");
  EXPECT_EQ(get_json(path_ + "?limit=1")["content"].size(), 1U);
  EXPECT_EQ(get_json(path_ + "?tail=1")["content"][0]["event"], "c");
  get_json(path_ + "?tail=10001", 422);
  get_json(path_ + "?offset=-1", 422);
  get_json(path_ + "?token=nonsense", 400);
}

TEST_F(Logs, large_text_comes_in_pieces) {
  std::string bytes;
  for (int i = 0; i < 20'000; ++i) bytes += cri(fmt::format("{:06}", i));
  write(bytes);
  end();
  const auto response = get(path_, {{"accept", "text/plain"}});
  ASSERT_NE(response.stream, nullptr);
  const auto all = drained(response);
  EXPECT_EQ(all.size(), 20'000U * 7);
  EXPECT_TRUE(all.ends_with("019999\n"));
}

TEST_F(Logs, ndjson_is_a_message_per_line) {
  write(cri("a") + cri("b"));
  end();
  const auto response = get(path_, {{"accept", "application/x-ndjson"}});
  EXPECT_EQ(std::count(response.body.begin(), response.body.end(), '\n'), 2);
  EXPECT_EQ(json::parse(response.body.substr(0, response.body.find('\n')))["event"], "a");
}

TEST_F(Logs, events_follow_to_the_end) {
  write(cri("a"));
  const auto response = get(path_, {{"accept", "text/event-stream"}});
  ASSERT_NE(response.stream, nullptr);
  auto piece = response.stream->poll();
  EXPECT_EQ(piece.bytes,
            fmt::format("id: {}\nevent: log\ndata: {{\"event\":\"a\",\"stream\":\"stdout\","
                        "\"timestamp\":\"{}\"}}\n\n",
                        cri("a").size(), stamp));
  EXPECT_FALSE(piece.done);
  EXPECT_EQ(response.stream->poll().bytes, "");
  write(cri("b"));
  end(AttemptState::failed);
  piece = response.stream->poll();
  EXPECT_NE(piece.bytes.find("\"event\":\"b\""), std::string::npos);
  EXPECT_TRUE(piece.bytes.ends_with("event: end\ndata: {\"outcome\":\"failed\"}\n\n"));
  EXPECT_TRUE(piece.done);
}

TEST_F(Logs, events_resume_behind_the_last_one) {
  write(cri("a") + cri("b"));
  end();
  const auto response = get(
      path_, {{"accept", "text/event-stream"}, {"last-event-id", std::to_string(cri("a").size())}});
  const auto piece = response.stream->poll();
  EXPECT_EQ(piece.bytes.find("\"event\":\"a\""), std::string::npos);
  EXPECT_NE(piece.bytes.find("\"event\":\"b\""), std::string::npos);
}

TEST_F(Logs, text_can_be_followed) {
  const auto response = get(path_ + "?follow=true", {{"accept", "text/plain"}});
  ASSERT_NE(response.stream, nullptr);
  EXPECT_EQ(response.stream->poll().bytes, "");
  write(cri("a"));
  EXPECT_EQ(response.stream->poll().bytes, "a\n");
  end();
  EXPECT_TRUE(response.stream->poll().done);
}

TEST_F(Logs, of_what_is_not_there) {
  get_json(path_ + "0", 404);
  get_json("/api/v2/dags/orders/dagRuns/" + run_id_ + "/taskInstances/load/logs/1", 404);
  EXPECT_EQ(get(path_, {{"accept", "image/png"}}).status, 406);
}

TEST(LogLine, is_read_as_it_was_written) {
  const auto line = api::parse_log_line("2026-01-01T00:00:00.000000Z stderr F  two  spaces ");
  EXPECT_EQ(line.stream, "stderr");
  EXPECT_EQ(line.text, " two  spaces ");
  EXPECT_EQ(api::parse_log_line("2026-01-01T00:00:00Z stdout F").text, "");
  EXPECT_EQ(api::parse_log_line("2026-01-01T00:00:00Z stdout X a").text,
            "2026-01-01T00:00:00Z stdout X a");
  EXPECT_EQ(api::parse_log_line("").text, "");
}

}  // namespace
}  // namespace weft::test
