// Two changes of one record at the same time: both that were acknowledged are there afterwards.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;

/// What waits for its turn never comes to where the other one waits for it.
constexpr std::chrono::milliseconds bounded(300);

struct Change {
  std::string target;
  json body;
};

class RecordTurns : public ApiFixture {
 protected:
  RecordTurns() {
    apply(PutPool{.pool = {.name = "p", .slots = 2}});
    post_json("/api/v2/variables", {{"key", "v"}, {"value", "a"}}, 201);
    post_json("/api/v2/connections", {{"connection_id", "c"}, {"conn_type", "http"}}, 201);
  }

  /// Sends both from threads of their own. The first one that has read its row waits for the other
  /// to have done so, too; where that one waits for its turn, so long that it would have.
  void send_both(const Change& one, const Change& other) {
    std::mutex mutex;
    std::condition_variable arrived;
    int count = 0;
    engine_->before_call = [&](const Command&) {
      std::unique_lock lock(mutex);
      ++count;
      arrived.notify_all();
      arrived.wait_for(lock, bounded, [&] { return count >= 2; });
    };
    const auto patch = [&](const Change& change) {
      const auto response = send("PATCH", change.target, change.body.dump());
      EXPECT_EQ(response.status, 200) << response.body;
    };
    std::thread thread([&] { patch(one); });
    patch(other);
    thread.join();
    engine_->before_call = nullptr;
  }

  static Change bulk(const std::string& target, json entity, json mask) {
    json action{{"action", "update"},
                {"entities", json::array({std::move(entity)})},
                {"update_mask", std::move(mask)}};
    return {target, {{"actions", json::array({std::move(action)})}}};
  }
};

TEST_F(RecordTurns, two_fields_of_a_pool_are_both_changed) {
  send_both({"/api/v2/pools/p", {{"slots", 7}}}, {"/api/v2/pools/p", {{"description", "few"}}});
  const auto pool = get_json("/api/v2/pools/p");
  EXPECT_EQ(pool["slots"], 7);
  EXPECT_EQ(pool["description"], "few");
}

TEST_F(RecordTurns, two_fields_of_a_variable_are_both_changed) {
  send_both({"/api/v2/variables/v", {{"value", "b"}}},
            {"/api/v2/variables/v", {{"description", "text"}}});
  const auto variable = get_json("/api/v2/variables/v");
  EXPECT_EQ(variable["value"], "b");
  EXPECT_EQ(variable["description"], "text");
}

TEST_F(RecordTurns, two_fields_of_a_connection_are_both_changed) {
  send_both({"/api/v2/connections/c", {{"host", "h"}}},
            {"/api/v2/connections/c", {{"login", "l"}}});
  const auto connection = get_json("/api/v2/connections/c");
  EXPECT_EQ(connection["host"], "h");
  EXPECT_EQ(connection["login"], "l");
}

TEST_F(RecordTurns, a_bulk_update_and_one_by_the_path_undo_nothing) {
  send_both({"/api/v2/pools/p", {{"slots", 7}}},
            bulk("/api/v2/pools", {{"name", "p"}, {"slots", 2}, {"description", "few"}},
                 {"description"}));
  EXPECT_EQ(get_json("/api/v2/pools/p")["slots"], 7);
  EXPECT_EQ(get_json("/api/v2/pools/p")["description"], "few");
  send_both({"/api/v2/variables/v", {{"value", "b"}}},
            bulk("/api/v2/variables", {{"key", "v"}, {"value", "a"}, {"description", "text"}},
                 {"description"}));
  EXPECT_EQ(get_json("/api/v2/variables/v")["value"], "b");
  EXPECT_EQ(get_json("/api/v2/variables/v")["description"], "text");
  send_both({"/api/v2/connections/c", {{"host", "h"}}},
            bulk("/api/v2/connections",
                 {{"connection_id", "c"}, {"conn_type", "http"}, {"login", "l"}}, {"login"}));
  EXPECT_EQ(get_json("/api/v2/connections/c")["host"], "h");
  EXPECT_EQ(get_json("/api/v2/connections/c")["login"], "l");
}

TEST_F(RecordTurns, an_update_does_not_bring_back_what_was_deleted) {
  std::mutex mutex;
  std::condition_variable changed;
  bool has_read = false, is_deleted = false;
  engine_->before_call = [&](const Command& command) {
    if (!std::holds_alternative<PutPool>(command)) return;
    std::unique_lock lock(mutex);
    has_read = true;
    changed.notify_all();
    changed.wait_for(lock, bounded, [&] { return is_deleted; });
  };
  std::thread thread(
      [&] { EXPECT_EQ(send("PATCH", "/api/v2/pools/p", R"({"slots": 3})").status, 200); });
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return has_read; });
  }
  EXPECT_EQ(send("DELETE", "/api/v2/pools/p").status, 204);
  {
    const std::lock_guard lock(mutex);
    is_deleted = true;
  }
  changed.notify_all();
  thread.join();
  get_json("/api/v2/pools/p", 404);
}

TEST_F(RecordTurns, a_write_with_if_match_takes_both_turns) {
  const auto response = send("PATCH", "/api/v2/pools/p", R"({"slots": 3})", {{"if-match", "*"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(get_json("/api/v2/pools/p")["slots"], 3);
}

}  // namespace
}  // namespace weft::test
