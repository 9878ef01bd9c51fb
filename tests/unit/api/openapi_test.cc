// proto/openapi.json and the server say the same: every route is an operation, every operation is
// called, and every answer fits its schema.

#include <fmt/format.h>

#include <map>
#include <set>

#include "server/api/openapi_text.h"
#include "tests/unit/api/api_fixture.h"
#include "tests/unit/api/schema_check.h"

namespace weft::test {
namespace {

using nlohmann::json;

const json& document() {
  static const json parsed = json::parse(api::openapi_text());
  return parsed;
}

struct Operation {
  std::string method, path, id;
  json spec;
};

std::vector<Operation> operations() {
  std::vector<Operation> list;
  for (const auto& [path, methods] : document()["paths"].items())
    for (const auto& [method, spec] : methods.items()) {
      if (spec.contains("x-served-by")) continue;  // not this folder's
      std::string upper = method;
      for (char& c : upper) c = static_cast<char>(std::toupper(c));
      list.push_back({upper, path, spec["operationId"], spec});
    }
  return list;
}

TEST(OpenApi, routes_are_the_operations) {
  std::set<std::string> routes, described;
  for (const auto& route : Api::routes())
    routes.insert(fmt::format("{} {}", route.method, route.pattern));
  for (const auto& operation : operations())
    described.insert(operation.method + " " + operation.path);
  EXPECT_EQ(routes, described);
}

TEST(OpenApi, names_of_operations_are_unique) {
  std::set<std::string> ids;
  for (const auto& operation : operations())
    EXPECT_TRUE(ids.insert(operation.id).second) << operation.id;
}

TEST(OpenApi, path_values_are_declared) {
  for (const auto& operation : operations()) {
    std::string path = operation.path;
    for (const auto& parameter : operation.spec.value("parameters", json::array())) {
      const auto& resolved =
          parameter.contains("$ref")
              ? document().at(json::json_pointer(parameter["$ref"].get<std::string>().substr(1)))
              : parameter;
      if (resolved["in"] != "path") continue;
      const auto name = "{" + resolved["name"].get<std::string>() + "}";
      ASSERT_NE(path.find(name), std::string::npos) << operation.id << name;
      path.replace(path.find(name), name.size(), "x");
    }
    EXPECT_EQ(path.find('{'), std::string::npos) << operation.id << " " << path;
  }
}

/// As x-weft-need says it: the names of need.h.
std::string name_of_need(const api::Need& need) {
  if (need.over == api::Need::Over::nothing) return "public";
  if (need.over == api::Need::Over::self) return "signed_in";
  const std::string role(auth::name_of(need.role));
  return need.over == api::Need::Over::some ? role + "_of_some" : role;
}

TEST(OpenApi, needs_are_those_of_the_routes) {
  std::map<std::string, std::string> needs;
  for (const auto& route : Api::routes())
    needs[fmt::format("{} {}", route.method, route.pattern)] = name_of_need(route.need);
  for (const auto& operation : operations()) {
    SCOPED_TRACE(operation.id);
    const std::string told = operation.spec.value("x-weft-need", "");
    EXPECT_EQ(told, needs[operation.method + " " + operation.path]);
    EXPECT_EQ(told == "public", operation.spec.contains("security"));
  }
}

/// What any request may be answered before a handler sees it: its target is no text, its token is
/// none, its body is larger than allowed.
TEST(OpenApi, refusals_before_the_handler_are_described) {
  for (const auto& [path, methods] : document()["paths"].items())
    for (const auto& [method, spec] : methods.items()) {
      SCOPED_TRACE(method + " " + path);
      EXPECT_TRUE(spec.contains("x-weft-need"));
      EXPECT_TRUE(spec["responses"].contains("400"));
      EXPECT_TRUE(spec["responses"].contains("401") || spec.contains("x-served-by"));
      EXPECT_TRUE(spec["responses"].contains("413") || !spec.contains("requestBody"));
    }
}

class OpenApiCalls : public ApiFixture {
 protected:
  OpenApiCalls() {
    put_dag();
    register_worker();
    put_dag(R"({"dag_id": "make", "tasks": [{"task_id": "t", "type": "noop",
                "outlets": ["asset"]}]})",
            "make.dag.json");
    put_dag(R"({"dag_id": "lost", "schedule": {"assets": {"any": ["own"]}}, "tasks": [
                {"task_id": "t", "type": "noop", "pool": "nowhere", "outlets": ["own"]}]})",
            "lost.dag.json");
    put_dag(R"({"dag_id": "use", "schedule": {"assets": {"all": ["asset", "other"]}},
                "tasks": [{"task_id": "t", "type": "noop"}]})",
            "use.dag.json");
    emit();
    run_id_ = complete_run();
    logs_.append(log_key(run_id_, "extract"), 0,
                 "2026-01-01T00:00:00.000000Z stdout F hello\n"
                 "2026-01-01T00:00:00.100000Z stderr P part\n");
    apply(PutImportError{"main", "bad.dag.json", "bad", "bad.dag.json:1:1: no"});
    apply(PutPool{.pool = {.name = "small", .slots = 2}});
    post_json("/api/v2/variables", {{"key", "region"}, {"value", "eu"}}, 201);
    post_json("/api/v2/connections", {{"connection_id", "dwh"}, {"conn_type", "postgres"}}, 201);
    apply(PutRecord{.record =
                        UserRow{.name = "admin",
                                .password_hash = auth::hash_password("correct horse", {8192, 1}),
                                .role = "admin"}});
    post_json("/api/v2/users", {{"username", "ada"}}, 201);
    apply(PutRecord{.record = TokenRow{.id = "t1", .hash = "h", .user = "ada"}});
    const Instant now = clock_.now().wall;
    EXPECT_TRUE(worker_keys_.invite({.id = "j1",
                                     .hash = "h",
                                     .worker = "w1",
                                     .queues = {"default"},
                                     .created_by = "admin",
                                     .created_at = now,
                                     .expires_at = now + std::chrono::hours(1)},
                                    "admin"));
    const auto from = *parse_instant("2025-02-01"), to = *parse_instant("2025-02-03");
    apply(CreateBackfill{.dag_id = "orders", .from_date = from, .to_date = to});
    JobRow job;
    job.id = JobId{1};
    job.dag = DagKey{1};
    job.action = "clear";
    writer_->begin();
    EXPECT_TRUE(writer_->write(job));
    EXPECT_TRUE(writer_->commit());
    put_dag(R"({"dag_id": "ask", "tasks": [{"task_id": "extract", "type": "approval"}]})",
            "ask.dag.json");
    approval_run_ = trigger(nlohmann::json::object(), "ask");
    move_run();
  }

  /// A run of "moved" that has left its task b behind, and has an output written by hand.
  void move_run() {
    put_dag(R"({"dag_id": "moved", "tasks": [{"task_id": "a", "type": "noop"},
                {"task_id": "b", "type": "noop"}]})",
            "moved.dag.json");
    moved_run_ = "/api/v2/dags/moved/dagRuns/" + trigger(nlohmann::json::object(), "moved");
    post_json(moved_run_ + "/taskInstances/a/xcomEntries", {{"key", "rows"}, {"value", 1}}, 201);
    put_dag(R"({"dag_id": "moved", "tasks": [{"task_id": "a", "type": "noop"}]})",
            "moved.dag.json");
    post_json(moved_run_ + "/clear",
              {{"dry_run", false}, {"run_on_latest_version", true}, {"only_failed", true}});
  }

  /// An event that waits.
  void emit() { post_json("/api/v2/assets/events", {{"asset_id", 1}}); }

  std::string filled(std::string path) const {
    if (path.find("/assets/") != std::string::npos)
      if (const auto at = path.find("{dag_id}"); at != std::string::npos)
        path.replace(at, 8, "use");
    const std::pair<std::string, std::string> values[] = {
        {"{dag_id}", "orders"},       {"{dag_run_id}", run_id_},  {"{task_id}", "extract"},
        {"{map_index}", "-1"},        {"{try_number}", "1"},      {"{task_try_number}", "1"},
        {"{version_number}", "1"},    {"{xcom_key}", "rows"},     {"{pool_name}", "small"},
        {"{import_error_id}", "1"},   {"{event_log_id}", "1"},    {"{backfill_id}", "1"},
        {"{audit_log_id}", "1"},      {"{job_id}", "1"},          {"{asset_id}", "1"},
        {"{variable_key}", "region"}, {"{connection_id}", "dwh"}, {"{username}", "ada"},
        {"{token_id}", "t1"},         {"{worker_name}", "w1"},    {"{join_token_id}", "j1"}};
    for (const auto& [name, value] : values)
      if (const auto at = path.find(name); at != std::string::npos)
        path.replace(at, name.size(), value);
    return path;
  }

  /// What each operation is called with, where the defaults are not enough.
  std::pair<std::string, std::string> request_of(const Operation& operation) const {
    auto target = filled(operation.path);
    std::string body;
    const auto& id = operation.id;
    if (id == "get_hitl_detail" || id == "update_hitl_detail")
      target =
          "/api/v2/dags/ask/dagRuns/" + approval_run_ + "/taskInstances/extract/-1/hitlDetails";
    if (id == "get_hitl_details") target = "/api/v2/dags/~/dagRuns/~/hitlDetails";
    if (id == "get_recent_dag_runs") target += "?dag_ids=orders&dag_ids=make";
    if (id == "get_dag_run_stats") target += "?run_after=2025-01-01&run_after=2030-01-01";
    if (id == "delete_dag") target = "/api/v2/dags/lost";
    if (id == "delete_task_instance") target = moved_run_ + "/taskInstances/b";
    if (id == "delete_xcom_entry") target = moved_run_ + "/taskInstances/a/xcomEntries/rows";
    if (id == "create_xcom_entry") body = R"({"key": "by_hand", "value": {"n": [1, null]}})";
    if (id == "update_xcom_entry") body = R"({"value": null})";
    if (id == "update_hitl_detail") body = R"({"chosen_options": ["Approve"]})";
    if (id == "get_list_dag_runs_batch" || id == "get_task_instances_batch") {
      target = id == "get_task_instances_batch" ? "/api/v2/dags/~/dagRuns/~/taskInstances/list"
                                                : "/api/v2/dags/~/dagRuns/list";
      body = "{}";
    }
    if (id == "create_asset_event") body = R"({"asset_id": 1})";
    if (id == "patch_dag") body = R"({"is_paused": true})";
    if (id == "patch_dag_run") body = R"({"note": "seen"})";
    if (id.starts_with("patch_task_instance")) body = R"({"note": "seen"})";
    if (id.starts_with("patch_task_instance_dry_run")) body = R"({"new_state": "failed"})";
    if (id == "bulk_task_instances")
      body = R"({"actions": [{"action": "update", "entities": [
          {"task_id": "extract", "note": "seen"}, {"task_id": "nope", "note": "seen"}]}]})";
    if (id == "bulk_pools")
      body = R"({"actions": [{"action": "create", "entities": [{"name": "bulk", "slots": 1}]},
                             {"action": "delete", "entities": ["nothing"]}]})";
    if (id == "patch_dags") {
      target += "?dag_id_pattern=orders";
      body = R"({"is_paused": true})";
    }
    if (id == "post_user") body = R"({"username": "bob", "role": "viewer"})";
    if (id == "patch_user")
      body = R"({"role": "editor", "grants": [{"role": "admin", "tag": "shop"}]})";
    if (id == "change_password")
      body = R"({"old_password": "correct horse", "new_password": "battery staple"})";
    if (id == "post_token") body = R"({"name": "nightly"})";
    if (id == "post_pool") body = R"({"name": "fresh", "slots": -1})";
    if (id == "create_backfill" || id == "create_backfill_dry_run")
      body = R"({"dag_id": "orders", "from_date": "2025-03-01T00:00:00Z",
                 "to_date": "2025-03-05T00:00:00Z"})";
    if (id == "bulk_variables")
      body = R"({"actions": [{"action": "create", "entities": [{"key": "bulk", "value": 1}]},
                             {"action": "delete", "entities": ["nothing"]}]})";
    if (id == "bulk_connections")
      body = R"({"actions": [{"action": "create",
                              "entities": [{"connection_id": "bulk", "conn_type": "x"}]},
                             {"action": "delete", "entities": ["nothing"]}]})";
    if (id == "post_variable") body = R"({"key": "fresh", "value": 1})";
    if (id == "patch_variable") body = R"({"value": "us"})";
    if (id == "post_connection") body = R"({"connection_id": "fresh", "conn_type": "http"})";
    if (id == "patch_connection") body = R"({"host": "db.example.com"})";
    if (id == "patch_pool") body = R"({"slots": 5})";
    if (id == "patch_worker") body = R"({"is_drained": false})";
    if (id == "validate_dag") body = R"({"tasks": [{"task_id": "a", "depends_on": ["b"]}]})";
    if (id == "wait_dag_run_until_finished") target += "?interval=1";
    return {target, body};
  }

  std::string run_id_, approval_run_, moved_run_;
};

/// The answer, also when it is pending or comes in pieces.
http::Response whole(http::Response response) {
  if (response.pending) return response.pending->poll().value_or(http::Response{.status = 599});
  while (response.stream) {
    const auto piece = response.stream->poll();
    response.body += piece.bytes;
    if (piece.done || piece.bytes.empty()) break;
  }
  return response;
}

std::string content_type(const http::Response& response) {
  for (const auto& [name, value] : response.headers)
    if (name == "content-type") return value.substr(0, value.find(';'));
  return "";
}

/// One value, or one per line.
std::vector<json> values_of(const std::string& body, const std::string& type) {
  if (type != "application/x-ndjson") return {json::parse(body)};
  std::vector<json> values;
  std::istringstream lines(body);
  for (std::string line; std::getline(lines, line);) values.push_back(json::parse(line));
  return values;
}

std::string etag_of(const http::Response& response) {
  for (const auto& [name, value] : response.headers)
    if (name == "etag") return value;
  return "";
}

/// Does a GET of the same path have an ETag?
bool has_etag(const std::string& path) {
  const auto& methods = document()["paths"][path];
  return methods.contains("get") && methods["get"]["responses"].contains("304");
}

/// What is over can't be cancelled.
bool is_cancel(const Operation& operation) {
  return operation.path.ends_with("/cancel");
}

TEST_F(OpenApiCalls, every_answer_fits_its_schema) {
  auto all = operations();
  // What changes things comes last, the deletion of the pool at the very end.
  const auto rank = [](const Operation& o) {
    return o.method == "GET" ? 0 : o.method == "DELETE" ? 3 : is_cancel(o) ? 2 : 1;
  };
  std::stable_sort(all.begin(), all.end(),
                   [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  for (const auto& operation : all) {
    SCOPED_TRACE(operation.id);
    const auto [target, body] = request_of(operation);
    if (operation.method == "DELETE" && target.ends_with("/queuedEvents")) emit();
    if (is_cancel(operation)) {
      const std::string done = std::exchange(run_id_, trigger());
      const auto response = send(operation.method, filled(operation.path));
      EXPECT_EQ(response.status, 200) << response.body;
      run_id_ = done;
      continue;
    }
    for (const auto& [status, expected] : operation.spec["responses"].items()) {
      if (!status.starts_with('2')) continue;
      const auto contents = expected.value("content", json::object());
      if (contents.empty()) {
        EXPECT_EQ(std::to_string(send(operation.method, target, body).status), status);
      }
      for (const auto& [type, content] : contents.items()) {
        const auto response = whole(send(operation.method, target, body, {{"accept", type}}));
        ASSERT_EQ(std::to_string(response.status), status) << response.body;
        EXPECT_EQ(content_type(response), type);
        if (!type.ends_with("json")) continue;
        for (const auto& value : values_of(response.body, type))
          EXPECT_THAT(check_schema(document(), content["schema"], value), ::testing::IsEmpty());
      }
    }
  }
}

TEST_F(OpenApiCalls, etags_are_where_the_document_says) {
  for (const auto& operation : operations()) {
    SCOPED_TRACE(operation.id);
    const auto [target, body] = request_of(operation);
    const auto& responses = operation.spec["responses"];
    if (operation.method == "GET") {
      const auto response = send("GET", target, "", {{"accept", "application/json"}});
      const auto etag = etag_of(response);
      EXPECT_EQ(!etag.empty(), responses.contains("304"));
      if (etag.empty()) continue;
      EXPECT_EQ(send("GET", target, "", {{"if-none-match", etag}}).status, 304);
    } else if (operation.method != "POST") {
      EXPECT_EQ(has_etag(operation.path), responses.contains("412"));
      EXPECT_EQ(send(operation.method, target, body, {{"if-match", "\"other\""}}).status, 412);
    }
  }
}

TEST_F(OpenApiCalls, every_get_of_something_unknown_is_a_problem) {
  for (const auto& operation : operations()) {
    if (operation.path.find('{') == std::string::npos) continue;
    if (operation.id.starts_with("bulk_")) continue;  // says of each entity what was wrong
    SCOPED_TRACE(operation.id);
    std::string path = operation.path;
    for (auto at = path.find('{'); at != std::string::npos; at = path.find('{'))
      path.replace(at, path.find('}') - at + 1, "7777");
    const auto [ignored, body] = request_of(operation);
    const auto query = operation.id == "wait_dag_run_until_finished" ? "?interval=1" : "";
    const auto response = send(operation.method, path + query, body);
    EXPECT_TRUE(response.status == 404 || response.status == 422) << response.body;
    EXPECT_EQ(content_type(response), "application/problem+json");
    EXPECT_THAT(check_schema(document(), document()["components"]["schemas"]["Problem"],
                             json::parse(response.body)),
                ::testing::IsEmpty());
  }
}

}  // namespace
}  // namespace weft::test
