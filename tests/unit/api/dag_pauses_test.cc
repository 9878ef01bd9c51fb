// PATCH of the list of DAGs.

#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;

class DagPauses : public ApiFixture {
 protected:
  DagPauses() {
    put_dag();  // orders: daily, shop; of data
    put("bills", R"("owner": "ledger", "tags": ["daily"], "schedule": {"assets": {"any": ["x"]}})");
    put("stock", R"("owner": "data", "tags": ["shop", "daily"])");
  }

  void put(const std::string& id, const std::string& keys) {
    put_dag(R"({"dag_id": ")" + id + R"(", )" + keys +
                R"(, "tasks": [{"task_id": "t", "type": "noop"}]})",
            id + ".dag.json");
  }

  /// The ids that a pause answered with.
  std::vector<std::string> pause(const std::string& query, bool is_paused = true) {
    const auto done = patch_json("/api/v2/dags" + query, {{"is_paused", is_paused}});
    std::vector<std::string> ids;
    for (const auto& dag : done["dags"]) {
      EXPECT_EQ(dag["is_paused"], is_paused);
      ids.push_back(dag["dag_id"]);
    }
    return ids;
  }

  std::vector<std::string> paused() {
    std::vector<std::string> ids;
    const auto list = get_json("/api/v2/dags?paused=true");
    for (const auto& dag : list["dags"]) ids.push_back(dag["dag_id"]);
    return ids;
  }
};

TEST_F(DagPauses, all_are_paused_and_go_on) {
  EXPECT_THAT(pause(""), ElementsAre("bills", "orders", "stock"));
  EXPECT_THAT(paused(), ElementsAre("bills", "orders", "stock"));
  EXPECT_THAT(pause("", false), ElementsAre("bills", "orders", "stock"));
  EXPECT_THAT(paused(), ElementsAre());
}

TEST_F(DagPauses, each_filter_of_the_list_counts) {
  const std::pair<std::string, std::vector<std::string>> cases[] = {
      {"?tags=shop", {"orders", "stock"}},
      {"?tags=shop&tags=daily&tags_match_mode=all", {"orders", "stock"}},
      {"?owners=ledger", {"bills"}},
      {"?dag_id_pattern=tock", {"stock"}},
      {"?dag_display_name_pattern=Orders", {"orders"}},
      {"?has_asset_schedule=true", {"bills"}},
      {"?timetable_type=NullTimetable", {"stock"}},
      {"?last_dag_run_state=failed", {}},
      {"?is_favorite=true", {}}};
  for (const auto& [query, ids] : cases) {
    EXPECT_EQ(pause(query), ids) << query;
    EXPECT_EQ(paused(), ids) << query;
    pause("", false);
  }
}

TEST_F(DagPauses, paused_picks_by_what_was_before) {
  pause("?dag_id_pattern=bills");
  EXPECT_THAT(pause("?paused=false"), ElementsAre("orders", "stock"));
  EXPECT_THAT(pause("?paused=true", false), ElementsAre("bills", "orders", "stock"));
}

TEST_F(DagPauses, stale_ones_are_left_out_unless_asked_for) {
  apply(RemoveDagFile{"main", "stock.dag.json"});
  EXPECT_THAT(pause(""), ElementsAre("bills", "orders"));
  EXPECT_THAT(pause("?exclude_stale=false"), ElementsAre("bills", "orders", "stock"));
}

TEST_F(DagPauses, it_is_one_page) {
  const auto done = patch_json("/api/v2/dags?limit=1&offset=1", {{"is_paused", true}});
  EXPECT_EQ(done["total_entries"], 3);
  EXPECT_THAT(paused(), ElementsAre("orders"));
  EXPECT_THAT(pause("?limit=0"), ElementsAre());
}

TEST_F(DagPauses, only_is_paused_can_be_changed) {
  patch_json("/api/v2/dags", json::object(), 422);
  patch_json("/api/v2/dags", {{"is_paused", "yes"}}, 422);
  patch_json("/api/v2/dags", {{"is_paused", true}, {"owner", "me"}}, 422);
  patch_json("/api/v2/dags?update_mask=owner", {{"is_paused", true}}, 400);
  patch_json("/api/v2/dags?paused=perhaps", {{"is_paused", true}}, 422);
  patch_json("/api/v2/dags?tags_match_mode=some", {{"is_paused", true}}, 422);
  EXPECT_THAT(paused(), ElementsAre());
  patch_json("/api/v2/dags?update_mask=is_paused&limit=1", {{"is_paused", true}});
  EXPECT_THAT(paused(), ElementsAre("bills"));
}

TEST_F(DagPauses, each_is_in_the_audit_once) {
  pause("");
  pause("");
  EXPECT_EQ(get_json("/api/v2/eventLogs?event=pause")["total_entries"], 3);
}

}  // namespace
}  // namespace weft::test
