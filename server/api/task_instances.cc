#include <fmt/format.h>

#include "server/api/cursor.h"
#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/instance_query.h"
#include "server/api/lookup.h"
#include "server/api/permission.h"

namespace weft::api {
namespace {

using storage::Reader;

Outcome<http::Response> instances_response(Reader& reader, const Call& call,
                                           const storage::InstanceQuery& query) {
  API_TRY_ASSIGN(const auto instances, storage::list_instances(reader, query));
  auto list = nlohmann::json::array();
  for (const auto& instance : instances.rows) {
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, instance.version.id));
    list.push_back(instance_json(instance, *dag, call.deps));
  }
  auto answer =
      collection_json("task_instances", std::move(list), instances.total, instances.total_is_exact);
  add_next_cursor(answer, call, instances.next);
  return json_response(answer);
}

/// Puts the path's scope into the query, and answers it.
Outcome<http::Response> scoped_response(Reader& reader, const Call& call, InstanceListQuery& list) {
  API_TRY_ASSIGN(const auto scope, find_scope(reader, call));
  API_TRY(add_task_conditions(reader, call, scope, list));
  auto& query = list.query;
  query.dag = scope.dag;
  query.run = scope.run;
  API_TRY(add_visible(query.filter, reader, call, "d.dag_id"));
  if (!scope.run_id_of_any_dag.empty()) query.filter.add_equal("r.run_id", scope.run_id_of_any_dag);
  return instances_response(reader, call, query);
}

}  // namespace

Outcome<http::Response> get_task_instances(Call& call) {
  Query query(call.request);
  auto list = read_instance_query(query);
  API_TRY(query.check());
  API_TRY(take_cursor(call, list.query.page));
  return call.read([&](Reader& reader) { return scoped_response(reader, call, list); });
}

Outcome<http::Response> get_mapped_task_instances(Call& call) {
  Query query(call.request);
  auto list = read_instance_query(query);
  API_TRY(query.check());
  API_TRY(take_cursor(call, list.query.page));
  list.query.filter.add_equal("ti.task_id", call.value("task_id"));
  list.query.filter.add("ti.map_index >= 0");
  return call.read([&](Reader& reader) { return scoped_response(reader, call, list); });
}

Outcome<http::Response> get_task_instances_batch(Call& call) {
  for (const std::string_view name : {"dag_id", "dag_run_id"})
    if (call.value(name) != all_of_them)
      return refuse({{"path", std::string(name)},
                     "Input should be '~': the body names DAGs and runs",
                     "literal_error"});
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body, true));
  API_TRY_ASSIGN(auto list, read_instance_query(call, body));
  return call.read([&](Reader& reader) { return scoped_response(reader, call, list); });
}

Outcome<http::Response> get_task_instance(Call& call) {
  API_TRY_ASSIGN(const auto names, instance_names(call));
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto instance, require_instance(reader, names));
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, instance.version.id));
    return json_response(instance_json(instance, *dag, call.deps));
  });
}

}  // namespace weft::api
