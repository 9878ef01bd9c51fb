#include "server/core/dag/references.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "server/core/dag/names.h"
#include "server/core/expression/suggest.h"

namespace weft {
namespace {

bool is_code(TemplateUse use) {
  return use == TemplateUse::shell_text || use == TemplateUse::program;
}

/// How the same value gets there as data.
std::string fix_for(Origin origin, const std::vector<std::string>& path) {
  if (origin == Origin::param && path.size() > 1) {
    return fmt::format("use \"$WEFT_PARAM_{}\"", path[1]);
  }
  if (origin == Origin::param) return "use \"$WEFT_PARAMS\", the params as JSON";
  if (origin == Origin::mapped && path.size() > 1) {
    return fmt::format("use \"$WEFT_MAP_{}\"", path[1]);
  }
  return fmt::format(
      "pass it by \"env\": {{\"VALUE\": \"{{{{ {} }}}}\"}} and use \"$VALUE\", or "
      "write the command as a list",
      spell_path(path));
}

/// "" when this origin may be read in this use.
std::string complaint(Origin origin, TemplateUse use, const std::vector<std::string>& path) {
  const std::string name = spell_path(path);
  const bool secret = origin == Origin::connection;
  if (secret && (is_code(use) || use == TemplateUse::argument || use == TemplateUse::cwd)) {
    return fmt::format(
        "{} would show the secret in process lists and rendered fields; pass it by "
        "\"env\"",
        name);
  }
  if ((secret || origin == Origin::variable) && use == TemplateUse::condition) {
    return fmt::format("{} cannot be read here: conditions see dates, params and outputs", name);
  }
  if (use == TemplateUse::shell_text && origin != Origin::scheduler) {
    return fmt::format(
        "{} cannot stand in a shell's text, where its value would be run as code; "
        "{}",
        name, fix_for(origin, path));
  }
  if (use == TemplateUse::program && origin != Origin::scheduler) {
    return fmt::format("{} cannot choose what is run: values are data, never code", name);
  }
  return {};
}

/// conn.ID.FIELD, var.value.KEY, var.json.KEY.…: which one is read must stand in the file, so that
/// the attempt gets that one and no other.
std::string check_stored(Origin origin, const std::vector<std::string>& path) {
  if (origin == Origin::connection) {
    constexpr std::array<std::string_view, 8> fields = {"conn_type", "host", "login", "password",
                                                        "schema",    "port", "extra", "uri"};
    if (path.size() < 3) return "name the connection and the field: conn.ID.password";
    if (std::find(fields.begin(), fields.end(), path[2]) != fields.end()) return {};
    return fmt::format("a connection has no {}{}", shown(path[2]),
                       did_you_mean(path[2], {fields.begin(), fields.end()}));
  }
  const bool known = path.size() > 1 && (path[1] == "value" || path[1] == "json");
  if (known && path.size() > 2) return {};
  return "name the variable: var.value.KEY for its text, var.json.KEY for what its JSON says";
}

StoredName stored_name(Origin origin, const std::vector<std::string>& path) {
  if (origin == Origin::connection) return {StoredName::Kind::connection, path[1]};
  return {StoredName::Kind::variable, path[2]};
}

std::string check_param(const std::vector<std::string>& path, const NameContext& context) {
  if (path.size() < 2) return {};
  std::vector<std::string_view> names;
  for (const Param& param : *context.params) {
    if (param.name == path[1]) return {};
    names.push_back(param.name);
  }
  return fmt::format("the DAG has no param {}{}", shown(path[1]), did_you_mean(path[1], names));
}

std::string check_map_key(const std::vector<std::string>& path, const NameContext& context) {
  if (context.mapping == nullptr) {
    return fmt::format("{} has no value here: the task is not mapped (\"expand\")",
                       spell_path(path));
  }
  if (path.size() < 2) return {};
  std::vector<std::string_view> names;
  for (const MapKey& key : context.mapping->keys) {
    if (key.name == path[1]) return {};
    names.push_back(key.name);
  }
  return fmt::format("the task is not mapped over {}{}", shown(path[1]),
                     did_you_mean(path[1], names));
}

std::string unknown_task(const std::string& id, const NameContext& context) {
  std::vector<std::string_view> names;
  // Suggestions are a help, not a reason to compare a hundred thousand names.
  for (const auto& entry : *context.tasks) {
    if (names.size() < 2000) names.push_back(entry.first);
  }
  std::sort(names.begin(), names.end());
  return fmt::format("no task {}{}", shown(id), did_you_mean(id, names));
}

}  // namespace

void check_references(ValueReader& reader, JsonRef at, const std::vector<Reference>& references,
                      TemplateUse use, const NameContext& context,
                      std::vector<std::pair<JsonRef, std::int32_t>>& outputs) {
  for (const Reference& reference : references) {
    const std::vector<std::string>& path = reference.path;
    const NameLookup found = look_up_name(path);
    std::string error = found.error.empty() ? complaint(found.origin, use, path) : found.error;
    if (error.empty() && found.origin == Origin::param) error = check_param(path, context);
    if (error.empty() && found.origin == Origin::mapped) error = check_map_key(path, context);
    if (found.origin == Origin::connection || found.origin == Origin::variable) {
      if (error.empty()) error = check_stored(found.origin, path);
      if (error.empty() && context.stored != nullptr)
        context.stored->push_back(stored_name(found.origin, path));
    }
    if (error.empty() && found.origin == Origin::output) {
      const auto task = path.size() < 2 ? context.tasks->end() : context.tasks->find(path[1]);
      if (path.size() < 2) {
        error = "name the task: outputs.TASK.KEY, or outputs['task-id'].KEY";
      } else if (task == context.tasks->end()) {
        error = unknown_task(path[1], context);
      } else {
        outputs.emplace_back(at, task->second);
      }
    }
    if (!error.empty()) reader.report().error(at, std::move(error));
  }
}

namespace {

bool is_shell_name(std::string_view program) {
  static constexpr std::array<std::string_view, 12> shells = {
      "sh", "bash", "dash", "zsh", "ksh", "ksh93", "mksh", "ash", "fish", "csh", "tcsh", "rbash"};
  const std::size_t slash = program.rfind('/');
  if (slash != std::string_view::npos) program.remove_prefix(slash + 1);
  return std::find(shells.begin(), shells.end(), program) != shells.end();
}

/// Marks what a shell whose arguments start at `from` reads as code: its options, then the text of
/// -c or the script. Returns the position behind them; after the text that is behind $0.
std::size_t mark_shell(const std::vector<Template>& command, std::size_t from,
                       std::vector<TemplateUse>& uses) {
  bool text_follows = false;
  for (std::size_t i = from; i < command.size(); ++i) {
    const std::string& argument = command[i].text();
    const bool option = command[i].is_constant() && argument.size() > 1 &&
                        (argument[0] == '-' || argument[0] == '+') && argument != "--";
    if (!option) {
      uses[i] = text_follows ? TemplateUse::shell_text : TemplateUse::program;
      if (argument != "--") return i + (text_follows ? 2 : 1);
      continue;
    }
    uses[i] = TemplateUse::program;
    const bool is_long = argument.starts_with("--");
    if (argument == "--command") text_follows = true;
    if (!is_long && argument.find('c') != std::string::npos) text_follows = true;
    // -o and -O take a name, --rcfile and --init-file a path.
    const bool takes_value = is_long ? argument == "--rcfile" || argument == "--init-file"
                                     : argument.back() == 'o' || argument.back() == 'O';
    if (takes_value && i + 1 < command.size()) uses[++i] = TemplateUse::program;
  }
  return command.size();
}

}  // namespace

std::vector<TemplateUse> uses_of_arguments(const std::vector<Template>& command) {
  std::vector<TemplateUse> uses(command.size(), TemplateUse::argument);
  if (!uses.empty()) uses[0] = TemplateUse::program;
  // Anywhere, not only in front: env, sudo, timeout and ssh run a shell too.
  for (std::size_t i = 0; i < command.size();) {
    const bool shell = command[i].is_constant() && is_shell_name(command[i].text());
    i = shell ? mark_shell(command, i + 1, uses) : i + 1;
  }
  return uses;
}

bool is_obeyed_variable(std::string_view name) {
  static constexpr std::array<std::string_view, 16> obeyed = {
      "BASH_ENV",  "ENV",      "IFS",           "PATH",           "PS4",        "PROMPT_COMMAND",
      "SHELLOPTS", "BASHOPTS", "PYTHONSTARTUP", "PYTHONPATH",     "PYTHONHOME", "PERL5OPT",
      "PERL5LIB",  "RUBYOPT",  "NODE_OPTIONS",  "GIT_SSH_COMMAND"};
  return name.starts_with("LD_") || std::find(obeyed.begin(), obeyed.end(), name) != obeyed.end();
}

}  // namespace weft
