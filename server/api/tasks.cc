#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"

namespace weft::api {
namespace {

using storage::Reader;

/// The fields of a task that can be compared.
bool is_task_order(std::string_view name) {
  constexpr std::array<std::string_view, 13> names = {"task_id",
                                                      "task_display_name",
                                                      "owner",
                                                      "trigger_rule",
                                                      "retries",
                                                      "queue",
                                                      "pool",
                                                      "pool_slots",
                                                      "priority_weight",
                                                      "weight_rule",
                                                      "doc_md",
                                                      "operator_name",
                                                      "retry_exponential_backoff"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Outcome<http::Response> get_tasks(Call& call) {
  Query query(call.request);
  const auto order = query.order_by(is_task_order, {{"task_id", false}});
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto record, require_dag(reader, call.value("dag_id")));
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, record.row.current_version));
    std::vector<nlohmann::json> tasks;
    for (const auto& task : dag->tasks) tasks.push_back(task_json(task, *dag));
    std::stable_sort(tasks.begin(), tasks.end(), [&](const auto& a, const auto& b) {
      for (const auto& [name, descending] : order) {
        if (a[name] == b[name]) continue;
        return descending ? b[name] < a[name] : a[name] < b[name];
      }
      return false;
    });
    const auto total = static_cast<std::int64_t>(tasks.size());
    return json_response(collection_json("tasks", std::move(tasks), total));
  });
}

Outcome<http::Response> get_task(Call& call) {
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto record, require_dag(reader, call.value("dag_id")));
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, record.row.current_version));
    const Task* task = dag->find_task(call.value("task_id"));
    if (task == nullptr)
      return refuse(ErrorCode::not_found,
                    fmt::format("DAG \"{}\" has no task \"{}\"", dag->id, call.value("task_id")));
    return json_response(task_json(*task, *dag));
  });
}

}  // namespace weft::api
