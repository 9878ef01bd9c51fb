// What people correct and have forgotten: outputs, what is left of tasks, DAGs; and calls that are
// sent twice.

#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class Corrections : public ApiFixture {
 protected:
  Corrections() {
    put_dag();
    register_worker();
    run_ = complete_run();
  }
  static std::string xcoms(const std::string& run, const std::string& task = "extract") {
    return "/api/v2/dags/orders/dagRuns/" + run + "/taskInstances/" + task + "/xcomEntries";
  }
  /// As from a client that adds what it leaves at its default.
  json create(const std::string& key, const json& value, int status = 201) {
    return post_json(xcoms(run_), {{"key", key}, {"value", value}, {"map_index", -1}}, status);
  }
  int erase(const std::string& target) { return send("DELETE", target).status; }
  void settle() {
    for (int i = 0; i < 50; ++i) apply(FireTimers{});
  }
  /// A run that was cleared onto a version without its task b.
  std::string moved_run() {
    put_dag(R"({"dag_id": "moved", "tasks": [{"task_id": "a", "type": "noop"},
                                             {"task_id": "b", "type": "noop"}]})",
            "moved.dag.json");
    auto run = trigger(json::object(), "moved");
    put_dag(R"({"dag_id": "moved", "tasks": [{"task_id": "a", "type": "noop"}]})",
            "moved.dag.json");
    post_json("/api/v2/dags/moved/dagRuns/" + run + "/clear",
              {{"dry_run", false}, {"run_on_latest_version", true}});
    settle();
    return run;
  }

  std::string run_;
};

TEST_F(Corrections, an_output_is_added_changed_and_taken_away) {
  const json value{{"n", {1, nullptr, "zwölf"}}};
  const auto made = create("fixed", value);
  EXPECT_EQ(made["key"], "fixed");
  EXPECT_EQ(made["value"], value);
  EXPECT_EQ(made["map_index"], -1);
  EXPECT_EQ(made["run_id"], run_);
  EXPECT_EQ(create("fixed", 2, 409)["code"], "conflict");
  const auto one = xcoms(run_) + "/fixed";
  EXPECT_EQ(patch_json(one, {{"value", nullptr}})["value"], nullptr);
  EXPECT_EQ(patch_json(one, {{"value", "text"}, {"map_index", -1}})["value"], "text");
  EXPECT_EQ(get_json(one)["value"], "text");
  EXPECT_EQ(erase(one), 204);
  get_json(one, 404);
  EXPECT_EQ(erase(one), 404);
  patch_json(one, {{"value", 1}}, 404);
}

TEST_F(Corrections, the_audit_tells_of_each) {
  create("fixed", 1);
  patch_json(xcoms(run_) + "/fixed", {{"value", 2}});
  EXPECT_EQ(erase(xcoms(run_) + "/fixed"), 204);
  const auto logs = get_json("/api/v2/eventLogs?order_by=-event_log_id&limit=3")["event_logs"];
  EXPECT_EQ(logs[0]["event"], "delete_output");
  EXPECT_EQ(logs[1]["event"], "set_output");
  EXPECT_EQ(logs[1]["task_id"], "extract");
  EXPECT_EQ(json::parse(logs[1]["extra"].get<std::string>()),
            (json{{"key", "fixed"}, {"before", 1}, {"after", 2}}));
}

TEST_F(Corrections, wrong_bodies_and_places_are_refused) {
  const auto issue = [&](const json& body, const std::string& name) {
    const auto problem = post_json(xcoms(run_), body, 422);
    EXPECT_EQ(problem["detail"][0]["loc"], (json{"body", name})) << problem;
  };
  issue({{"value", 1}}, "key");
  issue({{"key", "k"}}, "value");
  issue({{"key", 1}, {"value", 1}}, "key");
  issue({{"key", "k"}, {"value", 1}, {"map_index", -2}}, "map_index");
  issue({{"key", "k"}, {"value", 1}, {"extra", 1}}, "extra");
  post_json(xcoms(run_), {{"key", "a/b"}, {"value", 1}}, 422);
  post_json(xcoms(run_), {{"key", "k"}, {"value", 1}, {"map_index", 0}}, 404);
  post_json(xcoms("nope"), {{"key", "k"}, {"value", 1}}, 404);
  post_json(xcoms(run_, "nope"), {{"key", "k"}, {"value", 1}}, 404);
  patch_json(xcoms(run_) + "/rows", {{"key", "rows"}, {"value", 1}}, 422);
  EXPECT_EQ(erase(xcoms(run_) + "/rows?map_index=x"), 422);
}

TEST_F(Corrections, an_output_of_what_runs_is_its_own) {
  const auto run = trigger();
  start_attempt(leased("extract"));
  const auto problem = post_json(xcoms(run), {{"key", "k"}, {"value", 1}}, 409);
  EXPECT_THAT(problem["detail"].get<std::string>(), HasSubstr("is not over (running)"));
}

TEST_F(Corrections, what_is_left_of_a_task_goes_and_no_other_task_does) {
  const auto run = moved_run();
  const auto tasks = "/api/v2/dags/moved/dagRuns/" + run + "/taskInstances/";
  ASSERT_EQ(get_json(tasks + "b")["state"], "removed");
  EXPECT_EQ(erase(tasks + "a"), 409);
  EXPECT_EQ(erase(tasks + "b?map_index=4"), 404);
  const auto gone = send("DELETE", tasks + "b?map_index=-1");
  EXPECT_EQ(gone.status, 200);
  EXPECT_EQ(gone.body, "null");
  get_json(tasks + "b", 404);
  EXPECT_EQ(erase(tasks + "b"), 404);
}

TEST_F(Corrections, a_dag_goes_with_its_runs_and_begins_anew_while_its_file_is_there) {
  const auto dag = std::string("/api/v2/dags/orders");
  const auto other = trigger();
  const auto busy = json::parse(send("DELETE", dag).body);
  EXPECT_EQ(busy["status"], 409);
  EXPECT_THAT(busy["detail"].get<std::string>(), HasSubstr(other));
  apply(MarkRun{"orders", other, MarkRun::To::failed, "ada"});
  finish_attempt(leased("extract"), AttemptState::cancelled);
  const auto gone = send("DELETE", dag);
  EXPECT_EQ(gone.status, 204) << gone.body;
  EXPECT_EQ(gone.body, "");
  get_json(dag + "/dagRuns/" + run_, 404);
  EXPECT_EQ(get_json(dag + "/dagRuns")["total_entries"], 0);
  EXPECT_EQ(get_json(dag + "/dagVersions")["total_entries"], 1);
  settle();
  EXPECT_EQ(get_json("/api/v2/dags/~/dagRuns")["total_entries"], 0);
  // Without a file it is gone for good.
  apply(RemoveDagFile{"main", "orders.dag.json"});
  EXPECT_EQ(erase(dag), 204);
  settle();
  get_json(dag, 404);
  EXPECT_EQ(erase(dag), 404);
  EXPECT_EQ(get_json("/api/v2/dags?exclude_stale=false")["total_entries"], 0);
}

TEST_F(Corrections, an_operator_deletes_no_dag) {
  caller_ = {.user = "ada", .role = auth::Role::operator_};
  EXPECT_EQ(erase("/api/v2/dags/orders"), 403);
  caller_ = {.user = "ada", .role = auth::Role::viewer};
  EXPECT_EQ(erase(xcoms(run_) + "/rows"), 403);
  create("k", 1, 403);
}

TEST_F(Corrections, connections_are_not_tested) {
  const json body{{"connection_id", "dwh"}, {"conn_type", "postgres"}, {"password", "s3cret"}};
  const auto problem = post_json("/api/v2/connections/test", body, 403);
  EXPECT_EQ(problem["code"], "permission_denied");
  EXPECT_THAT(problem["detail"].get<std::string>(), HasSubstr("not tested here"));
  post_json("/api/v2/connections/test", {{"connection_id", "dwh"}}, 422);
  // One that is called so is one like others.
  post_json("/api/v2/connections", {{"connection_id", "test"}, {"conn_type", "http"}}, 201);
  EXPECT_EQ(get_json("/api/v2/connections/test")["connection_id"], "test");
}

TEST_F(Corrections, a_call_that_is_sent_twice_is_done_once) {
  put_dag(R"({"dag_id": "make", "schedule": "@daily", "start_date": "2025-01-01",
              "catchup": false, "tasks": [{"task_id": "t", "type": "noop",
              "outlets": ["asset"]}]})",
          "make.dag.json");
  const json backfill{{"dag_id", "make"},
                      {"from_date", "2025-02-01T00:00:00Z"},
                      {"to_date", "2025-02-02T00:00:00Z"}};
  json later = backfill;
  later["to_date"] = "2025-02-03T00:00:00Z";
  struct Case {
    std::string target;
    json body, other;
    const char* id;
  };
  const Headers key{{"idempotency-key", "k"}};
  for (const Case& one :
       {Case{"/api/v2/assets/1/materialize", {{"note", "a"}}, {{"note", "b"}}, "dag_run_id"},
        Case{"/api/v2/backfills", backfill, later, "id"},
        Case{"/api/v2/assets/events",
             {{"asset_id", 1}},
             {{"asset_id", 1}, {"extra", {{"a", 1}}}},
             "id"}}) {
    SCOPED_TRACE(one.target);
    const auto first = send("POST", one.target, one.body.dump(), key);
    const auto again = send("POST", one.target, one.body.dump(), key);
    ASSERT_EQ(first.status, 200) << first.body;
    ASSERT_EQ(again.status, 200) << again.body;
    EXPECT_EQ(json::parse(first.body)[one.id], json::parse(again.body)[one.id]);
    EXPECT_EQ(send("POST", one.target, one.other.dump(), key).status, 422);
    clock_.advance(std::chrono::hours(25));
    apply(FireTimers{});
  }
}

}  // namespace
}  // namespace weft::test
