#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/local_run.h"
#include "cli/offline.h"
#include "server/core/scheduler/calendar.h"

namespace weft::cli {
namespace {

Result<LocalRunOptions> options_for(const RunVerbOptions& verb) {
  TRY_ASSIGN(const DagArgument source, load_dag_argument(verb.file, verb.root));
  const Dag& dag = *source.dag;
  LocalRunOptions options;
  TRY_ASSIGN(options.logical_date, parse_date("--date", verb.date));
  TRY_ASSIGN(options.conf, parse_params(dag, verb.params));
  TRY(resolve_params(dag, options.conf));
  const Instant now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  options.data_interval = manual_interval(dag, options.logical_date.value_or(now));
  options.dag = without_schedule(dag);
  if (!verb.task.empty()) {
    const Task* task = dag.find_task(verb.task);
    if (task == nullptr)
      return fail(ErrorCode::not_found,
                  fmt::format("--task: DAG \"{}\" has no task \"{}\"", dag.id, verb.task));
    options.dag = only_task(*options.dag, *task);
  }
  options.root = source.root;
  options.slots = verb.slots;
  options.logs = verb.logs == "all"    ? ShownLogs::all
                 : verb.logs == "none" ? ShownLogs::none
                                       : ShownLogs::failed;
  return options;
}

}  // namespace

int run_here(const RunVerbOptions& verb) {
  spdlog::set_level(spdlog::level::warn);
  auto options = options_for(verb);
  if (!options) return complain(options.error(), exit_code::usage);
  RunView view(*options->dag, RunView::style_for(stdout), stdout);
  auto run = LocalRun::start(std::move(*options), view);
  if (!run) {
    const bool asked_wrong = run.error().code == ErrorCode::unprocessable;
    return complain(run.error(), asked_wrong ? exit_code::usage : exit_code::failed);
  }
  const auto state = (*run)->finish();
  if (!state) return complain(state.error(), exit_code::failed);
  return *state == RunState::success ? exit_code::ok : exit_code::failed;
}

}  // namespace weft::cli
