#include "server/dispatch/render.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "server/core/scheduler/template_scope.h"

namespace weft::dispatch {
namespace {

/// Linux takes no longer argument or variable (MAX_ARG_STRLEN).
constexpr std::size_t max_argument = (128 << 10) - 1;

std::int64_t milliseconds_up(Duration duration) {
  return (duration.count() + 999) / 1000;
}

/// The values of templates, made when the first one that isn't constant needs them.
class LazyScope {
 public:
  LazyScope(const LeaseGranted& granted, const secrets::Values& stored)
      : granted_(granted), stored_(stored) {}

  Result<std::string> render(const Template& text, const std::string& field) {
    if (text.is_constant()) return text.text();
    if (!scope_) {
      const Task& task = granted_.facts->dag->task(granted_.task);
      auto values = template_values(*granted_.facts, task, granted_.try_number, granted_.map_index,
                                    granted_.outputs.get(), granted_.map.get());
      values["var"] = stored_.var;
      values["conn"] = stored_.conn;
      scope_.emplace(std::move(values));
    }
    Result<std::string> value = text.render(*scope_);
    if (!value) return fail(value.error().code, field + ": " + value.error().message);
    return value;
  }

  /// The same for what others on the worker's machine can see: process lists show arguments.
  Result<std::string> render_visible(const Template& text, const std::string& field) {
    if (!text.is_constant() && !stored_.secret_variables.empty()) {
      for (const Reference& reference : text.references())
        TRY(check_visible(reference.path, field));
    }
    return render(text, field);
  }

 private:
  Result<void> check_visible(const std::vector<std::string>& path, const std::string& field) const {
    if (path.size() < 3 || path.front() != "var") return {};
    const auto& hidden = stored_.secret_variables;
    if (std::find(hidden.begin(), hidden.end(), path[2]) == hidden.end()) return {};
    return fail(ErrorCode::unprocessable,
                field + ": the variable \"" + path[2] +
                    "\" is a secret, which process lists would show; pass it by \"env\"");
  }

  const LeaseGranted& granted_;
  const secrets::Values& stored_;
  std::optional<ObjectScope> scope_;
};

Result<void> check_length(std::string_view what, std::size_t length) {
  if (length <= max_argument) return {};
  return fail(ErrorCode::too_large, std::string(what) + ": " + std::to_string(length) +
                                        " bytes are more than a process can be given at once (" +
                                        std::to_string(max_argument) +
                                        "); hand large data over in a file");
}

/// A worker masks no more than these.
Result<void> check_secrets(const std::vector<std::string>& secrets) {
  if (secrets.size() > wire::max_secrets)
    return fail(ErrorCode::too_large, "the task reads " + std::to_string(secrets.size()) +
                                          " secrets; a worker masks at most " +
                                          std::to_string(wire::max_secrets));
  for (const std::string& secret : secrets)
    if (secret.size() > wire::max_secret_bytes)
      return fail(ErrorCode::too_large,
                  "a secret that the task reads has more than 64 KiB: keep it in a file, and its "
                  "path here");
  return {};
}

/// A poke that hangs (a dead network file system) must not hold its sensor for ever.
Duration bound_of_poke(const Task& task) {
  if (task.execution_timeout > Duration{}) return task.execution_timeout;
  return std::max<Duration>(task.poke_interval, std::chrono::minutes(5));
}

Result<void> render_poke(const Task& task, const SensorFile& file, LazyScope& scope,
                         wire::Lease& lease) {
  lease.poke = true;
  lease.timeout_ms = milliseconds_up(bound_of_poke(task));
  lease.argv = {"weft", "poke", "file"};
  if (file.stable_for > Duration{})
    lease.argv.insert(lease.argv.end(), {"--stable-for", format_duration(file.stable_for)});
  if (file.min_size > 0)
    lease.argv.insert(lease.argv.end(), {"--min-size", std::to_string(file.min_size)});
  TRY_ASSIGN(std::string path, scope.render_visible(file.path, "with.path"));
  if (path.empty()) return fail(ErrorCode::unprocessable, "with.path: it is empty");
  TRY(check_length("with.path", path.size()));
  lease.argv.insert(lease.argv.end(), {"--", std::move(path)});
  return {};
}

Result<void> render_command(const Task& task, LazyScope& scope, wire::Lease& lease) {
  if (const auto* file = std::get_if<SensorFile>(&task.waiting_for))
    return render_poke(task, *file, scope, lease);
  if (task.type == TaskType::shell) lease.argv = task.shell;
  for (std::size_t i = 0; i < task.command.size(); ++i) {
    const std::string field =
        task.type == TaskType::shell ? "command" : "command[" + std::to_string(i) + "]";
    TRY_ASSIGN(std::string part, scope.render_visible(task.command[i], field));
    TRY(check_length(field, part.size()));
    lease.argv.push_back(std::move(part));
  }
  if (lease.argv.empty() || lease.argv.front().empty()) {
    return fail(ErrorCode::unprocessable, "command: there is no program to run");
  }
  return {};
}

Result<std::string> resolve_cwd(const std::string& cwd, const std::string& root) {
  namespace fs = std::filesystem;
  const fs::path wanted = fs::path(cwd);
  if (wanted.is_absolute()) return wanted.lexically_normal().string();
  if (root.empty()) {
    if (cwd.empty()) return std::string();
    return fail(ErrorCode::unprocessable,
                "cwd: \"" + cwd + "\" is relative, but the bundle has no folder");
  }
  const fs::path relative = wanted.lexically_normal();
  if (!relative.empty() && *relative.begin() == "..") {
    return fail(ErrorCode::unprocessable,
                "cwd: \"" + cwd +
                    "\" leaves the bundle's folder; name an absolute path if that "
                    "is meant");
  }
  fs::path folder = (fs::path(root) / relative).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();
  return folder.string();
}

std::string value_text(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return {};
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

const std::map<std::string, std::string>& Renderer::run_environment(
    const std::shared_ptr<const RunFacts>& facts) {
  if (run_ == facts) return run_environment_;
  const RunRow& run = facts->run;
  std::map<std::string, std::string> env;
  env["WEFT_API_URL"] = options_.api_url;
  if (run.logical_date) env["WEFT_LOGICAL_DATE"] = format_instant(*run.logical_date);
  if (run.data_interval) {
    env["WEFT_DATA_INTERVAL_START"] = format_instant(run.data_interval->start);
    env["WEFT_DATA_INTERVAL_END"] = format_instant(run.data_interval->end);
  }
  const bool has_params = run.params.is_object();
  env["WEFT_PARAMS"] = has_params ? value_text(run.params) : "{}";
  if (has_params) {
    for (const auto& [name, value] : run.params.items()) {
      env["WEFT_PARAM_" + name] = value_text(value);
    }
  }
  run_ = facts;
  run_environment_ = std::move(env);
  return run_environment_;
}

Result<wire::Lease> Renderer::render(const LeaseGranted& granted, const secrets::Values& stored) {
  WEFT_CHECK(granted.facts && granted.facts->dag);
  const RunFacts& facts = *granted.facts;
  const Task& task = facts.dag->task(granted.task);
  wire::Lease lease;
  lease.attempt = granted.attempt.value;
  lease.after = granted.after.value;
  lease.dag_id = facts.dag_id;
  lease.run_id = facts.run.run_id;
  lease.task_id = task.id;
  lease.map_index = granted.map_index;
  lease.try_number = granted.try_number;
  lease.timeout_ms = milliseconds_up(task.execution_timeout);
  lease.kill_grace_ms = milliseconds_up(task.kill_grace);
  lease.skip_exit_code = task.skip_exit_code;
  TRY(check_secrets(stored.secrets));
  lease.secrets = stored.secrets;

  LazyScope scope(granted, stored);
  TRY(render_command(task, scope, lease));
  lease.env = run_environment(granted.facts);
  if (granted.map) {
    for (const auto& [name, value] : granted.map->items()) {
      lease.env["WEFT_MAP_" + name] = value_text(value);
    }
  }
  for (const EnvEntry& entry : task.env) {
    TRY_ASSIGN(lease.env[entry.name], scope.render(entry.value, "env." + entry.name));
  }
  for (const auto& [name, value] : lease.env) {
    TRY(check_length("env." + name, name.size() + 1 + value.size()));
  }
  TRY_ASSIGN(const std::string cwd, scope.render_visible(task.cwd, "cwd"));
  const auto root = options_.bundle_roots.find(facts.bundle);
  TRY_ASSIGN(lease.cwd,
             resolve_cwd(cwd, root == options_.bundle_roots.end() ? std::string() : root->second));
  return lease;
}

}  // namespace weft::dispatch
