#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class DagWarnings : public ApiFixture {
 protected:
  void put(const std::string& id, const std::string& task, const std::string& keys = "") {
    put_dag(R"({"dag_id": ")" + id + R"(", )" + keys +
                R"("tasks": [{"task_id": "t", "type": "noop", )" + task + "}]}",
            id + ".dag.json");
  }
  void put_flow(const std::string& id, const std::string& waits, const std::string& makes) {
    put(id, R"("outlets": [")" + makes + R"("])",
        R"("schedule": {"assets": {"all": [")" + waits + R"(", "other"]}}, )");
  }

  json warnings(const std::string& query = "") {
    const auto answer = get_json("/api/v2/dagWarnings" + query);
    EXPECT_GE(answer["total_entries"], answer["dag_warnings"].size());
    return answer["dag_warnings"];
  }
  std::vector<std::string> dags(const std::string& query = "") {
    std::vector<std::string> ids;
    for (const auto& warning : warnings(query)) ids.push_back(warning["dag_id"]);
    return ids;
  }
};

TEST_F(DagWarnings, what_is_right_has_none) {
  put_dag();
  put_flow("use", "x", "y");
  put("make", R"("outlets": ["x"])");
  EXPECT_EQ(get_json("/api/v2/dagWarnings"),
            json::parse(R"({"dag_warnings": [], "total_entries": 0})"));
}

TEST_F(DagWarnings, a_cycle_through_foreign_dags_names_none_of_them) {
  put_flow("mine", "x", "y");
  put_flow("foreign", "y", "x");
  caller_ = {.user = "ada", .grants = {{auth::Role::viewer, "mine", ""}}};
  EXPECT_THAT(dags(), ::testing::ElementsAre("mine"));
  const std::string told = warnings()[0]["message"];
  EXPECT_THAT(told, HasSubstr("not yours to see"));
  EXPECT_THAT(told, ::testing::Not(HasSubstr("foreign")));
  EXPECT_THAT(dags("?dag_id=foreign"), ::testing::IsEmpty());
  caller_ = {.user = "root", .role = auth::Role::viewer};
  EXPECT_THAT(dags(), ::testing::ElementsAre("foreign", "mine"));
  const std::string whole = warnings()[0]["message"];
  EXPECT_THAT(whole, HasSubstr("foreign"));
}

TEST_F(DagWarnings, a_pool_that_is_not_there_is_told_until_it_is) {
  put_dag(
      R"({"dag_id": "load", "dag_display_name": "Load", "default_args": {"pool": "erp"}, "tasks": [
              {"task_id": "a", "type": "noop"}, {"task_id": "b", "type": "noop", "pool": "dwh"},
              {"task_id": "c", "type": "noop"}, {"task_id": "d", "type": "noop", "pool": "default_pool"}]})",
      "load.dag.json");
  const auto told = warnings();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_THAT(told[0]["message"].get<std::string>(),
              HasSubstr("no pool \"dwh\", so these tasks never start: b;"));
  EXPECT_EQ(told[1]["message"],
            "there is no pool \"erp\", so these tasks never start: a, c; create the pool, or name "
            "another one");
  EXPECT_EQ(told[1]["dag_id"], "load");
  EXPECT_EQ(told[1]["dag_display_name"], "Load");
  EXPECT_EQ(told[1]["warning_type"], "non-existent pool");
  EXPECT_EQ(told[1]["timestamp"],
            get_json("/api/v2/dags/load/details")["latest_dag_version"]["created_at"]);
  apply(PutPool{.pool = {.name = "erp", .slots = 1}});
  EXPECT_EQ(warnings().size(), 1U);
  put("load", R"("pool": "erp")");
  EXPECT_TRUE(warnings().empty()) << "only the current version counts";
  apply(DeletePool{"erp", ""});
  EXPECT_EQ(warnings().size(), 1U);
  apply(RemoveDagFile{"main", "load.dag.json"});
  EXPECT_TRUE(warnings().empty()) << "its file is gone";
}

TEST_F(DagWarnings, each_dag_of_a_cycle_of_assets_is_told_the_whole_of_it) {
  put_flow("b", "x", "y");
  put_flow("a", "y", "x");
  put_flow("c", "y", "z");
  const auto told = warnings();
  ASSERT_EQ(told.size(), 2U);
  for (const auto& warning : told) {
    EXPECT_EQ(warning["warning_type"], "asset conflict");
    EXPECT_THAT(warning["message"].get<std::string>(), HasSubstr("a -(x)-> b -(y)-> a: "));
  }
  EXPECT_EQ(told[0]["dag_id"], "a");
  EXPECT_EQ(told[1]["dag_id"], "b");
  put_flow("b", "x", "w");
  EXPECT_TRUE(warnings().empty());
}

TEST_F(DagWarnings, a_dag_that_makes_what_it_waits_for_is_told) {
  put_flow("a", "x", "x");
  ASSERT_EQ(warnings().size(), 1U);
  EXPECT_THAT(warnings()[0]["message"].get<std::string>(), HasSubstr("a -(x)-> a: "));
  apply(RemoveDagFile{"main", "a.dag.json"});
  EXPECT_TRUE(warnings().empty());
}

TEST_F(DagWarnings, they_are_filtered_sorted_and_paged) {
  put("lost", R"("pool": "nowhere")");
  put_flow("b", "x", "y");
  put_flow("a", "y", "x");
  using Ids = std::vector<std::string>;
  EXPECT_EQ(dags(), (Ids{"a", "b", "lost"}));
  EXPECT_EQ(dags("?dag_id=b"), Ids{"b"});
  EXPECT_EQ(dags("?dag_id=nobody"), Ids{});
  EXPECT_EQ(dags("?warning_type=asset%20conflict"), (Ids{"a", "b"}));
  EXPECT_EQ(dags("?warning_type=non-existent%20pool"), Ids{"lost"});
  EXPECT_EQ(dags("?warning_type=runtime%20varying%20value"), Ids{});
  EXPECT_EQ(dags("?order_by=-dag_id"), (Ids{"lost", "b", "a"}));
  EXPECT_EQ(dags("?order_by=-warning_type&order_by=-dag_id"), (Ids{"lost", "b", "a"}));
  EXPECT_EQ(dags("?order_by=-message"), (Ids{"lost", "a", "b"}));
  EXPECT_EQ(dags("?order_by=timestamp&order_by=-dag_id").size(), 3U);
  EXPECT_EQ(dags("?limit=1&offset=1"), Ids{"b"});
  EXPECT_EQ(get_json("/api/v2/dagWarnings?limit=1&offset=1")["total_entries"], 3);
  EXPECT_EQ(dags("?limit=0"), Ids{});
  EXPECT_EQ(dags("?offset=7"), Ids{});
  get_json("/api/v2/dagWarnings?warning_type=odd", 422);
  get_json("/api/v2/dagWarnings?order_by=colour", 400);
}

}  // namespace
}  // namespace weft::test
