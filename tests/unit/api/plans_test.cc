// Each read query goes in through an index: the plan of every statement that the API prepared is
// looked at, after all of its lists were asked for.

#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

/// Tables that grow without end; the others are as large as the installation.
bool is_large(const std::string& step) {
  for (const auto* table :
       {"run", "task_instance", "attempt", "event", "output", "audit", "approval", "asset_event",
        "asset_consumed", "r", "ti", "a", "o", "e", "c", "l", "p"})
    if (step == std::string("SCAN ") + table ||
        step.starts_with(std::string("SCAN ") + table + " "))
      return true;
  return false;
}

class Plans : public ApiFixture {
 protected:
  Plans() {
    put_dag();
    put_dag(R"({"dag_id": "make", "tasks": [{"task_id": "t", "type": "noop",
                "outlets": ["asset"]}]})",
            "make.dag.json");
    register_worker();
    trigger(nlohmann::json::object(), "make");
    run_id_ = complete_run();
  }

  /// Steps of all plans that walk a large table itself. Along an index a list goes only as far as
  /// its page, and the partial indexes hold what is active only.
  std::vector<std::string> scans() {
    return steps([](const std::string& step) {
      return is_large(step) && step.find("USING") == std::string::npos;
    });
  }
  /// Steps that put rows into order, instead of walking along an index that has it.
  std::vector<std::string> sorts() {
    return steps(
        [](const std::string& step) { return step.starts_with("USE TEMP B-TREE FOR ORDER BY"); });
  }
  /// Those of all plans that `is_found`, each behind its statement.
  template <class Test>
  std::vector<std::string> steps(Test is_found) {
    std::vector<std::string> found;
    auto database = std::move(
        storage::Database::open(writer_->location(), storage::OpenMode::read_only).value());
    for (const auto& sql : prepared()) {
      auto statement = database.prepare("EXPLAIN QUERY PLAN " + sql).value();
      (void)statement.each([&](storage::Statement& row) {
        if (is_found(row.string(3))) found.push_back(sql + "\n    " + row.string(3));
      });
    }
    return found;
  }

  std::vector<std::string> prepared() {
    return readers_
        ->with([](storage::Reader& reader) -> Result<std::vector<std::string>> {
          std::vector<std::string> texts;
          sqlite3_stmt* statement = nullptr;
          while ((statement = sqlite3_next_stmt(reader.database().handle(), statement)) != nullptr)
            if (const std::string sql = sqlite3_sql(statement); sql.starts_with("SELECT"))
              texts.push_back(sql);
          return texts;
        })
        .value();
  }

  std::string run_id_;
};

TEST_F(Plans, no_read_scans_a_large_table) {
  const std::string dag = "/api/v2/dags/orders";
  const std::string run = dag + "/dagRuns/" + run_id_;
  const std::string task = run + "/taskInstances/extract";
  const std::string targets[] = {
      "/api/v2/dags?last_dag_run_state=success&dag_run_state=failed",
      "/api/v2/dags?order_by=-last_run_start_date&dag_run_start_date_gte=2025-01-01",
      dag + "/details",
      "/api/v2/dagStats",
      "/api/v2/dagWarnings",
      dag + "/dagVersions",
      "/api/v2/dags/~/dagVersions",
      "/api/v2/dagOwners",
      "/api/v2/recentDagRuns?dag_ids=orders&dag_ids=make",
      "/api/v2/dagRunStats?run_after=2025-01-01&run_after=2030-01-01",
      "/api/v2/dags/~/dagRuns",
      "/api/v2/dags/~/dagRuns?order_by=-run_after",
      "/api/v2/dags/~/dagRuns?state=failed&dag_id_pattern=ord",
      dag + "/dagRuns",
      dag + "/dagRuns?state=running",
      dag + "/dagRuns?order_by=-run_after&run_after_gte=2025-01-01",
      dag + "/dagRuns?order_by=-logical_date",
      run,
      run + "/taskInstances",
      dag + "/dagRuns/~/taskInstances?state=failed",
      "/api/v2/dags/~/dagRuns/~/taskInstances",
      "/api/v2/dags/~/dagRuns/~/taskInstances?state=running&pool=default_pool",
      "/api/v2/dags/~/dagRuns/~/taskInstances?state=scheduled&state=queued&order_by=-start_date",
      "/api/v2/dags/~/dagRuns/~/taskInstances?state=failed&state=upstream_failed&order_by=-id",
      // Within one run_after they are sorted: the runs of one tick.
      "/api/v2/dags/~/dagRuns/~/taskInstances?order_by=-run_after&limit=1&cursor=",
      "/api/v2/dags/~/dagRuns/" + run_id_ + "/taskInstances",
      task,
      task + "/tries",
      task + "/tries/1",
      task + "/logs/1",
      task + "/xcomEntries",
      task + "/xcomEntries/rows",
      dag + "/dagRuns/~/taskInstances/~/xcomEntries",
      "/api/v2/dags/~/dagRuns/~/taskInstances/~/xcomEntries",
      "/api/v2/backfills",
      "/api/v2/backfills?dag_id=orders&order_by=-id",
      "/api/v2/backfills/1",
      "/api/v2/dags/~/dagRuns/~/hitlDetails",
      "/api/v2/dags/~/dagRuns/~/hitlDetails?response_received=false",
      "/api/v2/dags/~/dagRuns/~/hitlDetails?response_received=false&state=deferred",
      dag + "/dagRuns/~/hitlDetails?subject_search=x",
      run + "/hitlDetails",
      task + "/-1/hitlDetails",
      "/api/v2/pools",
      "/api/v2/workers",
      "/api/v2/workers/joinTokens",
      "/api/v2/importErrors/1",
      "/api/v2/assets",
      "/api/v2/assets?dag_ids=orders&name_pattern=x",
      "/api/v2/assets/1",
      "/api/v2/assets/events",
      "/api/v2/assets/events?asset_id=1",
      "/api/v2/assets/events?source_dag_id=orders&source_run_id=x",
      "/api/v2/assets/events?order_by=-timestamp&timestamp_gte=2025-01-01",
      "/api/v2/assets/1/queuedEvents",
      "/api/v2/dags?has_asset_schedule=true&asset_dependency=x",
      dag + "/assets/queuedEvents",
      run + "/upstreamAssetEvents",
      dag + "/graph",
      dag + "/grid",
      dag + "/grid?before=" + run_id_,
      dag + "/calendar",
      run + "/gantt",
      "/api/v2/events?last_event_id=0",
      "/api/v2/eventLogs",
      "/api/v2/eventLogs/1",
      "/api/v2/auditLogs",
      "/api/v2/auditLogs/1",
      "/metrics",
  };
  for (const auto& target : targets) {
    const auto response = get(target);
    EXPECT_NE(response.status, 500) << target;
    if (response.stream) (void)response.stream->poll();
  }
  EXPECT_GT(prepared().size(), 20U);
  for (const auto& scan : scans()) ADD_FAILURE() << scan;
}

TEST_F(Plans, runs_are_counted_in_the_index_alone) {
  (void)get("/api/v2/dagRunStats?run_after=2025-01-01&run_after=2030-01-01");
  const auto counted = steps([](const std::string& step) {
    return step.find("COVERING INDEX run_outcomes") != std::string::npos;
  });
  EXPECT_EQ(counted.size(), 1U);
}

TEST_F(Plans, lists_of_one_dag_need_no_sorting) {
  (void)get("/api/v2/dags/orders/dagRuns");
  (void)get("/api/v2/dags/orders/dagRuns?order_by=-run_after");
  (void)get("/api/v2/dags/~/dagRuns?order_by=-run_after");
  (void)get("/api/v2/dags/~/dagRuns/~/taskInstances");
  (void)get("/api/v2/dags/~/dagRuns/~/taskInstances?state=failed&order_by=-id");
  (void)get("/api/v2/dags/~/dagRuns/~/taskInstances?order_by=-run_after");
  (void)get("/api/v2/dags/orders/grid?before=" + run_id_);
  (void)get("/api/v2/recentDagRuns?dag_ids=orders");
  (void)get("/api/v2/dags/~/dagVersions");
  for (const auto& sort : sorts()) ADD_FAILURE() << sort;
}

TEST_F(Plans, pages_by_cursor_need_neither_scan_nor_sorting) {
  for (int i = 0; i < 2; ++i) {
    trigger(nlohmann::json::object(), "make");
    complete_run();
  }
  const std::string lists[] = {
      "/api/v2/dags?",
      "/api/v2/dags?order_by=-dag_id",
      "/api/v2/dags/~/dagRuns?",
      "/api/v2/dags/~/dagRuns?order_by=-id",
      "/api/v2/dags/~/dagRuns?order_by=run_after&run_after_gte=2025-01-01",
      "/api/v2/dags/~/dagRuns?order_by=-run_after",
      "/api/v2/dags/orders/dagRuns?",
      "/api/v2/dags/orders/dagRuns?order_by=-id",
      "/api/v2/dags/orders/dagRuns?order_by=-run_after",
      "/api/v2/dags/orders/dagRuns?order_by=-run_after&state=success",
      "/api/v2/dags/~/dagRuns/~/taskInstances?",
      "/api/v2/dags/~/dagRuns/~/taskInstances?order_by=-id&state=success",
      "/api/v2/dags/orders/dagRuns/~/taskInstances?",
      "/api/v2/dags/orders/dagRuns/~/taskInstances?state=success",
      "/api/v2/dags/orders/dagRuns/" + run_id_ + "/taskInstances?",
      "/api/v2/dags/orders/dagRuns/" + run_id_ + "/taskInstances?order_by=-map_index",
      "/api/v2/eventLogs?",
      "/api/v2/eventLogs?order_by=-when",
      "/api/v2/auditLogs?",
      "/api/v2/auditLogs?order_by=when",
      "/api/v2/assets/events?",
      "/api/v2/assets/events?order_by=-timestamp",
      "/api/v2/assets/events?order_by=-id",
      "/api/v2/assets/events?asset_id=1",
  };
  for (const auto& list : lists) {
    nlohmann::json page = get_json(list + "&limit=1");
    int pages = 1;
    for (; page["next_cursor"].is_string(); ++pages)
      page = get_json(list + "&limit=1&cursor=" + page.value("next_cursor", ""));
    EXPECT_GT(pages, 1) << list;
  }
  for (const auto& scan : scans()) ADD_FAILURE() << scan;
  for (const auto& sort : sorts()) ADD_FAILURE() << sort;
}

TEST_F(Plans, what_failed_and_what_is_live_is_found_without_the_history) {
  (void)get("/api/v2/dags/~/dagRuns/~/taskInstances?state=failed&order_by=-id");
  (void)get("/api/v2/dags/~/dagRuns/~/taskInstances?state=running&state=queued&dag_id_pattern=x");
  const auto lists = steps([](const std::string& step) {
    return step.starts_with("SEARCH ") &&
           (step.find("INDEX task_instance_failed (state=?)") != std::string::npos ||
            step.find("INDEX run_active (state<?)") != std::string::npos);
  });
  EXPECT_EQ(lists.size(), 4U) << "the page and the total of both lists";
}

TEST_F(Plans, the_test_sees_a_scan) {
  (void)readers_->with([](storage::Reader& reader) -> Result<int> {
    (void)reader.prepare("SELECT * FROM task_instance WHERE state = 3");
    return 0;
  });
  EXPECT_EQ(scans().size(), 1U);
  EXPECT_TRUE(sorts().empty());
  (void)readers_->with([](storage::Reader& reader) -> Result<int> {
    (void)reader.prepare("SELECT * FROM run ORDER BY conf");
    return 0;
  });
  EXPECT_EQ(sorts().size(), 1U);
}

}  // namespace
}  // namespace weft::test
