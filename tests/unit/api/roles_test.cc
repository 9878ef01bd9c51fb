// Who may call what: every operation of the OpenAPI document, by every role, over everything and by
// grants. What is expected follows from the need that the route declares; the needs of what is most
// delicate are written down here once more.

#include <fmt/format.h>

#include <map>

#include "server/api/openapi_text.h"
#include "server/auth/access.h"
#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using api::Need;
using auth::Caller;
using auth::Grant;
using auth::Role;
using nlohmann::json;

constexpr Role roles[] = {Role::none, Role::viewer, Role::operator_, Role::editor, Role::admin};
const std::vector<std::string> tags{"daily", "shop"};  // of the DAG "orders"

struct Operation {
  std::string method, path;
  Need need;
};

/// Of the document; with what its route declares.
std::vector<Operation> operations() {
  std::map<std::string, Need> needs;
  for (const auto& route : Api::routes())
    needs.insert_or_assign(fmt::format("{} {}", route.method, route.pattern), route.need);
  std::vector<Operation> list;
  const json document = json::parse(api::openapi_text());
  for (const auto& [path, methods] : document["paths"].items())
    for (const auto& [method, spec] : methods.items()) {
      if (spec.contains("x-served-by")) continue;
      std::string upper = method;
      for (char& c : upper) c = static_cast<char>(std::toupper(c));
      list.push_back({upper, path, needs.at(upper + " " + path)});
    }
  return list;
}

std::vector<Caller> callers() {
  std::vector<Caller> list{Caller{}};
  for (const Role role : roles) {
    list.push_back({.user = "ada", .role = role});
    list.push_back({.user = "ada", .role = Role::admin, .cap = role});
    for (const Grant& grant :
         {Grant{role, "orders", ""}, Grant{role, "order", ""}, Grant{role, "orders2", ""},
          Grant{role, "", "shop"}, Grant{role, "", "sho"}}) {
      if (role == Role::none) continue;
      list.push_back({.user = "ada", .grants = {grant}});
      list.push_back({.user = "ada", .role = Role::viewer, .grants = {grant}});
      list.push_back({.user = "ada", .grants = {grant}, .cap = Role::viewer});
    }
  }
  return list;
}

std::string words_of(const Caller& caller) {
  std::string words = fmt::format("{} {}", caller.user, auth::name_of(caller.role));
  for (const Grant& grant : caller.grants)
    words += fmt::format(" {} over {}{}", auth::name_of(grant.role), grant.dag_id, grant.tag);
  if (caller.cap) words += fmt::format(" capped {}", auth::name_of(*caller.cap));
  return words;
}

constexpr int allowed = 200;

/// allowed, 401, 403 or 404, for the DAG "orders".
int expected(const Operation& operation, const Caller& caller) {
  const Need& need = operation.need;
  if (need.over == Need::Over::nothing) return allowed;
  if (caller.user.empty()) return 401;
  if (need.over == Need::Over::self) return allowed;
  Role everywhere = caller.role, here = caller.role, highest = caller.role;
  for (const Grant& grant : caller.grants) {
    highest = std::max(highest, grant.role);
    if (grant.dag_id == "orders" || grant.tag == "shop") here = std::max(here, grant.role);
  }
  const Role cap = caller.cap.value_or(Role::admin);
  for (Role* role : {&everywhere, &here, &highest}) *role = std::min(*role, cap);
  if (everywhere >= need.role) return allowed;
  if (operation.path.find("{dag_id}") != std::string::npos) {
    if (here >= need.role) return allowed;
    return here == Role::none ? 404 : 403;
  }
  if (need.over != Need::Over::some || highest < need.role) return 403;
  // The entry that is asked for is about "orders", which who has no role there is not told.
  const bool is_entry = operation.path.ends_with("{event_log_id}");
  return is_entry && here != Role::none && here < need.role ? 403 : allowed;
}

class Roles : public ApiFixture {
 protected:
  Roles() {
    put_dag();
    register_worker();
    run_id_ = complete_run();
  }
  std::string filled(std::string path) const {
    const std::pair<std::string, std::string> values[] = {
        {"{dag_id}", "orders"},    {"{dag_run_id}", run_id_}, {"{task_id}", "extract"},
        {"{map_index}", "-1"},     {"{try_number}", "1"},     {"{task_try_number}", "1"},
        {"{version_number}", "1"}, {"{xcom_key}", "rows"}};
    for (const auto& [name, value] : values)
      if (const auto at = path.find(name); at != std::string::npos)
        path.replace(at, name.size(), value);
    for (auto at = path.find('{'); at != std::string::npos; at = path.find('{'))
      path.replace(at, path.find('}') - at + 1, "1");
    return path;
  }
  /// allowed for all that is no refusal.
  int asked(const Operation& operation, const Caller& caller) {
    caller_ = caller;
    const auto response =
        send(operation.method, filled(operation.path), operation.method == "GET" ? "" : "[");
    if (response.status == 401 || response.status == 403) return response.status;
    if (response.status != 404) return allowed;
    const json problem = json::parse(response.body);
    return problem["detail"] == R"(no DAG "orders")" ? 404 : allowed;
  }

  std::string run_id_;
};

TEST_F(Roles, every_operation_by_every_caller) {
  std::size_t asked_for = 0;
  for (const auto& operation : operations())
    for (const auto& caller : callers()) {
      // What an allowed caller may well do is tested elsewhere; it would be gone for the next.
      if (operation.method == "DELETE" && expected(operation, caller) == allowed) continue;
      EXPECT_EQ(asked(operation, caller), expected(operation, caller))
          << operation.method << " " << operation.path << " by " << words_of(caller);
      ++asked_for;
    }
  EXPECT_GT(asked_for, 5'000u);
}

TEST_F(Roles, a_refusal_names_the_role_that_is_needed) {
  caller_ = {.user = "ada", .role = Role::viewer};
  auto refused = post_json("/api/v2/pools", {{"name", "p"}, {"slots", 1}}, 403);
  EXPECT_EQ(refused["code"], "permission_denied");
  EXPECT_EQ(refused["detail"], "this needs the role editor over everything; you have viewer");
  refused = patch_json("/api/v2/dags/orders", {{"is_paused", true}}, 403);
  EXPECT_EQ(refused["detail"],
            "this needs the role operator over the DAG \"orders\"; you have viewer");
}

TEST_F(Roles, a_foreign_dag_and_one_that_is_not_there_are_told_alike) {
  caller_ = {.user = "ada", .grants = {{Role::admin, "order", ""}}};
  auto foreign = get_json("/api/v2/dags/orders", 404);
  auto nothing = get_json("/api/v2/dags/nothing", 404);
  EXPECT_EQ(foreign["detail"], "no DAG \"orders\"");
  EXPECT_EQ(nothing["detail"], "no DAG \"nothing\"");
  for (auto* problem : {&foreign, &nothing})
    for (const char* name : {"detail", "instance"}) problem->erase(name);
  EXPECT_EQ(foreign, nothing);
  // `~` stands for all DAGs only in lists.
  get_json("/api/v2/dags/~", 404);
  EXPECT_EQ(send("PATCH", "/api/v2/dags/~", R"({"is_paused": true})").status, 404);
}

TEST_F(Roles, a_tag_counts_while_the_current_version_has_it) {
  caller_ = {.user = "ada", .grants = {{Role::viewer, "", "shop"}}};
  get_json("/api/v2/dags/orders");
  put_dag(
      R"({"dag_id": "orders", "tags": ["daily"], "tasks": [{"task_id": "a", "type": "noop"}]})");
  get_json("/api/v2/dags/orders", 404);
}

/// 200: let in; as the server looks at a head.
int let_in(const auth::Access& access, const std::string& method, const std::string& target) {
  const auto parsed = http::parse_target(target);
  if (!parsed) return 400;  // never gets so far
  http::Request head;
  head.method = method;
  head.raw_target = target;
  head.path = parsed->path;
  const auto refused = access.refuse(head);
  return refused ? refused->status : 200;
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(c));
  return text;
}

TEST(Spellings, none_of_a_route_is_open_without_a_token) {
  auth::Directory directory;
  ManualClock clock;
  auth::WorkerKeys workers("weft_w", {}, {});
  const auth::Access access(workers, directory, clock, {});
  std::size_t tried = 0;
  for (const auto& route : Api::routes()) {
    const std::string method(route.method);
    std::string path(route.pattern);
    for (auto at = path.find('{'); at != std::string::npos; at = path.find('{'))
      path.replace(at, path.find('}') - at + 1, "x");
    const bool is_open = route.need.over == Need::Over::nothing;
    EXPECT_EQ(let_in(access, method, path), is_open ? 200 : 401) << method << " " << path;
    std::vector<std::string> tricks{upper(path), "/" + path, "/." + path, "/x/.." + path,
                                    "/%2e%2e" + path};
    for (const char* end : {"/health", "/healthz", ";x", "%2e%2e", "/%2e%2e", "/..", "//", "/",
                            "/.", "%2f", "%2F..", "%00", "%20", "/version"})
      tricks.push_back(path + end);
    for (const auto& target : tricks) {
      const int status = let_in(access, method, target);
      EXPECT_TRUE(status == 401 || status == 400) << method << " " << target << ": " << status;
      ++tried;
    }
  }
  EXPECT_GT(tried, 1'500u);
}

/// Independent of routes.cc.
TEST(Needs, of_what_is_delicate) {
  const std::tuple<const char*, Role, Need::Over> table[] = {
      {"GET /api/v2/version", Role::none, Need::Over::nothing},
      {"GET /api/v2/users/me", Role::none, Need::Over::self},
      {"POST /api/v2/tokens", Role::none, Need::Over::self},
      {"DELETE /api/v2/tokens/{token_id}", Role::none, Need::Over::self},
      {"GET /api/v2/users", Role::admin, Need::Over::dag},
      {"GET /api/v2/auditLogs", Role::admin, Need::Over::dag},
      {"GET /api/v2/auditLogs/{audit_log_id}", Role::admin, Need::Over::dag},
      {"GET /metrics", Role::viewer, Need::Over::dag},
      {"POST /api/v2/users", Role::admin, Need::Over::dag},
      {"PATCH /api/v2/users/{username}", Role::admin, Need::Over::dag},
      {"DELETE /api/v2/users/{username}", Role::admin, Need::Over::dag},
      {"GET /api/v2/connections", Role::viewer, Need::Over::dag},
      {"POST /api/v2/connections", Role::editor, Need::Over::dag},
      {"PATCH /api/v2/variables/{variable_key}", Role::editor, Need::Over::dag},
      {"DELETE /api/v2/pools/{pool_name}", Role::editor, Need::Over::dag},
      {"GET /api/v2/dags", Role::viewer, Need::Over::some},
      {"GET /api/v2/dagSources/{dag_id}", Role::viewer, Need::Over::dag},
      {"PATCH /api/v2/dags/{dag_id}", Role::operator_, Need::Over::dag},
      {"POST /api/v2/dags/{dag_id}/dagRuns", Role::operator_, Need::Over::dag},
      {"DELETE /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}", Role::operator_, Need::Over::dag},
      {"DELETE /api/v2/dags/{dag_id}", Role::editor, Need::Over::dag},
      {"DELETE /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries/"
       "{xcom_key}",
       Role::operator_, Need::Over::dag},
      {"POST /api/v2/connections/test", Role::editor, Need::Over::dag},
      {"POST /api/v2/dags/{dag_id}/clearTaskInstances", Role::operator_, Need::Over::dag},
      {"POST /api/v2/backfills", Role::operator_, Need::Over::some},
      {"GET /api/v2/eventLogs", Role::operator_, Need::Over::some}};
  std::map<std::string, Need> needs;
  for (const auto& route : Api::routes())
    needs.insert_or_assign(fmt::format("{} {}", route.method, route.pattern), route.need);
  for (const auto& [route, role, over] : table) {
    ASSERT_TRUE(needs.contains(route)) << route;
    EXPECT_EQ(needs.at(route).role, role) << route;
    EXPECT_EQ(needs.at(route).over, over) << route;
  }
  // What everyone may see is exactly this.
  std::vector<std::string> open;
  for (const auto& [route, need] : needs)
    if (need.over == Need::Over::nothing) open.push_back(route);
  EXPECT_THAT(open, ::testing::ElementsAre("GET /api/v2/monitor/health", "GET /api/v2/version",
                                           "GET /healthz", "GET /openapi.json", "GET /readyz",
                                           "GET /schemas/dag/v1.json"));
  // No write is open to those who only look.
  for (const auto& [route, need] : needs)
    if (!route.starts_with("GET") && need.over != Need::Over::self && !route.ends_with("/list") &&
        route != "POST /api/v2/dags/validate") {
      EXPECT_GE(need.role, Role::operator_) << route;
    }
}

}  // namespace
}  // namespace weft::test
