// approval: a person answers. What is asked stands in the tables; the answer is a command.

#include <algorithm>

#include "server/core/scheduler/step.h"
#include "server/core/scheduler/template_scope.h"

namespace weft {
namespace {

using nlohmann::json;

/// Rendered texts of one question.
Result<ApprovalRow> question_of(const Task& task, const Approval& what, const Scope& scope) {
  ApprovalRow row;
  TRY_ASSIGN(row.subject, what.subject.render(scope));
  if (row.subject.empty()) row.subject = task.display_name;
  TRY_ASSIGN(row.body, what.body.render(scope));
  row.options = what.options;
  row.assigned_to = what.assigned_to;
  row.params = json::object();
  for (const Param& param : what.params)
    row.params[param.name] = {{"schema", param.schema}, {"value", param.default_value}};
  return row;
}

}  // namespace

void Step::ask_person(ActiveRun& run, Instance& instance, const Approval& what) {
  const ObjectScope scope(values_for(run, instance));
  auto row = question_of(run.task_of(instance), what, scope);
  if (!row)
    return settle_waiting(run, instance, AttemptState::failed, "with: " + row.error().message);
  row->instance = instance.row.id;
  row->run = run.row.id;
  row->created_at = now.wall;
  if (what.timeout > Duration{}) row->expires_at = now.wall + what.timeout;
  record(std::move(*row));
  wait_on(run, instance, TaskState::deferred);
}

Result<void> Step::answer(ActiveRun& run, Instance& instance, const AnswerApproval& command) {
  const auto& what = std::get<Approval>(run.task_of(instance).waiting_for);
  if (!what.assigned_to.empty() && std::find(what.assigned_to.begin(), what.assigned_to.end(),
                                             command.actor.name) == what.assigned_to.end())
    return fail(ErrorCode::permission_denied,
                "this approval is assigned to others, not to \"" + command.actor.name + "\"");
  if (command.chosen_options.size() != 1)
    return fail(ErrorCode::unprocessable, "chosen_options: choose one");
  const std::string& chosen = command.chosen_options.front();
  if (std::find(what.options.begin(), what.options.end(), chosen) == what.options.end()) {
    std::string all;
    for (const std::string& option : what.options)
      all += (all.empty() ? "\"" : ", \"") + option + "\"";
    return fail(ErrorCode::unprocessable,
                "chosen_options: \"" + chosen + "\" is none of the options " + all);
  }
  const json given = command.params_input.is_null() ? json::object() : command.params_input;
  for (const auto& entry : given.items())
    if (std::none_of(what.params.begin(), what.params.end(),
                     [&](const Param& param) { return param.name == entry.key(); }))
      return fail(ErrorCode::unprocessable,
                  "params_input: the form has no \"" + entry.key() + "\"");
  auto input = resolve_params(what.params, given);
  if (!input) return fail(ErrorCode::unprocessable, "params_input: " + input.error().message);
  record(ApprovalAnswered{instance.row.id, now.wall, command.actor.name, command.chosen_options,
                          *input});
  const json outputs = {{"chosen", chosen},
                        {"chosen_options", command.chosen_options},
                        {"params_input", *input},
                        {"responded_by", command.actor.name}};
  if (chosen == rejecting_option)
    settle_waiting(run, instance, AttemptState::skipped, "rejected by " + command.actor.name);
  else
    settle_waiting(run, instance, AttemptState::success, "", outputs);
  return {};
}

}  // namespace weft
