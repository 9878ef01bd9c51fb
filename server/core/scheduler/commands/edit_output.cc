// An output that a person corrects: the next attempts that read it see what it is now.

#include <algorithm>

#include "proto/wire/worker.h"
#include "server/core/scheduler/step.h"

namespace weft {
namespace {

using nlohmann::json;

constexpr std::size_t longest_output_key = 250;
/// A larger value is told to the audit by its size.
constexpr std::size_t longest_audited = 1000;

std::string text_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// As a task may name its outputs.
bool is_output_key(const std::string& key) {
  if (key.empty() || key.size() > longest_output_key) return false;
  return std::all_of(key.begin(), key.end(), [](unsigned char c) {
    return c < 128 && (std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.');
  });
}

template <class Command>
Result<Step::Named> find_at_rest(Step& step, const Command& command) {
  TRY_ASSIGN(const Step::Named named,
             step.find_named(command.dag_id, command.run_id, command.task_id, command.map_index));
  const TaskState state = named.instance->row.state;
  if (!is_terminal(state))
    return fail(ErrorCode::conflict, "task \"" + command.task_id + "\" is not over (" +
                                         std::string(name_of(state)) +
                                         "): until then its outputs are its own");
  return named;
}

json audited(const json& value) {
  const std::string text = text_of(value);
  return text.size() <= longest_audited ? value : json(std::to_string(text.size()) + " bytes");
}

/// {"key", "before", "after"}: the one is missing of an output that is new, the other of one that
/// is gone.
template <class Command>
void audit_output(Step& step, const Command& command, const char* action, const json& before,
                  const json& after) {
  json detail{{"key", command.key}};
  if (command.map_index >= 0) detail["map_index"] = command.map_index;
  if (before.contains(command.key)) detail["before"] = audited(before[command.key]);
  if (after.contains(command.key)) detail["after"] = audited(after[command.key]);
  step.audit(command.actor, action, command.dag_id, command.run_id, command.task_id,
             text_of(detail));
}

std::string no_output(const std::string& task_id, const std::string& key) {
  return "task \"" + task_id + "\" has no output \"" + key + "\"";
}

}  // namespace

Result<Answer> apply(Step& step, const SetOutput& command) {
  TRY_ASSIGN(const Step::Named named, find_at_rest(step, command));
  if (!is_output_key(command.key))
    return fail(ErrorCode::unprocessable, "key: 1 to 250 of A-Z a-z 0-9 _ . -");
  const auto known = step.outputs_of(*named.run, *named.instance);
  const json before = known ? *known : json::object();
  if (command.mode == SetOutput::Mode::create && before.contains(command.key))
    return fail(ErrorCode::conflict, "task \"" + command.task_id + "\" has an output \"" +
                                         command.key + "\" already; change it instead");
  if (command.mode == SetOutput::Mode::update && !before.contains(command.key))
    return fail(ErrorCode::not_found, no_output(command.task_id, command.key));
  json after = before;
  after[command.key] = command.value;
  if (text_of(after).size() > wire::max_output_bytes)
    return fail(ErrorCode::unprocessable, "value: all outputs of a task together have at most " +
                                              std::to_string(wire::max_output_bytes) + " bytes");
  audit_output(step, command, "set_output", before, after);
  step.change_output(*named.run, *named.instance, command.key, std::move(after));
  return Answer{EditAnswer{{}, 1, 1}};
}

Result<Answer> apply(Step& step, const DeleteOutput& command) {
  TRY_ASSIGN(const Step::Named named, find_at_rest(step, command));
  const auto known = step.outputs_of(*named.run, *named.instance);
  if (!known || !known->contains(command.key))
    return fail(ErrorCode::not_found, no_output(command.task_id, command.key));
  json after = *known;
  after.erase(command.key);
  audit_output(step, command, "delete_output", *known, after);
  step.change_output(*named.run, *named.instance, command.key, std::move(after));
  return Answer{EditAnswer{{}, 1, 1}};
}

}  // namespace weft
