// The read models of the web page: graph, grid, gantt, calendar.

#include <set>

#include "server/api/graph_cache.h"
#include "server/api/state_letters.h"
#include "tests/unit/api/api_fixture.h"
#include "tests/unit/storage/rows.h"

namespace weft::test {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;

/// start → [ each(3) → check ] → end
constexpr std::string_view shapes_dag = R"({
  "dag_id": "shapes", "task_groups": {"g": {"depends_on": ["start"], "tooltip": "both"}}, "tasks": [
    {"task_id": "start", "command": "true"},
    {"task_id": "each", "command": "true", "group": "g", "expand": {"x": [1, 2, 3]}},
    {"task_id": "check", "command": "true", "group": "g", "depends_on": ["each"], "retries": 1,
     "retry_delay": "1s"},
    {"task_id": "end", "type": "noop", "depends_on": ["g"], "trigger_rule": "all_done"}]})";

class Views : public ApiFixture {
 protected:
  Views() {
    put_dag();
    put_dag(shapes_dag, "shapes.dag.json");
    register_worker();
  }

  static std::vector<std::string> names(const json& list, const char* key = "id") {
    std::vector<std::string> result;
    for (const auto& one : list) result.push_back(one[key]);
    return result;
  }
  /// All leases of a task so far, oldest first.
  std::vector<std::int64_t> all_leased(const std::string& task_id) const {
    std::vector<std::int64_t> attempts;
    for (const auto& effect : engine_->effects)
      if (const auto* lease = std::get_if<LeaseGranted>(&effect))
        if (lease->facts->dag->task(lease->task).id == task_id)
          attempts.push_back(lease->attempt.value);
    return attempts;
  }
  /// Runs written as they are, one a day from 2025-06-01T22:30:00Z on.
  void write_runs(int count, RunState state) {
    writer_->begin();
    for (int i = 0; i < count; ++i) {
      RunRow row = run_row(1000 + i, state);
      row.logical_date = *parse_instant("2025-06-01T22:30:00Z") + i * std::chrono::hours(24);
      row.run_after = *row.logical_date;
      ASSERT_TRUE(writer_->write(row));
    }
    ASSERT_TRUE(writer_->commit());
  }

  const std::string shapes_ = "/api/v2/dags/shapes";
  const std::string orders_ = "/api/v2/dags/orders";
};

TEST_F(Views, a_graph_has_boxes_and_lines) {
  const auto graph = get_json(shapes_ + "/graph");
  EXPECT_EQ(graph["version_number"], 1);
  EXPECT_THAT(names(graph["nodes"]), ElementsAre("start", "g", "each", "check", "end"));
  const auto &group = graph["nodes"][1], &each = graph["nodes"][2], &end = graph["nodes"][4];
  EXPECT_EQ(group["type"], "group");
  EXPECT_EQ(group["tooltip"], "both");
  EXPECT_EQ(group["task_count"], 2);
  EXPECT_EQ(each["parent"], "g");
  EXPECT_EQ(each["is_mapped"], true);
  EXPECT_EQ(end["operator"], "noop");
  EXPECT_EQ(end["trigger_rule"], "all_done");
  EXPECT_LE(group["x"].get<int>(), each["x"].get<int>());
  EXPECT_GE(group["x"].get<int>() + group["width"].get<int>(),
            each["x"].get<int>() + each["width"].get<int>());
  ASSERT_EQ(graph["edges"].size(), 3U);
  for (const auto& edge : graph["edges"]) EXPECT_GE(edge["points"].size(), 2U);
  EXPECT_GT(graph["width"], end["x"]);
}

TEST_F(Views, a_graph_is_kept_per_version_and_collapsed_groups) {
  const auto first = get(shapes_ + "/graph");
  const auto etag = std::find_if(first.headers.begin(), first.headers.end(),
                                 [](const auto& header) { return header.first == "etag"; });
  ASSERT_NE(etag, first.headers.end());
  EXPECT_EQ(get(shapes_ + "/graph", {{"if-none-match", etag->second}}).status, 304);
  const auto collapsed = get_json(shapes_ + "/graph?collapsed=g&collapsed=other");
  EXPECT_THAT(names(collapsed["nodes"]), ElementsAre("start", "g", "end"));
  EXPECT_EQ(collapsed["nodes"][1]["is_collapsed"], true);
  put_dag(R"({"dag_id": "shapes", "tasks": [{"task_id": "only", "type": "noop"}]})",
          "shapes.dag.json");
  EXPECT_THAT(names(get_json(shapes_ + "/graph")["nodes"]), ElementsAre("only"));
  EXPECT_EQ(get(shapes_ + "/graph?version_number=1").body, first.body);
  get_json(shapes_ + "/graph?version_number=3", 404);
  get_json(shapes_ + "/graph?version_number=0", 422);
}

TEST(GraphCache, keeps_what_was_asked_for_last_within_its_bytes) {
  api::GraphCache cache(80);
  const auto text = [](char c) { return std::make_shared<const std::string>(8, c); };
  for (const char c : {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'}) cache.put({c}, text(c));
  ASSERT_NE(cache.find("a"), nullptr);  // 8 texts of 9 bytes: a ninth is too much
  cache.put("i", text('i'));
  EXPECT_EQ(cache.find("b"), nullptr);
  EXPECT_EQ(*cache.find("a"), "aaaaaaaa");
  EXPECT_EQ(*cache.find("i"), "iiiiiiii");
  cache.put("large", std::make_shared<const std::string>(50, 'x'));
  EXPECT_EQ(cache.find("large"), nullptr);
}

TEST(StateLetters, the_worst_stands_for_all) {
  api::StateCounts counts;
  EXPECT_EQ(counts.letter(), '.');
  counts.add(TaskState::skipped);
  EXPECT_EQ(counts.letter(), 'k');
  counts.add(TaskState::success, 5);
  EXPECT_EQ(counts.letter(), 's');
  counts.add(TaskState::running);
  EXPECT_EQ(counts.letter(), 'r');
  counts.add(TaskState::failed);
  EXPECT_EQ(counts.letter(), 'f');
  std::set<char> letters;
  for (int i = 0; i <= static_cast<int>(TaskState::restarting); ++i)
    letters.insert(api::letter_of(static_cast<TaskState>(i)));
  EXPECT_EQ(letters.size(), 13U);
}

TEST_F(Views, a_grid_has_a_letter_per_task_and_run) {
  const auto older = trigger(json::object(), "shapes");
  finish_attempt(leased("start"), AttemptState::success);
  for (const auto attempt : all_leased("each")) finish_attempt(attempt, AttemptState::success);
  finish_attempt(leased("check"), AttemptState::success);
  clock_.advance(std::chrono::seconds(1));
  const auto newer = trigger(json::object(), "shapes");
  finish_attempt(leased("start"), AttemptState::success);
  const auto leases = all_leased("each");
  finish_attempt(leases[3], AttemptState::failed, nullptr, 1);
  finish_attempt(leases[4], AttemptState::success);

  const auto grid = get_json(shapes_ + "/grid");
  EXPECT_THAT(names(grid["rows"]), ElementsAre("start", "g", "each", "check", "end"));
  EXPECT_EQ(grid["rows"][2]["parent"], "g");
  EXPECT_EQ(grid["rows"][2]["is_mapped"], true);
  EXPECT_EQ(grid["rows"][1]["type"], "group");
  EXPECT_THAT(names(grid["runs"], "dag_run_id"), ElementsAre(newer, older));
  EXPECT_EQ(grid["runs"][1]["cells"], "sssss");
  EXPECT_EQ(grid["runs"][1]["mapped"], (json{{"2", {{"s", 3}}}}));
  EXPECT_EQ(grid["runs"][0]["cells"].get<std::string>().substr(0, 3), "sff");
  EXPECT_EQ(grid["runs"][0]["mapped"], (json{{"2", {{"f", 1}, {"q", 1}, {"s", 1}}}}));
  EXPECT_EQ(grid["runs"][0]["state"], "running");
  EXPECT_EQ(grid["next_before"], nullptr);
}

TEST_F(Views, a_grid_has_pages) {
  write_runs(5, RunState::success);
  std::vector<std::string> seen;
  std::string query = "?limit=2";
  for (int pages = 0; pages < 3; ++pages) {
    const auto grid = get_json(orders_ + "/grid" + query);
    for (const auto& id : names(grid["runs"], "dag_run_id")) seen.push_back(id);
    if (grid["next_before"].is_null()) break;
    query = "?limit=2&before=" + grid["next_before"].get<std::string>();
  }
  EXPECT_THAT(seen, ElementsAre("manual__1004", "manual__1003", "manual__1002", "manual__1001",
                                "manual__1000"));
  get_json(orders_ + "/grid?limit=0", 422);
  get_json(orders_ + "/grid?before=other", 404);
  EXPECT_EQ(get_json(orders_ + "/grid?limit=1000")["runs"].size(), 5U);
}

TEST_F(Views, a_grid_shows_tasks_that_only_older_runs_have) {
  complete_run();
  put_dag(R"({"dag_id": "orders", "tasks": [{"task_id": "load", "type": "noop"}]})");
  const auto grid = get_json(orders_ + "/grid");
  EXPECT_THAT(names(grid["rows"]), ElementsAre("load", "extract"));
  EXPECT_EQ(grid["rows"][0]["is_current"], true);
  EXPECT_EQ(grid["rows"][1]["is_current"], false);
  EXPECT_EQ(grid["runs"][0]["cells"], "ss");
  EXPECT_EQ(grid["runs"][0]["version_number"], 1);
}

TEST_F(Views, a_grids_columns_count_each_run_for_itself_and_are_all_as_long) {
  complete_run();
  put_dag(R"({"dag_id": "orders", "tasks": [{"task_id": "load", "command": "true"}]})");
  clock_.advance(std::chrono::seconds(1));
  trigger();
  finish_attempt(leased("load"), AttemptState::failed, nullptr, 1);
  trigger({{"run_after", "2026-02-01T00:00:00Z"}});
  const auto grid = get_json(orders_ + "/grid");
  EXPECT_THAT(names(grid["rows"]), ElementsAre("load", "extract"));
  EXPECT_THAT(names(grid["runs"], "cells"), ElementsAre("..", "f.", "ss"));
  EXPECT_THAT(names(grid["runs"], "state"), ElementsAre("queued", "failed", "success"));
}

TEST_F(Views, a_gantt_has_tries_and_the_chain_that_the_end_hung_on) {
  const auto run_id = trigger(json::object(), "shapes");
  const auto path = shapes_ + "/dagRuns/" + run_id + "/gantt";
  finish_attempt(leased("start"), AttemptState::success);
  for (const auto attempt : all_leased("each")) finish_attempt(attempt, AttemptState::success);
  start_attempt(leased("check"));
  clock_.advance(std::chrono::seconds(1));
  finish_attempt(leased("check"), AttemptState::failed, nullptr, 1);
  clock_.advance(std::chrono::seconds(2));
  apply(FireTimers{});
  finish_attempt(leased("check"), AttemptState::success);

  const auto gantt = get_json(path);
  EXPECT_EQ(gantt["state"], "success");
  EXPECT_EQ(gantt["total_entries"], 6);
  EXPECT_THAT(names(gantt["task_instances"], "task_id"),
              ElementsAre("start", "each", "each", "each", "check", "end"));
  const auto& check = gantt["task_instances"][4];
  EXPECT_EQ(check["task_group_id"], "g");
  EXPECT_EQ(check["is_critical"], true);
  ASSERT_EQ(check["tries"].size(), 2U);
  EXPECT_EQ(check["tries"][0]["state"], "failed");
  EXPECT_EQ(check["tries"][1]["state"], "success");
  EXPECT_LT(check["tries"][0]["end_date"], check["tries"][1]["queued_when"]);
  const auto& chain = gantt["critical_path"];
  EXPECT_THAT(names(chain, "task_id"), ElementsAre("start", "each", "check", "end"));
  // The last of the three to end: each took two seconds, one after the other.
  EXPECT_EQ(chain[1]["end_date"], gantt["task_instances"][3]["end_date"]);

  const auto page = get_json(path + "?limit=2&offset=4");
  EXPECT_THAT(names(page["task_instances"], "task_id"), ElementsAre("check", "end"));
  EXPECT_EQ(page["critical_path"], chain);
  get_json(shapes_ + "/dagRuns/other/gantt", 404);
}

TEST_F(Views, a_calendar_counts_by_the_days_of_a_zone) {
  write_runs(3, RunState::success);
  const std::string range = "/calendar?from=2025-06-01&to=2025-07-01";
  const auto utc = get_json(orders_ + range);
  EXPECT_EQ(utc["timezone"], "UTC");
  EXPECT_THAT(names(utc["buckets"], "date"), ElementsAre("2025-06-01", "2025-06-02", "2025-06-03"));
  EXPECT_EQ(utc["buckets"][0]["states"], (json{{"success", 1}}));
  const auto berlin = get_json(orders_ + range + "&timezone=Europe/Berlin");
  EXPECT_THAT(names(berlin["buckets"], "date"),
              ElementsAre("2025-06-02", "2025-06-03", "2025-06-04"));
  const auto hours = get_json(orders_ + range + "&granularity=hour&timezone=Europe/Berlin");
  EXPECT_EQ(hours["buckets"][0]["date"], "2025-06-02T00:00:00+02:00");
  const auto hindi = get_json(orders_ + range + "&granularity=hour&timezone=Asia/Kolkata");
  EXPECT_EQ(hindi["buckets"][0]["date"], "2025-06-02T04:00:00+05:30");
}

TEST_F(Views, a_calendar_knows_what_is_to_come) {
  // 2026-01-01T00:00:00Z, and a tick at 5:30 each day.
  const auto soon = get_json(orders_ + "/calendar?from=2026-01-01&to=2026-01-04");
  EXPECT_EQ(soon["planned_until"], nullptr);
  ASSERT_EQ(soon["buckets"].size(), 3U);
  for (const auto& bucket : soon["buckets"]) EXPECT_EQ(bucket["planned"], 1);
  const auto later = get_json(orders_ + "/calendar?from=2027-05-01&to=2027-05-03");
  EXPECT_THAT(names(later["buckets"], "date"), ElementsAre("2027-05-01", "2027-05-02"));
  put_dag(R"({"dag_id": "busy", "schedule": "* * * * *", "tasks": [{"task_id": "t",
              "type": "noop"}]})",
          "busy.dag.json");
  const auto busy = get_json("/api/v2/dags/busy/calendar?from=2026-01-01&to=2026-01-10");
  EXPECT_EQ(busy["planned_until"], "2026-01-02T09:20:00Z");
  patch_json(orders_, {{"is_paused", true}});
  EXPECT_TRUE(get_json(orders_ + "/calendar?from=2026-01-01&to=2026-01-04")["buckets"].empty());
}

TEST_F(Views, a_calendar_is_bounded) {
  EXPECT_EQ(get_json(orders_ + "/calendar?from=9999-12-31")["to"], "9999-12-31T23:59:59.999999Z");
  EXPECT_EQ(get_json(orders_ + "/calendar?to=0001-01-02")["from"], "0001-01-01T00:00:00Z");
  get_json(orders_ + "/calendar?from=2025-01-01&to=2026-02-06", 422);
  get_json(orders_ + "/calendar?from=2025-01-01&to=2026-02-05");
  get_json(orders_ + "/calendar?from=2025-01-01&to=2025-02-02&granularity=hour", 422);
  get_json(orders_ + "/calendar?from=2025-01-02&to=2025-01-01", 422);
  get_json(orders_ + "/calendar?granularity=week", 422);
  const auto zone = get_json(orders_ + "/calendar?timezone=Europe/Berlni", 422);
  EXPECT_NE(zone["detail"][0]["msg"].get<std::string>().find("Europe/Berlin"), std::string::npos);
  const auto usual = get_json(orders_ + "/calendar");
  EXPECT_EQ(usual["to"], "2026-02-05T00:00:00Z");
  EXPECT_EQ(usual["from"], "2025-01-01T00:00:00Z");
}

}  // namespace
}  // namespace weft::test
