// Lists that are read page by page with a cursor: nothing is missed or told twice whatever comes or
// goes meanwhile, a page in the depth costs what the first does, and a wrong cursor is told of.

#include <fmt/format.h>

#include <functional>
#include <set>

#include "server/api/cursor.h"
#include "tests/unit/api/api_fixture.h"
#include "tests/unit/storage/rows.h"

namespace weft::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class Cursors : public ApiFixture {
 protected:
  Cursors() { put_dag(); }

  /// Ids of runs and instances from the engine are below this.
  static constexpr std::int64_t first_id = 1'000;

  /// Runs that have ties, and NULL in what may be NULL.
  void write_runs(std::int64_t from, std::int64_t count) {
    writer_->begin();
    for (auto id = from; id < from + count; ++id) {
      auto run = run_row(id, id % 3 == 0 ? RunState::failed : RunState::success);
      run.run_after = at(id / 4 * 1000);
      run.conf = {{"n", id % 2}};
      if (id % 4 == 0) run.logical_date.reset();
      if (id % 3 == 0) run.started_at.reset();
      if (id % 5 == 0) run.ended_at.reset();
      ASSERT_TRUE(writer_->write(run));
    }
    ASSERT_TRUE(writer_->commit());
  }

  /// `count` mapped instances of each run; their ids go up from `from` across the runs.
  void write_instances(std::int64_t from, std::int64_t first_run, int runs, int count,
                       int first_index = 0) {
    writer_->begin();
    for (int i = 0; i < runs * count; ++i) {
      auto instance = instance_row(from + i, first_run + i % runs,
                                   i % 2 == 0 ? TaskState::success : TaskState::failed);
      instance.map_index = first_index + i / runs;
      if (i % 3 != 0) instance.started_at = at(i % 7);
      if (i % 4 != 0) instance.ended_at = at(i % 7 + i % 2);
      ASSERT_TRUE(writer_->write(instance));
    }
    ASSERT_TRUE(writer_->commit());
  }

  /// All rows from the beginning to the end; `between` pages, something may happen.
  std::vector<json> walk(
      const std::string& target, const std::string& rows,
      const std::function<void()>& between = [] {}) {
    std::vector<json> all;
    std::string cursor;
    for (int pages = 0; pages < 1000; ++pages) {
      json page = get_json(target + "&cursor=" + cursor);
      for (json& row : page[rows]) all.push_back(std::move(row));
      if (!page["next_cursor"].is_string()) return all;
      cursor = page["next_cursor"];
      between();
    }
    ADD_FAILURE() << "a list without an end: " << target;
    return all;
  }

  /// Page by page the list is what it is at once.
  void expect_whole(const std::string& target, const std::string& rows) {
    SCOPED_TRACE(target);
    const json whole = get_json(target + "&limit=100");
    EXPECT_TRUE(whole["next_cursor"].is_null());
    EXPECT_EQ(whole["total_entries"], whole[rows].size());
    EXPECT_GT(whole[rows].size(), 8U);
    for (const char* limit : {"&limit=1", "&limit=4"})
      EXPECT_EQ(json(walk(target + limit, rows)), whole[rows]) << limit;
  }

  /// The cursor behind the first row.
  std::string cursor_of(const std::string& target) {
    return get_json(target + "&limit=1").value("next_cursor", "");
  }

  struct Cost {
    std::int64_t steps = 0, sorts = 0;
  };
  /// Of the lists' own statements (not their totals) since the last call.
  Cost take_cost() {
    return readers_
        ->with([](storage::Reader& reader) -> Result<Cost> {
          Cost cost;
          sqlite3_stmt* statement = nullptr;
          while ((statement = sqlite3_next_stmt(reader.database().handle(), statement)) !=
                 nullptr) {
            const auto steps = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
            const auto sorts = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_SORT, 1);
            if (!std::string_view(sqlite3_sql(statement)).ends_with("LIMIT ? OFFSET ?")) continue;
            cost.steps += steps;
            cost.sorts += sorts;
          }
          return cost;
        })
        .value();
  }

  /// No page of the list costs more than its first, give or take what a step between parts costs.
  void expect_flat_cost(const std::string& target) {
    SCOPED_TRACE(target);
    std::string cursor;
    std::int64_t first = 0;
    int pages = 0;
    (void)take_cost();
    for (;; ++pages) {
      const json page = get_json(target + "&cursor=" + cursor);
      const Cost cost = take_cost();
      if (pages == 0) first = cost.steps;
      EXPECT_LE(cost.steps, 2 * first + 300) << "page " << pages;
      EXPECT_EQ(cost.sorts, 0) << "page " << pages;
      if (!page["next_cursor"].is_string()) break;
      cursor = page["next_cursor"];
    }
    EXPECT_GT(first, 0);
    EXPECT_GE(pages, 25);
  }
};

TEST_F(Cursors, pages_of_runs_are_the_whole_list) {
  write_runs(first_id, 37);
  for (const auto* order :
       {"id", "-id", "state", "run_after", "-run_after", "start_date", "-start_date", "-end_date",
        "logical_date", "-logical_date", "duration", "-duration", "updated_at", "-conf", "run_id",
        "dag_id", "state&order_by=-start_date", "-state&order_by=start_date&order_by=-run_after",
        "start_date&order_by=-end_date&order_by=id&order_by=state"})
    for (const auto* dag : {"orders", "~"})
      expect_whole(fmt::format("/api/v2/dags/{}/dagRuns?order_by={}", dag, order), "dag_runs");
  expect_whole("/api/v2/dags/~/dagRuns?state=success&run_after_gte=1970-01-01&order_by=-run_after",
               "dag_runs");
}

TEST_F(Cursors, pages_of_task_instances_are_the_whole_list) {
  write_runs(first_id, 5);
  write_instances(first_id, first_id, 5, 9);
  const std::string run = fmt::format("manual__{}", first_id + 2);
  for (const auto& scope : {std::string("orders/dagRuns/~"), std::string("~/dagRuns/~"),
                            std::string("orders/dagRuns/") + run, "~/dagRuns/" + run}) {
    const std::string list = "/api/v2/dags/" + scope + "/taskInstances?";
    expect_whole(list, "task_instances");
    for (const auto* order :
         {"id", "-id", "map_index", "-map_index", "start_date", "-start_date", "end_date",
          "-duration", "duration&order_by=-state", "-run_after", "logical_date"})
      expect_whole(list + "order_by=" + order, "task_instances");
  }
  expect_whole("/api/v2/dags/orders/dagRuns/" + run +
                   "/taskInstances/extract/listMapped?order_by=-map_index",
               "task_instances");
  const json first = get_json("/api/v2/dags/orders/dagRuns/~/taskInstances?limit=9");
  for (const json& instance : first["task_instances"])
    EXPECT_EQ(instance["dag_run_id"], fmt::format("manual__{}", first_id));
}

TEST_F(Cursors, pages_of_the_other_lists_are_the_whole_lists) {
  for (int i = 0; i < 10; ++i) {
    const auto id = fmt::format("d{}", i);
    put_dag(fmt::format(R"({{"dag_id": "{}", "start_date": "2025-01-01", {} "tasks": [
              {{"task_id": "t", "type": "noop", "outlets": ["asset"]}}]}})",
                        id,
                        i % 3 == 0   ? ""
                        : i % 3 == 1 ? R"("schedule": "@daily",)"
                                     : R"("schedule": "@monthly",)"),
            id + ".dag.json");
    clock_.advance(std::chrono::seconds(i % 2));
    for (int times = 0; times < 2; ++times)
      if (i % 4 != 0) trigger(json::object(), id);
  }
  for (const auto* order : {"id", "-id", "when", "-when", "event", "-owner", "dag_id", "extra",
                            "-dag_id&order_by=run_id"})
    expect_whole(std::string("/api/v2/eventLogs?order_by=") + order, "event_logs");
  for (const auto* order : {"timestamp", "-timestamp", "id", "-id", "source_dag_id",
                            "-source_run_id", "source_task_id&order_by=-timestamp"}) {
    expect_whole(std::string("/api/v2/assets/events?order_by=") + order, "asset_events");
    expect_whole(std::string("/api/v2/assets/events?asset_id=1&order_by=") + order, "asset_events");
  }
  for (const auto* order :
       {"dag_id", "-dag_id", "dag_display_name", "last_run_state", "-last_run_state",
        "-last_run_start_date", "next_dagrun", "-next_dagrun"})
    expect_whole(std::string("/api/v2/dags?order_by=") + order, "dags");
}

TEST_F(Cursors, pages_of_a_batch_are_the_whole_list) {
  write_runs(first_id, 11);
  write_instances(first_id, first_id, 11, 2);
  const std::pair<std::string, std::string> lists[] = {
      {"/api/v2/dags/~/dagRuns/list", "dag_runs"},
      {"/api/v2/dags/~/dagRuns/~/taskInstances/list", "task_instances"}};
  for (const auto& [target, rows] : lists) {
    SCOPED_TRACE(target);
    json body{{"order_by", "-end_date"}, {"dag_ids", {"orders"}}, {"page_limit", 100}};
    const json whole = post_json(target, body);
    json all = json::array();
    body["page_limit"] = 3;
    body["cursor"] = nullptr;
    while (all.size() < 100) {
      json page = post_json(target, body);
      for (const json& row : page[rows]) all.push_back(row);
      if (page["next_cursor"].is_null()) break;
      body["cursor"] = page["next_cursor"];
    }
    EXPECT_EQ(all, whole[rows]);
    EXPECT_GE(all.size(), 11U);
    body["cursor"] = post_json(target, {{"page_limit", 1}}).value("next_cursor", "");
    EXPECT_THAT(post_json(target, body, 400)["detail"].dump(), HasSubstr("of another list"));
    body["page_offset"] = 1;
    EXPECT_EQ(post_json(target, body, 422)["detail"][0]["loc"], (json{"body", "cursor"}));
    EXPECT_EQ(post_json(target, {{"cursor", 7}}, 422)["detail"][0]["type"], "string_type");
  }
}

TEST_F(Cursors, rows_that_come_meanwhile_move_nothing) {
  write_runs(first_id, 20);
  const json before = get_json("/api/v2/dags/~/dagRuns?order_by=-id&limit=100");
  std::int64_t next = first_id + 20, end = next + 3;
  const auto insert = [&] {
    if (next < end) write_runs(next++, 1);
  };
  EXPECT_EQ(json(walk("/api/v2/dags/~/dagRuns?order_by=-id&limit=3", "dag_runs", insert)),
            before["dag_runs"]);
  // In the other direction they are met at the end.
  end += 3;
  const auto up = walk("/api/v2/dags/orders/dagRuns?limit=3", "dag_runs", insert);
  EXPECT_EQ(up.size(), 26U);
  // Instances of runs that were passed already stay unseen; those of later runs are met once.
  write_instances(first_id, first_id, 20, 2);
  std::int64_t instance = first_id + 40;
  const auto insert_instances = [&] {
    for (const auto run : {first_id, first_id + 19}) {
      if (instance == first_id + 46) return;
      write_instances(instance, run, 1, 1, static_cast<int>(instance - first_id));
      ++instance;
    }
  };
  const auto instances = walk("/api/v2/dags/orders/dagRuns/~/taskInstances?limit=4",
                              "task_instances", insert_instances);
  std::set<std::string> ids;
  for (const json& row : instances) ids.insert(row.value("id", ""));
  EXPECT_EQ(ids.size(), instances.size());
  EXPECT_EQ(instances.size(), 43U);
}

TEST_F(Cursors, a_cursor_outlives_its_row) {
  register_worker();
  const std::string first = complete_run(), second = complete_run();
  const std::string list = "/api/v2/dags/orders/dagRuns?limit=1";
  const auto cursor = cursor_of("/api/v2/dags/orders/dagRuns?");
  ASSERT_EQ(send("DELETE", "/api/v2/dags/orders/dagRuns/" + first).status, 204);
  const json page = get_json(list + "&cursor=" + cursor);
  ASSERT_EQ(page["dag_runs"].size(), 1U);
  EXPECT_EQ(page["dag_runs"][0]["dag_run_id"], second);
  EXPECT_TRUE(page["next_cursor"].is_null());
}

TEST_F(Cursors, an_empty_page_has_none) {
  write_runs(first_id, 3);
  EXPECT_TRUE(get_json("/api/v2/dags/~/dagRuns?limit=0")["next_cursor"].is_null());
  EXPECT_TRUE(get_json("/api/v2/dags/~/dagRuns?offset=3")["next_cursor"].is_null());
  EXPECT_TRUE(get_json("/api/v2/dags/~/dagRuns?offset=1&limit=1")["next_cursor"].is_string());
}

TEST_F(Cursors, what_is_no_cursor_is_told_so) {
  write_runs(first_id, 3);
  const std::string list = "/api/v2/dags/orders/dagRuns?";
  const auto good = cursor_of(list);
  ASSERT_FALSE(good.empty());
  get_json(list + "cursor=" + good);
  get_json(list + "limit=2&cursor=" + good);  // how much is asked for may change
  const auto detail = [&](const std::string& target) {
    const json problem = get_json(target, 400);
    EXPECT_EQ(problem.value("code", ""), "invalid_argument");
    return problem.value("detail", "");
  };
  for (const auto& text : {std::string("!!!"), std::string("e30"), std::string("WzEsMiwzXQ"),
                           good.substr(1), good + "A", std::string(100'000, 'A')})
    EXPECT_THAT(detail(list + "cursor=" + text), HasSubstr("cursor: this is")) << text.size();
  // Another id in it, with everything else as it was.
  const auto mark = [&](const std::string& path) {
    http::Request request;
    request.path = path;
    return api::list_mark(request, writer_->database_id());
  };
  const auto ours = mark("/api/v2/dags/orders/dagRuns");
  EXPECT_EQ(api::make_cursor({{first_id}}, ours), good);
  std::string changed = good;
  changed[4] = changed[4] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(api::read_cursor(changed, ours));
  const auto other = api::make_cursor({{first_id + 1}}, ours);
  std::string mixed = other.substr(0, 12) + good.substr(12);
  EXPECT_THAT(detail(list + "cursor=" + mixed), HasSubstr("was changed on its way"));
  // Right in form, and not of this list.
  for (const auto& target :
       {list + "order_by=-id", list + "order_by=id", list + "state=failed",
        std::string("/api/v2/dags/~/dagRuns?"), std::string("/api/v2/eventLogs?")})
    EXPECT_THAT(detail(target + "&cursor=" + good), HasSubstr("of another list")) << target;
  for (const storage::Position& forged :
       {storage::Position{{first_id, first_id}}, storage::Position{},
        storage::Position{{storage::Cell()}}})
    EXPECT_THAT(detail(list + "cursor=" + api::make_cursor(forged, ours)),
                HasSubstr("not one of this list"));
  EXPECT_EQ(get_json(list + "offset=0&cursor=" + good, 422)["detail"][0]["loc"],
            (json{"query", "cursor"}));
}

TEST_F(Cursors, filters_make_the_list_and_pages_do_not) {
  const auto mark = [](std::vector<std::pair<std::string, std::string>> query,
                       std::string body = "") {
    http::Request request;
    request.path = "/api/v2/dags";
    request.query = std::move(query);
    request.body = std::move(body);
    return api::list_mark(request, "db");
  };
  EXPECT_EQ(mark({{"limit", "1"}, {"offset", "2"}, {"cursor", "x"}}), mark({}));
  EXPECT_EQ(mark({{"a", "1"}, {"b", "2"}}), mark({{"b", "2"}, {"a", "1"}}));
  EXPECT_NE(mark({{"order_by", "a"}, {"order_by", "b"}}),
            mark({{"order_by", "b"}, {"order_by", "a"}}));
  EXPECT_EQ(mark({}, R"({"page_limit": 1, "cursor": "x", "states": null})"), mark({}, "{}"));
  EXPECT_NE(mark({}, R"({"states": ["failed"]})"), mark({}, "{}"));
  http::Request request;
  request.path = "/api/v2/dags";
  EXPECT_NE(api::list_mark(request, "db"), api::list_mark(request, "other"));
}

TEST_F(Cursors, the_depth_costs_nothing) {
  constexpr int runs = 400;
  write_runs(first_id, runs);
  write_instances(first_id, first_id, runs, 10);
  write_runs(first_id + runs, 1);
  write_instances(first_id + 10 * runs, first_id + runs, 1, 600);
  const std::string mapped = fmt::format("manual__{}", first_id + runs);
  for (const auto* dag : {"orders", "~"})
    for (const auto* order :
         {"id", "-id", "run_after", "-run_after", "run_after&run_after_gte=1970-01-01",
          "-run_after&run_after_lte=2970-01-01"})
      expect_flat_cost(fmt::format("/api/v2/dags/{}/dagRuns?limit=10&order_by={}", dag, order));
  for (const auto& list :
       {std::string("~/dagRuns/~/taskInstances?limit=100"),
        std::string("~/dagRuns/~/taskInstances?limit=100&order_by=-id"),
        std::string("orders/dagRuns/~/taskInstances?limit=100"),
        "orders/dagRuns/" + mapped + "/taskInstances?limit=20",
        "orders/dagRuns/" + mapped + "/taskInstances?limit=20&order_by=-map_index",
        "orders/dagRuns/" + mapped + "/taskInstances/extract/listMapped?limit=20"})
    expect_flat_cost("/api/v2/dags/" + list);
}

TEST_F(Cursors, the_depth_of_what_happened_costs_nothing) {
  put_dag(R"({"dag_id": "make", "tasks": [{"task_id": "t", "type": "noop",
              "outlets": ["asset"]}]})",
          "make.dag.json");
  for (int i = 0; i < 200; ++i) {
    post_json("/api/v2/assets/events", {{"asset_id", 1}});
    clock_.advance(std::chrono::seconds(i % 2));
  }
  for (const auto* list :
       {"eventLogs?limit=4", "eventLogs?limit=4&order_by=-id", "eventLogs?limit=4&order_by=-when",
        "assets/events?limit=4", "assets/events?limit=4&order_by=-timestamp",
        "assets/events?limit=4&order_by=-id", "assets/events?limit=4&asset_id=1"})
    expect_flat_cost(std::string("/api/v2/") + list);
}

}  // namespace
}  // namespace weft::test
