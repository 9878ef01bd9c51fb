#include <sqlite3.h>

#include <mutex>

#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

/// While one lives, connections that are opened tell which statements they run.
class StatementTrace {
 public:
  StatementTrace() { sqlite3_auto_extension(reinterpret_cast<void (*)()>(listen)); }
  ~StatementTrace() { sqlite3_reset_auto_extension(); }
  StatementTrace(const StatementTrace&) = delete;

  /// Those since the last call.
  static std::vector<std::string> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(statements_, {});
  }

 private:
  static int listen(sqlite3* db, char**, const void*) {
    return sqlite3_trace_v2(db, SQLITE_TRACE_STMT, note, nullptr);
  }
  static int note(unsigned, void*, void* statement, void*) {
    const std::lock_guard lock(mutex_);
    const char* sql = sqlite3_sql(static_cast<sqlite3_stmt*>(statement));
    if (sql != nullptr) statements_.emplace_back(sql);
    return 0;
  }

  inline static std::mutex mutex_;
  inline static std::vector<std::string> statements_;
};

/// Before the fixture, which opens the database.
class RepeatedTrigger : private StatementTrace, public ApiFixture {
 protected:
  RepeatedTrigger() { put_dag(); }
  using StatementTrace::take;
};

class RunTrigger : public ApiFixture {
 protected:
  RunTrigger() { put_dag(); }
  const std::string runs_ = "/api/v2/dags/orders/dagRuns";
};

TEST_F(RunTrigger, an_empty_body_is_enough) {
  for (const auto* body : {"", " ", "{}", R"({"logical_date": null})"}) {
    const auto response = send("POST", runs_, body);
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_TRUE(json::parse(response.body)["dag_run_id"].get<std::string>().starts_with(
        "manual__2026-01-01T00:00:00+00:00_"));
  }
}

TEST_F(RunTrigger, takes_what_airflows_clients_send) {
  const auto run = post_json(runs_, {{"dag_run_id", "mine"},
                                     {"logical_date", "2025-07-01T00:00:00+02:00"},
                                     {"data_interval_start", "2025-06-30T00:00:00Z"},
                                     {"data_interval_end", "2025-07-01T00:00:00Z"},
                                     {"conf", {{"mode", "full"}, {"more", {1, 2}}}},
                                     {"run_after", nullptr},
                                     {"partition_key", nullptr},
                                     {"note", "hello"}});
  EXPECT_EQ(run["dag_run_id"], "mine");
  EXPECT_EQ(run["logical_date"], "2025-06-30T22:00:00Z");
  EXPECT_EQ(run["data_interval_start"], "2025-06-30T00:00:00Z");
  EXPECT_EQ(run["conf"]["more"], json::parse("[1, 2]"));
  EXPECT_EQ(run["note"], "hello");
}

TEST_F(RunTrigger, names_who_asked) {
  caller_.user = "ada";
  const auto response = send("POST", runs_, "", {{"x-weft-client", "ui"}});
  const auto run = json::parse(response.body);
  EXPECT_EQ(run["triggering_user_name"], "ada");
  EXPECT_EQ(run["triggered_by"], "ui");
}

TEST_F(RunTrigger, wrong_fields_are_named) {
  const json bad[] = {
      {{"conf", "text"}},
      {{"conf", {{"mode", "sideways"}}}},
      {{"dag_run_id", "a/b"}},
      {{"dag_run_id", 7}},
      {{"logical_date", "soon"}},
      {{"data_interval_start", "2025-01-01T00:00:00Z"}},
      {{"note", std::string(1001, 'x')}},
      {{"partition_key", 7}},
      {{"execution_date", "2025-01-01T00:00:00Z"}},
  };
  for (const auto& body : bad) {
    const auto problem = post_json(runs_, body, 422);
    EXPECT_TRUE(problem["detail"].is_array()) << problem;
    EXPECT_EQ(problem["detail"][0]["loc"][0], "body");
  }
  EXPECT_EQ(send("POST", runs_, "[]").status, 422);
  EXPECT_EQ(send("POST", runs_, "{nonsense").status, 422);
  EXPECT_EQ(get_json(runs_)["total_entries"], 0);
  post_json("/api/v2/dags/nothing/dagRuns", json::object(), 404);
}

TEST_F(RunTrigger, the_same_id_again_is_a_conflict_with_the_run) {
  trigger({{"dag_run_id", "mine"}, {"note", "first"}});
  const auto problem = post_json(runs_, {{"dag_run_id", "mine"}}, 409);
  EXPECT_EQ(problem["code"], "conflict");
  EXPECT_EQ(problem["dag_run"]["note"], "first");
}

TEST_F(RunTrigger, the_same_logical_date_again_is_a_conflict_with_the_run) {
  const json body{{"logical_date", "2025-07-01T00:00:00Z"}};
  const auto id = trigger(body);
  EXPECT_EQ(post_json(runs_, body, 409)["dag_run"]["dag_run_id"], id);
}

TEST_F(RunTrigger, an_idempotency_key_makes_one_run) {
  const Headers key{{"idempotency-key", "abc"}};
  const auto first = json::parse(send("POST", runs_, R"({"note": "x"})", key).body);
  clock_.advance(std::chrono::minutes(1));
  const auto again = send("POST", runs_, R"({"note": "x"})", key);
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(json::parse(again.body)["dag_run_id"], first["dag_run_id"]);
  EXPECT_EQ(send("POST", runs_, R"({"note": "other"})", key).status, 422);
  EXPECT_EQ(get_json(runs_)["total_entries"], 1);
  EXPECT_EQ(send("POST", runs_, "", {{"idempotency-key", std::string(256, 'k')}}).status, 422);
}

TEST_F(RepeatedTrigger, reads_the_row_of_its_run_and_none_of_its_instances) {
  const auto repeat = [&] {
    return send("POST", "/api/v2/dags/orders/dagRuns", "", {{"idempotency-key", "abc"}}).status;
  };
  EXPECT_EQ(repeat(), 200);
  EXPECT_THAT(take(), Contains(HasSubstr("task_instance"))) << "what is asked is not seen";
  EXPECT_EQ(repeat(), 200);
  const auto asked = take();
  EXPECT_THAT(asked, Contains(HasSubstr("FROM idempotency")));
  EXPECT_THAT(asked, Not(Contains(HasSubstr("task_instance"))));
}

}  // namespace
}  // namespace weft::test
