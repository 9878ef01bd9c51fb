#include <fmt/format.h>

#include <cstdio>

#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/local_values.h"
#include "cli/offline.h"
#include "cli/text.h"
#include "server/core/scheduler/calendar.h"
#include "server/dispatch/render.h"

namespace weft::cli {
namespace {

constexpr const char* bundle = "local";

/// A run as a trigger would make it.
Result<std::shared_ptr<const RunFacts>> facts_of(const DagArgument& source,
                                                 const RenderVerbOptions& options) {
  TRY_ASSIGN(const auto date, parse_date("--date", options.date));
  TRY_ASSIGN(const auto conf, parse_params(*source.dag, options.params));
  auto facts = std::make_shared<RunFacts>();
  facts->dag = source.dag;
  facts->dag_id = source.dag->id;
  facts->bundle = bundle;
  RunRow& run = facts->run;
  run.logical_date = date;
  run.run_after = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  run.data_interval = manual_interval(*source.dag, date.value_or(run.run_after));
  run.run_id = "manual__" + format_instant(date.value_or(run.run_after));
  run.conf = conf;
  TRY_ASSIGN(run.params, resolve_params(*source.dag, conf));
  return facts;
}

Result<wire::Lease> lease_for(const DagArgument& source, const Task& task,
                              const RenderVerbOptions& options) {
  LeaseGranted granted;
  granted.attempt = AttemptId{1};
  granted.task = task.index;
  TRY_ASSIGN(granted.facts, facts_of(source, options));
  TRY_ASSIGN(auto outputs, parse_outputs(options.outputs));
  granted.outputs = std::make_shared<const nlohmann::json>(std::move(outputs));
  dispatch::RenderOptions render_options;
  render_options.bundle_roots[bundle] = source.root;
  TRY_ASSIGN(const auto stored, local_values(task, source.dag->id));
  TRY_ASSIGN(auto lease, dispatch::Renderer(std::move(render_options)).render(granted, stored));
  for (auto& [name, value] : lease.env) value = without_secrets(std::move(value), stored.secrets);
  return lease;
}

void print(const wire::Lease& lease) {
  for (std::size_t i = 0; i < lease.argv.size(); ++i)
    std::printf("argv[%zu]  %s\n", i, lease.argv[i].c_str());
  std::printf("cwd      %s\n", lease.cwd.empty() ? "(a scratch folder)" : lease.cwd.c_str());
  for (const auto& [name, value] : lease.env)
    std::printf("env      %s=%s\n", name.c_str(), printable(value).c_str());
}

}  // namespace

int render(const RenderVerbOptions& options) {
  const auto source = load_dag_argument(options.file, options.root);
  if (!source) return complain(source.error(), exit_code::usage);
  const Task* task = source->dag->find_task(options.task);
  if (task == nullptr)
    return complain({ErrorCode::not_found,
                     fmt::format("DAG \"{}\" has no task \"{}\"", source->dag->id, options.task)},
                    exit_code::usage);
  if (!needs_worker(task->type))
    return complain(
        {ErrorCode::invalid_argument, fmt::format("task \"{}\" is of type {}: it runs no command",
                                                  task->id, name_of(task->type))},
        exit_code::usage);
  const auto lease = lease_for(*source, *task, options);
  if (!lease) return complain(lease.error(), exit_code::usage);
  if (options.form != Form::table) {
    print_document({{"argv", lease->argv}, {"cwd", lease->cwd}, {"env", lease->env}}, options.form);
  } else {
    print(*lease);
  }
  return exit_code::ok;
}

}  // namespace weft::cli
