// What a task runs: `command`, or `type` and `with`.

#include <array>

#include <fmt/format.h>

#include "server/core/dag/draft.h"
#include "server/core/expression/suggest.h"

namespace weft {
namespace {

/// Linux passes at most 128 KiB in one argument, the closing NUL included.
constexpr std::size_t max_argument = 128 * 1024 - 1;

constexpr std::array<std::string_view, 10> supported = {
    "shell",       "exec",        "noop",     "branch",      "sensor.time",
    "sensor.task", "trigger_dag", "approval", "sensor.file", "sensor.asset"};
constexpr std::array<std::string_view, 5> of_later_versions = {"python", "http", "sql",
                                                               "sensor.http", "sensor.sql"};

std::optional<TaskType> named_type(ValueReader& reader, JsonRef at) {
  for (std::size_t i = 0; i < supported.size(); ++i) {
    if (at.text() == supported[i]) return static_cast<TaskType>(i);
  }
  for (const std::string_view later : of_later_versions) {
    if (at.text() != later) continue;
    reader.report().error(
        at, fmt::format("the task type \"{}\" is not supported by this version", later));
    return std::nullopt;
  }
  const std::vector<std::string_view> names(supported.begin(), supported.end());
  reader.report().error(at, fmt::format("unknown task type {}{}; there are {}", shown(at.text()),
                                        did_you_mean(at.text(), names), fmt::join(names, ", ")));
  return std::nullopt;
}

/// The members of `with`, which may only be `allowed`.
void check_members(ValueReader& reader, JsonRef with, std::string_view type,
                   const std::vector<std::string_view>& allowed) {
  for (JsonRef member = with.first(); member; member = member.next()) {
    bool known = false;
    for (const std::string_view name : allowed) known |= name == member.key();
    if (known) continue;
    reader.report().key_error(
        member, fmt::format("unknown key {} of a {} task{}", shown(member.key()), type,
                            did_you_mean(member.key(), allowed)));
  }
}

void add_part(ValueReader& reader, TaskDraft& draft, JsonRef at, const std::string& text) {
  if (text.size() > max_argument) {
    return reader.report().error(
        at,
        "longer than the 128 KiB that Linux passes in one argument; put it into a script "
        "beside the DAG");
  }
  if (auto part = reader.parse_template(at, text)) {
    draft.task.command.push_back(std::move(*part));
    draft.command_parts.push_back(at);
  }
}

void read_shell_command(ValueReader& reader, TaskDraft& draft, JsonRef at) {
  auto text = reader.long_text(at);
  if (!text) return;
  if (text->find_first_not_of(" \t\r\n") == std::string::npos) {
    return reader.report().error(at, "the command is empty");
  }
  add_part(reader, draft, at, *text);
  if (at.is_object()) draft.command_text = std::move(*text);
}

void read_argument_list(ValueReader& reader, TaskDraft& draft, JsonRef at) {
  if (at.count() == 0) return reader.report().error(at, "the command is empty");
  if (at.count() > 10'000) return reader.report().error(at, "more than 10,000 arguments");
  for (JsonRef item = at.first(); item; item = item.next()) {
    if (!item.is_string()) {
      reader.expected(item, "a string");
    } else if (item.text().empty() && item.node().ordinal == 0) {
      reader.report().error(item, "the program's name is empty");
    } else {
      add_part(reader, draft, item, std::string(item.text()));
    }
  }
}

/// `command` beside the task's keys, or inside of `with`.
JsonRef find_command(ValueReader& reader, TaskDraft& draft) {
  if (!draft.with_at) return draft.command_at;
  const JsonRef inner = draft.with_at.find("command");
  if (inner && draft.command_at) {
    reader.report().key_error(inner, "the command is given twice, here and beside \"with\"");
  }
  return inner ? inner : draft.command_at;
}

void read_command(ValueReader& reader, TaskDraft& draft, std::optional<TaskType> named) {
  const JsonRef at = find_command(reader, draft);
  if (!at) {
    return reader.report().error(draft.object, "\"command\" is missing");
  }
  const bool list = at.is_array();
  draft.task.type = list ? TaskType::exec : TaskType::shell;
  if (named && *named != draft.task.type) {
    return reader.report().error(at, list ? "a \"shell\" task takes its command as a string"
                                          : "an \"exec\" task takes its command as a list");
  }
  if (!list && !at.is_string() && !at.is_object()) {
    return reader.expected(at, "a string (run by the shell) or a list (run as it is)");
  }
  if (draft.with_at) check_members(reader, draft.with_at, name_of(draft.task.type), {"command"});
  list ? read_argument_list(reader, draft, at) : read_shell_command(reader, draft, at);
}

void read_case(ValueReader& reader, TaskDraft& draft, JsonRef at) {
  if (!reader.is_object(at, "{\"when\": expression, \"next\": [task ids]}")) return;
  check_members(reader, at, "branch", {"when", "next"});
  const JsonRef when = at.find("when"), next = at.find("next");
  if (!when || !next) {
    return reader.report().error(at, fmt::format("\"{}\" is missing", when ? "next" : "when"));
  }
  auto expression = reader.expression(when);
  if (!expression) return;
  CaseDraft made{when, std::move(*expression), {}};
  read_task_ids(reader, made.next, next);
  draft.cases.push_back(std::move(made));
}

void read_branch(ValueReader& reader, TaskDraft& draft) {
  const JsonRef cases = draft.with_at ? draft.with_at.find("cases") : JsonRef();
  if (!cases) {
    return reader.report().error(draft.object,
                                 "a branch task needs \"with\": {\"cases\": [{\"when\": "
                                 "expression, \"next\": [task ids]}], \"default\": [task ids]}");
  }
  check_members(reader, draft.with_at, "branch", {"cases", "default"});
  if (reader.is_list(cases, "cases")) {
    for (JsonRef item = cases.first(); item; item = item.next()) read_case(reader, draft, item);
  }
  if (const JsonRef other = draft.with_at.find("default")) {
    read_task_ids(reader, draft.branch_default, other);
  }
}

}  // namespace

void read_task_ids(ValueReader& reader, std::vector<JsonRef>& ids, JsonRef at) {
  if (!reader.is_list(at, "task ids")) return;
  for (JsonRef item = at.first(); item; item = item.next()) {
    if (item.is_string()) {
      ids.push_back(item);
    } else {
      reader.expected(item, "a task id");
    }
  }
}

void settle_type(ValueReader& reader, TaskDraft& draft) {
  std::optional<TaskType> named;
  if (draft.type_at) {
    if (!draft.type_at.is_string()) return;
    named = named_type(reader, draft.type_at);
    if (!named) return;
  } else if (!draft.command_at) {
    return reader.report().error(draft.object, "a task needs \"command\" or \"type\"");
  }
  if (!named || *named == TaskType::shell || *named == TaskType::exec) {
    return read_command(reader, draft, named);
  }
  draft.task.type = *named;
  if (draft.command_at) {
    reader.report().key_error(
        draft.command_at, fmt::format("{} {} task has no command",
                                      *named == TaskType::approval ? "an" : "a", name_of(*named)));
  }
  if (*named == TaskType::branch) return read_branch(reader, draft);
  if (*named != TaskType::noop) return read_waiting(reader, draft);
  if (draft.with_at) check_members(reader, draft.with_at, "noop", {});
}

}  // namespace weft
