#include "server/api/task_mark.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "server/api/bulk.h"
#include "server/api/edit_preview.h"
#include "server/api/handlers.h"
#include "server/api/permission.h"
#include "server/api/records.h"

namespace weft::api {
namespace {

using storage::Reader;

std::optional<EditAction> action_from(const std::string& state) {
  for (const EditAction action :
       {EditAction::mark_success, EditAction::mark_failed, EditAction::mark_skipped})
    if (state == name_of(target_of(action))) return action;
  return std::nullopt;
}

Outcome<std::vector<std::string>> mask_of(const Call& call) {
  const auto mask = Query(call.request).texts("update_mask");
  for (const auto& name : mask)
    if (name != "new_state" && name != "note" && !name.starts_with("include_"))
      return refuse(ErrorCode::invalid_argument,
                    fmt::format("update_mask: only new_state, note and include_… can be given, "
                                "not \"{}\"",
                                name.substr(0, 100)));
  return mask;
}

/// {map_index} of the path or the query; nullopt: all instances of the task.
Outcome<std::optional<std::int32_t>> named_map_index(const Call& call) {
  const bool in_path = std::any_of(call.path.begin(), call.path.end(),
                                   [](const auto& value) { return value.first == "map_index"; });
  if (!in_path && !Query(call.request).text("map_index")) return std::nullopt;
  API_TRY_ASSIGN(const auto index, map_index_of(call));
  return index;
}

Outcome<MarkRequest> read_patch(const Call& call) {
  API_TRY_ASSIGN(const auto mask, mask_of(call));
  API_TRY_ASSIGN(const auto map_index, named_map_index(call));
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  MarkRequest request = read_mark(body, mask);
  API_TRY(body.check());
  request.what.dag_id = call.value("dag_id");
  request.what.run_id = call.value("dag_run_id");
  request.what.tasks = {{call.value("task_id"), map_index}};
  return request;
}

/// The instances that the request names, whatever their state is: those that get a note.
Outcome<Preview> named_instances(Reader& reader, const MarkRequest& request) {
  API_TRY_ASSIGN(const auto run, require_run(reader, request.what.dag_id, request.what.run_id));
  const TaskRef& task = request.what.tasks.front();
  storage::InstanceQuery query;
  query.run = run.row.id;
  query.dag = run.row.dag;
  query.filter.add_equal("ti.task_id", task.task_id);
  if (task.map_index) query.filter.add_equal("ti.map_index", std::int64_t{*task.map_index});
  query.order = {{"map_index", false}};
  query.page.limit = 1'000;
  API_TRY_ASSIGN(const auto found, storage::list_instances(reader, query));
  if (found.rows.empty()) {
    API_TRY(require_instance(reader, request.what.dag_id, request.what.run_id, task.task_id,
                             task.map_index.value_or(-1)));
  }
  Preview preview;
  preview.total = found.total;
  preview.is_exact = found.total_is_exact;
  for (const auto& row : found.rows)
    preview.listed.push_back({row.row.run, row.row.task_id, row.row.map_index});
  return preview;
}

Outcome<Preview> preview_mark(Reader& reader, const Call& call, const MarkRequest& request) {
  API_TRY_ASSIGN(auto named, named_instances(reader, request));
  if (!request.action) return named;
  return preview_edit(reader, call, Edit{.what = request.what, .action = *request.action});
}

Outcome<JobId> apply_mark(Call& call, const MarkRequest& request) {
  if (request.note) {
    API_TRY_ASSIGN(const auto named,
                   call.read([&](Reader& reader) { return named_instances(reader, request); }));
    for (const auto& one : named.listed)
      API_TRY(call.command(SetTaskNote{.dag_id = request.what.dag_id,
                                       .run_id = request.what.run_id,
                                       .task_id = one.task_id,
                                       .map_index = one.map_index,
                                       .note = *request.note,
                                       .actor = call.actor()}));
  }
  if (!request.action) return JobId{};
  EditTasks command;
  command.edit.what = request.what;
  command.edit.action = *request.action;
  command.actor = call.actor();
  API_TRY_ASSIGN(const auto answer, apply_edit(call, std::move(command)));
  return answer.job;
}

Failure already(const MarkRequest& request) {
  return {ErrorCode::conflict,
          fmt::format("Task id {} is already in {} state", request.what.tasks.front().task_id,
                      name_of(target_of(*request.action)))};
}

}  // namespace

MarkRequest read_mark(Body& body, const std::vector<std::string>& mask) {
  MarkRequest request;
  const auto state = body.text("new_state");
  if (state && in_mask(mask, "new_state") && !(request.action = action_from(*state)))
    body.report("new_state", "Input should be 'success', 'failed' or 'skipped'", "enum");
  const auto note = body.text("note", max_note);
  if (in_mask(mask, "note") && body.has("note")) request.note = note.value_or("");
  request.what.upstream = body.boolean("include_upstream").value_or(false);
  request.what.downstream = body.boolean("include_downstream").value_or(false);
  request.what.past = body.boolean("include_past").value_or(false);
  request.what.future = body.boolean("include_future").value_or(false);
  return request;
}

Outcome<http::Response> patch_task_instance(Call& call) {
  API_TRY_ASSIGN(const auto request, read_patch(call));
  API_TRY_ASSIGN(const auto preview,
                 call.read([&](Reader& reader) { return preview_mark(reader, call, request); }));
  if (request.action && preview.total == 0 && !request.note)
    return tl::make_unexpected(already(request));
  API_TRY_ASSIGN(const auto job, apply_mark(call, request));
  return call.read([&](Reader& reader) { return preview_response(reader, call, preview, job); });
}

Outcome<http::Response> patch_task_instance_dry_run(Call& call) {
  API_TRY_ASSIGN(const auto request, read_patch(call));
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto preview, preview_mark(reader, call, request));
    return preview_response(reader, call, preview, {});
  });
}

// --- In bulk ---

namespace {

Outcome<MarkRequest> read_entity(const Call& call, const nlohmann::json& entity,
                                 const std::vector<std::string>& mask) {
  API_TRY_ASSIGN(auto body, Body::part(entity, {"body"}));
  MarkRequest request = read_mark(body, mask);
  body.require("task_id");
  const auto task_id = body.text("task_id");
  const auto map_index = body.integer("map_index", -1, std::numeric_limits<std::int32_t>::max());
  request.what.dag_id = body.text("dag_id").value_or(call.value("dag_id"));
  request.what.run_id = body.text("dag_run_id").value_or(call.value("dag_run_id"));
  API_TRY(body.check());
  TaskRef task{*task_id, std::nullopt};
  if (map_index) task.map_index = static_cast<std::int32_t>(*map_index);
  request.what.tasks = {std::move(task)};
  return request;
}

Outcome<void> update_one(Call& call, const MarkRequest& request, BulkAnswer& answer) {
  API_TRY_ASSIGN(const auto named, call.read([&](Reader& reader) -> Outcome<Preview> {
    // The body's DAG, which need not be the path's.
    API_TRY(check_dag(reader, call, request.what.dag_id));
    return named_instances(reader, request);
  }));
  API_TRY(apply_mark(call, request));
  for (const auto& one : named.listed)
    answer.succeed(BulkKind::update, fmt::format("{}.{}.{}[{}]", request.what.dag_id,
                                                 request.what.run_id, one.task_id, one.map_index));
  return {};
}

void update_all(Call& call, const BulkAction& action, BulkAnswer& answer) {
  for (const auto& entity : action.entities) {
    const auto request = read_entity(call, entity, action.update_mask);
    if (!request) {
      const auto& issues = request.error().issues;
      answer.fail(BulkKind::update,
                  issues.empty() ? request.error().error
                                 : Error{ErrorCode::unprocessable,
                                         issues.front().loc.back() + ": " + issues.front().msg});
      continue;
    }
    const auto done = update_one(call, *request, answer);
    const bool skips = action.clash == BulkClash::skip;
    if (done || (skips && done.error().error.code == ErrorCode::not_found)) continue;
    answer.fail(BulkKind::update, done.error().error);
  }
}

}  // namespace

Outcome<http::Response> patch_task_instances(Call& call) {
  API_TRY_ASSIGN(const auto actions, read_bulk(call));
  BulkAnswer answer;
  for (const auto& action : actions) {
    answer.begin(action.kind);
    if (action.kind == BulkKind::update)
      update_all(call, action, answer);
    else
      answer.fail(action.kind,
                  {ErrorCode::method_not_allowed,
                   "task instances belong to their run: they can't be created or deleted"});
  }
  return answer.response();
}

}  // namespace weft::api
