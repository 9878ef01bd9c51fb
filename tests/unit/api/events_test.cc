// The stream of state changes: what it tells, where it begins and goes on, and what it costs.

#include <fmt/format.h>

#include <map>
#include <set>
#include <sstream>

#include "tests/unit/api/api_fixture.h"
#include "tests/unit/storage/rows.h"

namespace weft::test {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Sent {
  std::int64_t id = 0;
  std::string name;
  json data;
};

/// The events of a text, without comments.
std::vector<Sent> parsed(std::string_view text) {
  std::vector<Sent> list;
  while (!text.empty()) {
    const auto end = text.find("\n\n");
    EXPECT_NE(end, std::string_view::npos) << "half an event: " << text;
    if (end == std::string_view::npos) break;
    std::istringstream lines{std::string(text.substr(0, end))};
    text.remove_prefix(end + 2);
    Sent sent;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("id: ")) sent.id = std::stoll(line.substr(4));
      if (line.starts_with("event: ")) sent.name = line.substr(7);
      if (line.starts_with("data: ")) sent.data = json::parse(line.substr(6));
    }
    if (!sent.name.empty()) list.push_back(std::move(sent));
  }
  return list;
}

class Events : public ApiFixture {
 protected:
  Events() {
    put_dag();
    put_dag(R"({"dag_id": "make", "tasks": [{"task_id": "t", "type": "noop"}]})", "make.dag.json");
    register_worker();
  }

  std::shared_ptr<http::Stream> open(const std::string& query = "", Headers headers = {}) {
    const auto response = get("/api/v2/events" + query, std::move(headers));
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_NE(response.stream, nullptr);
    return response.stream;
  }
  /// All that there is now.
  static std::vector<Sent> all(http::Stream& stream) {
    std::string text;
    for (;;) {
      const auto piece = stream.poll();
      EXPECT_FALSE(piece.done);
      if (piece.bytes.empty() || piece.done) return parsed(text);
      text += piece.bytes;
    }
  }
  /// An event that nobody told the streams of.
  void write_event(std::int64_t id) {
    writer_->begin();
    ASSERT_TRUE(writer_->write(task_event(id, 1, TaskState::none, TaskState::scheduled)));
    ASSERT_TRUE(writer_->commit());
  }
  void forget_before(std::int64_t id) {
    auto database = std::move(
        storage::Database::open(writer_->location(), storage::OpenMode::read_write_create).value());
    ASSERT_TRUE(database.exec(fmt::format("DELETE FROM event WHERE id < {}", id)));
  }
  std::int64_t position() { return all(*open()).front().data["position"]; }
};

TEST_F(Events, begin_at_the_present) {
  complete_run();
  const auto stream = open();
  const auto first = parsed(stream->poll().bytes);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].name, "hello");
  EXPECT_GT(first[0].id, 0);
  EXPECT_EQ(first[0].data, (json{{"position", first[0].id}}));
  EXPECT_EQ(stream->poll().bytes, "");
}

TEST_F(Events, tell_each_change_in_order) {
  const auto stream = open();
  (void)stream->poll();
  const auto run_id = complete_run();
  const auto sent = all(*stream);
  ASSERT_FALSE(sent.empty());
  std::map<std::string, json> state;
  std::int64_t last = 0;
  for (const auto& event : sent) {
    EXPECT_GT(event.id, last);
    last = event.id;
    EXPECT_EQ(event.data["dag_id"], "orders");
    EXPECT_EQ(event.data["dag_run_id"], run_id);
    EXPECT_TRUE(event.data["at"].is_string());
    const auto key = event.data.value("task_id", "");
    EXPECT_EQ(event.name, key.empty() ? "run" : "task_instance");
    EXPECT_EQ(event.data["from"], state[key]) << event.data;
    EXPECT_NE(event.data["to"], event.data["from"]);
    state[key] = event.data["to"];
  }
  EXPECT_EQ(state, (std::map<std::string, json>{
                       {"", "success"}, {"extract", "success"}, {"load", "success"}}));
  EXPECT_EQ(sent.back().data["to"], "success");
  for (const auto& event : sent) {
    if (event.data["to"] != "queued" || event.name != "task_instance") continue;
    EXPECT_EQ(event.data["try_number"], 1);
  }
}

TEST_F(Events, tell_of_pauses) {
  const auto stream = open();
  (void)stream->poll();
  patch_json("/api/v2/dags/orders", {{"is_paused", true}});
  patch_json("/api/v2/dags/orders", {{"is_paused", false}});
  const auto sent = all(*stream);
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[0].name, "dag");
  EXPECT_EQ(sent[0].data["dag_id"], "orders");
  EXPECT_EQ(sent[0].data["is_paused"], true);
  EXPECT_EQ(sent[1].data["is_paused"], false);
}

TEST_F(Events, go_on_behind_the_last_one_seen) {
  const auto stream = open();
  (void)stream->poll();
  complete_run();
  const auto sent = all(*stream);
  ASSERT_GT(sent.size(), 4U);
  const auto seen = std::to_string(sent[2].id);
  const auto rest = all(*open("?last_event_id=" + seen));
  ASSERT_EQ(rest.size(), sent.size() - 3);
  EXPECT_EQ(rest.front().id, sent[3].id);
  EXPECT_EQ(rest.back().data, sent.back().data);
  // A browser repeats the URL and adds the header, which is the newer of the two.
  EXPECT_THAT(
      all(*open("?last_event_id=" + seen, {{"last-event-id", std::to_string(sent.back().id)}})),
      IsEmpty());
}

TEST_F(Events, are_filtered_by_dag_and_run) {
  const auto of_make = open("?dag_id=make"), of_both = open("?dag_id=make&dag_id=orders");
  (void)of_make->poll(), (void)of_both->poll();
  const auto one = trigger({{"dag_run_id", "one"}}), other = trigger();
  trigger(json::object(), "make");
  EXPECT_FALSE(all(*of_make).empty());
  std::set<std::string> dags;
  for (const auto& event : all(*of_both)) dags.insert(event.data["dag_id"]);
  EXPECT_THAT(dags, ElementsAre("make", "orders"));
  const auto of_run = open("?last_event_id=0&dag_run_id=" + one);
  const auto sent = all(*of_run);
  EXPECT_FALSE(sent.empty());
  for (const auto& event : sent) EXPECT_EQ(event.data["dag_run_id"], one);
  std::string many;
  for (int i = 0; i < 101; ++i) many += (i ? "&" : "?") + ("dag_id=d" + std::to_string(i));
  get_json("/api/v2/events" + many, 422);
  EXPECT_EQ(get("/api/v2/events", {{"accept", "application/json"}}).status, 406);
}

TEST_F(Events, begin_anew_at_a_position_that_is_not_known) {
  complete_run();
  const auto now = position();
  for (const std::string id : {"7777777", "-1", "nonsense", "99999999999999999999"}) {
    const auto sent = all(*open("", {{"last-event-id", id}}));
    ASSERT_EQ(sent.size(), 1U) << id;
    EXPECT_EQ(sent[0].name, "reset");
    EXPECT_EQ(sent[0].data["position"], now);
  }
}

TEST_F(Events, begin_anew_at_a_position_that_is_not_kept) {
  complete_run();
  const auto now = position();
  ASSERT_GT(now, 4);
  forget_before(4);
  EXPECT_EQ(all(*open("?last_event_id=2")).front().name, "reset");
  EXPECT_EQ(all(*open("?last_event_id=3")).front().id, 4);
}

TEST_F(Events, a_reader_slower_than_what_is_kept_begins_anew) {
  const auto slow = open();
  (void)slow->poll();
  complete_run();
  const auto now = position();  // somebody else has seen it all
  forget_before(now);
  const auto sent = all(*slow);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].name, "reset");
  EXPECT_EQ(sent[0].data["position"], now);
}

TEST_F(Events, a_heartbeat_comes_within_fifteen_seconds) {
  complete_run();
  const auto stream = open("?dag_id=make");
  (void)stream->poll();
  clock_.advance(std::chrono::milliseconds(9'999));
  EXPECT_EQ(stream->poll().bytes, "");
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(stream->poll().bytes, fmt::format(": heartbeat\nid: {}\n\n", position()));
  EXPECT_EQ(stream->poll().bytes, "");
  // What the filter holds back moves the position on, too.
  trigger();
  clock_.advance(std::chrono::seconds(10));
  EXPECT_EQ(stream->poll().bytes, fmt::format(": heartbeat\nid: {}\n\n", position()));
}

TEST_F(Events, nothing_is_read_without_a_commit) {
  trigger();
  const auto one = open(), other = open();
  (void)one->poll(), (void)other->poll();
  const auto now = position();
  write_event(now + 1);
  EXPECT_EQ(one->poll().bytes, "") << "read without having been told of a commit";
  ++engine_->commits;
  EXPECT_EQ(parsed(one->poll().bytes).front().id, now + 1);
  EXPECT_EQ(parsed(other->poll().bytes).front().id, now + 1);
  EXPECT_EQ(other->poll().bytes, "");
}

TEST_F(Events, much_comes_in_bounded_pieces) {
  trigger();
  const auto stream = open();
  (void)stream->poll();
  const auto now = position();
  constexpr std::int64_t many = 20'000;  // more than is kept for all
  writer_->begin();
  for (std::int64_t i = 1; i <= many; ++i)
    ASSERT_TRUE(writer_->write(task_event(now + i, 1, TaskState::none, TaskState::scheduled)));
  ASSERT_TRUE(writer_->commit());
  ++engine_->commits;
  const auto late = open("?last_event_id=" + std::to_string(now));
  for (auto* reader : {stream.get(), late.get()}) {
    std::int64_t next = now + 1;
    for (;;) {
      const auto piece = reader->poll();
      if (piece.bytes.empty()) break;
      EXPECT_LT(piece.bytes.size(), 256U << 10);
      for (const auto& event : parsed(piece.bytes)) ASSERT_EQ(event.id, next++);
    }
    EXPECT_EQ(next, now + many + 1);
  }
  // A filter that lets nothing of it through does not wait for the next commit to look further.
  EventRow paused;
  paused.id = now + many + 1;
  paused.kind = EventRow::Kind::dag_paused;
  paused.dag = DagKey{2};
  writer_->begin();
  ASSERT_TRUE(writer_->write(paused));
  ASSERT_TRUE(writer_->commit());
  ++engine_->commits;
  const auto sent = all(*open(fmt::format("?dag_id=make&last_event_id={}", now)));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent.front().data["dag_id"], "make");
}

TEST_F(Events, what_was_deleted_is_left_out) {
  const auto run_id = complete_run();
  EXPECT_EQ(send("DELETE", "/api/v2/dags/orders/dagRuns/" + run_id).status, 204);
  EXPECT_THAT(all(*open("?last_event_id=0")), IsEmpty());
}

}  // namespace
}  // namespace weft::test
