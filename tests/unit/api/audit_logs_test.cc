// The audit for those who look after the server: all of it, with before and after.

#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;

class AuditLogs : public ApiFixture {
 protected:
  AuditLogs() {
    put_dag();
    caller_.user = "ada";
    patch_json("/api/v2/dags/orders", {{"is_paused", true}});
    clock_.advance(std::chrono::hours(1));
    caller_.user = "bob";
    trigger();
    patch_json("/api/v2/dags/orders", {{"is_paused", false}});
    post_json("/api/v2/variables", {{"key", "region"}, {"value", "eu"}}, 201);
    patch_json("/api/v2/variables/region", {{"description", "where"}});
    caller_.user = "admin";
  }

  std::vector<std::string> actions(const std::string& query) {
    std::vector<std::string> list;
    const json answer = get_json("/api/v2/auditLogs" + query);
    for (const auto& entry : answer["audit_logs"]) list.push_back(entry["action"]);
    return list;
  }
};

TEST_F(AuditLogs, tells_who_what_when_and_where_the_newest_first) {
  EXPECT_THAT(actions(""),
              ElementsAre("update_variable", "create_variable", "unpause", "trigger", "pause"));
  const json all = get_json("/api/v2/auditLogs");
  const json& trigger = all["audit_logs"][3];
  EXPECT_EQ(trigger["user"], "bob");
  EXPECT_EQ(trigger["dag_id"], "orders");
  EXPECT_TRUE(trigger["dag_run_id"].is_string());
  EXPECT_EQ(trigger["when"], "2026-01-01T01:00:00Z");
  EXPECT_EQ(trigger["hash"].get<std::string>().size(), 64u);
  EXPECT_EQ(get_json("/api/v2/auditLogs/4"), get_json("/api/v2/auditLogs")["audit_logs"][1]);
  get_json("/api/v2/auditLogs/99", 404);
  get_json("/api/v2/auditLogs/x", 422);
}

TEST_F(AuditLogs, shows_what_a_change_replaced) {
  const json all = get_json("/api/v2/auditLogs?action_pattern=_variable");
  const json& changed = all["audit_logs"][0];
  const json& made = all["audit_logs"][1];
  EXPECT_TRUE(made["before"].is_null());
  EXPECT_EQ(made["after"]["key"], "region");
  EXPECT_EQ(changed["before"]["key"], "region");
  EXPECT_NE(changed["before"], changed["after"]);
  EXPECT_EQ(json::parse(changed["detail"].get<std::string>())["after"], changed["after"]);
}

TEST_F(AuditLogs, finds_by_each_filter) {
  EXPECT_THAT(actions("?user=ada"), ElementsAre("pause"));
  EXPECT_EQ(actions("?user=ada&user=bob").size(), 5u);
  EXPECT_THAT(actions("?action=trigger"), ElementsAre("trigger"));
  EXPECT_THAT(actions("?action_pattern=pause"), ElementsAre("unpause", "pause"));
  EXPECT_EQ(actions("?dag_id=orders").size(), 3u);
  EXPECT_THAT(actions("?dag_run_id_pattern=manual"), ElementsAre("trigger"));
  EXPECT_TRUE(actions("?task_id=extract").empty());
  EXPECT_TRUE(actions("?remote=203.0.113.7").empty());
  EXPECT_THAT(actions("?when_lt=2026-01-01T01:00:00Z"), ElementsAre("pause"));
  EXPECT_EQ(actions("?when_gte=2026-01-01T01:00:00Z").size(), 4u);
  get_json("/api/v2/auditLogs?when_gte=soon", 422);
}

TEST_F(AuditLogs, is_sorted_and_goes_on_behind_a_row) {
  EXPECT_THAT(actions("?order_by=audit_log_id&limit=2"), ElementsAre("pause", "trigger"));
  EXPECT_THAT(actions("?order_by=user&order_by=-action&limit=2"),
              ElementsAre("pause", "update_variable"));
  get_json("/api/v2/auditLogs?order_by=event", 400);
  std::vector<std::string> walked;
  std::string cursor;
  do {
    const json page = get_json("/api/v2/auditLogs?limit=2&order_by=-when" +
                               (cursor.empty() ? "" : "&cursor=" + cursor));
    EXPECT_EQ(page["total_entries"], 5);
    for (const auto& entry : page["audit_logs"]) walked.push_back(entry["action"]);
    cursor = page["next_cursor"].is_string() ? page["next_cursor"].get<std::string>() : "";
  } while (!cursor.empty());
  EXPECT_THAT(walked,
              ElementsAre("update_variable", "create_variable", "unpause", "trigger", "pause"));
}

TEST_F(AuditLogs, is_for_admins_over_everything) {
  for (const auto role : {auth::Role::viewer, auth::Role::operator_, auth::Role::editor}) {
    caller_ = {.user = "ada", .role = role, .grants = {{auth::Role::admin, "orders", ""}}};
    get_json("/api/v2/auditLogs", 403);
    get_json("/api/v2/auditLogs/1", 403);
  }
}

}  // namespace
}  // namespace weft::test
