// Clearing, marking and cancelling task instances.

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "server/api/edit_preview.h"
#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/task_mark.h"

namespace weft::api {
namespace {

using nlohmann::json;
using storage::Reader;

/// "task" or ["task", map index].
std::optional<TaskRef> task_ref(const json& value) {
  if (value.is_string()) return TaskRef{value.get<std::string>(), std::nullopt};
  if (!value.is_array() || value.size() != 2 || !value[0].is_string()) return std::nullopt;
  if (!value[1].is_number_integer()) return std::nullopt;
  const auto index = value[1].get<std::int64_t>();
  if (index < -1 || index > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
  return TaskRef{value[0].get<std::string>(), static_cast<std::int32_t>(index)};
}

std::vector<TaskRef> read_task_ids(Body& body) {
  std::vector<TaskRef> tasks;
  const json* list = body.raw("task_ids");
  if (list == nullptr) return tasks;
  if (list->is_array())
    for (const json& value : *list)
      if (auto ref = task_ref(value)) tasks.push_back(std::move(*ref));
  if (!list->is_array() || tasks.size() != list->size())
    body.report("task_ids", "Input should be a list of task ids or [task id, map index] pairs",
                "list_type");
  return tasks;
}

struct ClearRequest {
  EditTasks command;
  bool dry_run = true;
};

Outcome<ClearRequest> read_clear(const Call& call) {
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body, true));
  ClearRequest request;
  Edit& edit = request.command.edit;
  TaskSelection& what = edit.what;
  what.dag_id = call.value("dag_id");
  what.run_id = body.text("dag_run_id").value_or("");
  what.from = body.instant("start_date");
  what.to = body.instant("end_date");
  what.tasks = read_task_ids(body);
  what.past = body.boolean("include_past").value_or(false);
  what.future = body.boolean("include_future").value_or(false);
  what.upstream = body.boolean("include_upstream").value_or(false);
  what.downstream = body.boolean("include_downstream").value_or(false);
  what.only_failed = body.boolean("only_failed").value_or(true);
  what.only_running = body.boolean("only_running").value_or(false);
  edit.reset_runs = body.boolean("reset_dag_runs").value_or(true);
  edit.latest_version = body.boolean("run_on_latest_version").value_or(false);
  request.command.prevent_running = body.boolean("prevent_running_task").value_or(false);
  request.dry_run = body.boolean("dry_run").value_or(true);
  if (body.has("task_ids") && body.raw("task_ids") != nullptr && what.tasks.empty())
    body.report("task_ids", "List should have at least 1 item; leave it out for all tasks",
                "too_short");
  API_TRY(body.check());
  request.command.actor = call.actor();
  return request;
}

}  // namespace

Outcome<EditAnswer> apply_edit(Call& call, EditTasks command) {
  API_TRY_ASSIGN(const auto answer, call.command(std::move(command)));
  const auto* done = std::get_if<EditAnswer>(&answer);
  if (done == nullptr) return refuse(ErrorCode::internal, "the engine answered an edit strangely");
  return *done;
}

Outcome<http::Response> clear_task_instances(Call& call) {
  API_TRY_ASSIGN(auto request, read_clear(call));
  API_TRY_ASSIGN(const auto preview, call.read([&](Reader& reader) {
    return preview_edit(reader, call, request.command.edit);
  }));
  JobId job;
  if (!request.dry_run) {
    API_TRY_ASSIGN(const auto answer, apply_edit(call, std::move(request.command)));
    job = answer.job;
  }
  return call.read([&](Reader& reader) { return preview_response(reader, call, preview, job); });
}

Outcome<http::Response> clear_dag_run(Call& call) {
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body, true));
  EditTasks command;
  command.edit.what.dag_id = call.value("dag_id");
  command.edit.what.run_id = call.value("dag_run_id");
  command.edit.what.only_failed = body.boolean("only_failed").value_or(false);
  command.edit.latest_version = body.boolean("run_on_latest_version").value_or(false);
  const bool dry_run = body.boolean("dry_run").value_or(true);
  API_TRY(body.check());
  command.actor = call.actor();
  if (dry_run)
    return call.read([&](Reader& reader) -> Outcome<http::Response> {
      API_TRY_ASSIGN(const auto preview, preview_edit(reader, call, command.edit));
      return preview_response(reader, call, preview, {});
    });
  API_TRY(apply_edit(call, std::move(command)));
  return get_dag_run(call);
}

Outcome<http::Response> delete_task_instance(Call& call) {
  API_TRY_ASSIGN(const auto names, instance_names(call));
  API_TRY(call.command(about<DeleteTask>(names, call)));
  return json_response(nullptr);
}

Outcome<http::Response> cancel_task_instance(Call& call) {
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body, true));
  API_TRY(body.check());
  API_TRY_ASSIGN(const auto names, instance_names(call));
  API_TRY(call.command(about<CancelTask>(names, call)));
  return get_task_instance(call);
}

}  // namespace weft::api
