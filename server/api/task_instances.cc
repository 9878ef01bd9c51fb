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
  JsonText answer;
  begin_collection(answer, "task_instances");
  for (const auto& instance : instances.rows) {
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, instance.version.id));
    write_instance(answer, instance, *dag, call.deps);
  }
  end_collection(answer, instances.total, instances.total_is_exact);
  add_next_cursor(answer, call, instances.next);
  answer.end_object();
  return json_response(std::move(answer));
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

/// The run that the path names, if it names one, has the task, or what is left of it.
Outcome<void> check_task(Reader& reader, const Call& call) {
  API_TRY_ASSIGN(const auto scope, find_scope(reader, call));
  if (!scope.run || !scope.version) return {};
  const auto& task_id = call.value("task_id");
  API_TRY_ASSIGN(const auto dag, load_dag(reader, call, *scope.version));
  if (dag->find_task(task_id) != nullptr) return {};
  storage::InstanceQuery query{.run = scope.run};
  query.filter.add_equal("ti.task_id", task_id);
  query.page.limit = 0;
  API_TRY_ASSIGN(const auto left, storage::list_instances(reader, query));
  if (left.total > 0) return {};
  return refuse(ErrorCode::not_found,
                fmt::format("run \"{}\" of DAG \"{}\" has no task \"{}\"", call.value("dag_run_id"),
                            call.value("dag_id"), task_id));
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
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY(check_task(reader, call));
    return scoped_response(reader, call, list);
  });
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
    JsonText answer;
    write_instance(answer, instance, *dag, call.deps);
    return json_response(std::move(answer));
  });
}

}  // namespace weft::api
