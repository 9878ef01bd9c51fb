// trigger_dag: makes a run of another DAG, and waits for its end if it shall.

#include <algorithm>

#include "server/core/scheduler/calendar.h"
#include "server/core/scheduler/past.h"
#include "server/core/scheduler/step.h"
#include "server/core/scheduler/template_scope.h"
#include "server/core/scheduler/waiting.h"

namespace weft {
namespace {

using nlohmann::json;

/// The same for the same try on every machine and after every restart.
std::uint64_t entropy_of(const Instance& instance) {
  std::uint64_t z = static_cast<std::uint64_t>(instance.row.id.value) * 0x9e3779b97f4a7c15ULL +
                    static_cast<std::uint64_t>(instance.row.try_number);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

Result<json> conf_of(const TriggerDag& what, const Scope& scope) {
  json conf = what.conf;
  for (const auto& [place, text] : what.conf_templates) {
    auto value = text.evaluate(scope);
    if (!value)
      return fail(ErrorCode::invalid_argument,
                  "with.conf" + place.to_string() + ": " + value.error().message);
    conf[place] = std::move(*value);
  }
  return conf;
}

/// A DAG that triggers itself over others would never end.
Result<void> check_cycle(const ActiveRun& run, const std::string& dag_id) {
  std::vector<std::string> chain = run.row.triggered_through;
  chain.push_back(run.facts->dag_id);
  if (std::find(chain.begin(), chain.end(), dag_id) == chain.end()) return {};
  std::string path;
  for (const std::string& one : chain) path += one + " → ";
  return fail(ErrorCode::conflict, "DAGs that trigger each other form a cycle: " + path + dag_id);
}

}  // namespace

Result<RunId> Step::make_triggered(ActiveRun& run, Instance& instance, const TriggerDag& what) {
  const ObjectScope scope(values_for(run, instance));
  TRY_ASSIGN(const std::string dag_id, what.dag_id.render(scope));
  DagState* dag = s.find_dag(dag_id);
  if (dag == nullptr) return fail(ErrorCode::not_found, "no DAG \"" + dag_id + "\"");
  if (dag->row.is_stale)
    return fail(ErrorCode::conflict, "DAG \"" + dag_id + "\" has no file any more");
  if (dag->queued.size() + dag->waiting.size() >= s.config.max_queued_runs_per_dag)
    return fail(ErrorCode::resource_exhausted, "DAG \"" + dag_id + "\" has too many queued runs");
  TRY(check_cycle(run, dag_id));
  NewRun made;
  TRY_ASSIGN(made.conf, conf_of(what, scope));
  TRY_ASSIGN(made.params,
             resolve_params(*dag->spec, made.conf.is_null() ? json::object() : made.conf));
  made.run_after = now.wall;
  if (!what.logical_date.text().empty()) {
    TRY_ASSIGN(const std::string text, what.logical_date.render(scope));
    TRY_ASSIGN(made.logical_date, parse_instant(text));
    if (logical_date_taken(*dag, *made.logical_date))
      return fail(ErrorCode::conflict, "DAG \"" + dag_id + "\" has a run with logical_date " +
                                           format_instant(*made.logical_date) + " already");
  }
  made.data_interval = manual_interval(*dag->spec, made.logical_date.value_or(made.run_after));
  made.run_id = manual_run_id(made.run_after, entropy_of(instance));
  if (dag->by_run_id.contains(made.run_id) || s.history.run_by_id(dag->row.key, made.run_id))
    return fail(ErrorCode::conflict, "DAG \"" + dag_id + "\" has a run \"" + made.run_id + "\"");
  made.by = TriggeredBy::dag_operator;
  made.actor = run.facts->dag_id + "/" + run.row.run_id + "/" + run.task_of(instance).id;
  if (instance.row.map_index >= 0) made.actor += "[" + std::to_string(instance.row.map_index) + "]";
  made.triggered_through = run.row.triggered_through;
  made.triggered_through.push_back(run.facts->dag_id);
  return create_run(*dag, std::move(made)).row.id;
}

void Step::trigger_dag(ActiveRun& run, Instance& instance, const TriggerDag& what) {
  const auto made = make_triggered(run, instance, what);
  if (!made) return settle_waiting(run, instance, AttemptState::failed, made.error().message);
  const ActiveRun& triggered = *s.runs.at(*made);
  const json outputs = {{"dag_id", triggered.facts->dag_id}, {"run_id", triggered.row.run_id}};
  if (!what.wait) return settle_waiting(run, instance, AttemptState::success, "", outputs);
  // Kept with it, so that a restart knows the run; read by others once it is a success.
  store_outputs(run, instance, outputs);
  wait_on(run, instance, TaskState::deferred);
  s.waits.add({Awaited::Kind::run_end, made->value, ""},
              {run.row.id, instance.index, instance.row.id});
}

std::optional<RunRow> triggered_run(const Scheduler::State& s, const ActiveRun& run,
                                    const Instance& instance) {
  const auto outputs = run.outputs.find(instance.index);
  if (outputs == run.outputs.end() || outputs->second == nullptr) return std::nullopt;
  const DagState* dag = s.find_dag(outputs->second->value("dag_id", ""));
  if (dag == nullptr) return std::nullopt;
  const std::string run_id = outputs->second->value("run_id", "");
  auto active = dag->by_run_id.find(run_id);
  if (active != dag->by_run_id.end()) return s.find_run(active->second)->row;
  return s.history.run_by_id(dag->row.key, run_id);
}

void Step::look_at_triggered(ActiveRun& run, Instance& instance, const TriggerDag& what) {
  const auto row = triggered_run(s, run, instance);
  if (!row)
    return settle_waiting(run, instance, AttemptState::failed,
                          "the run that it triggered is not there any more");
  if (!is_terminal(row->state))
    return s.waits.add({Awaited::Kind::run_end, row->id.value, ""},
                       {run.row.id, instance.index, instance.row.id});
  const std::string state(name_of(row->state));
  const json outputs = {
      {"dag_id", s.dags.at(row->dag).row.dag_id}, {"run_id", row->run_id}, {"state", state}};
  const auto& allowed = what.allowed_states;
  if (std::find(allowed.begin(), allowed.end(), row->state) != allowed.end())
    return settle_waiting(run, instance, AttemptState::success, "", outputs);
  settle_waiting(run, instance, AttemptState::failed,
                 "the run that it triggered, \"" + row->run_id + "\" of \"" +
                     s.dags.at(row->dag).row.dag_id + "\", is " + state);
}

std::string AwaitedTask::words() const {
  return (task_id.empty() ? "the run" : "task \"" + task_id + "\"") + " of DAG \"" + dag_id +
         "\" at " + format_instant(logical_date);
}

AwaitedNow look_up(const Scheduler::State& s, const AwaitedTask& target) {
  AwaitedNow found;
  found.awaited = {Awaited::Kind::run_made, to_micros(target.logical_date), target.dag_id};
  const DagState* dag = s.find_dag(target.dag_id);
  const auto row = dag == nullptr ? std::nullopt : run_at(s, *dag, target.logical_date);
  if (!row) return found;
  if (target.task_id.empty()) {
    found.awaited = {Awaited::Kind::run_end, row->id.value, ""};
    found.states.push_back(row->state == RunState::success  ? TaskState::success
                           : row->state == RunState::failed ? TaskState::failed
                                                            : TaskState::running);
    return found;
  }
  const auto states = states_of(s, *row, target.task_id);
  if (!states) {
    found.error = "DAG \"" + target.dag_id + "\" has no task \"" + target.task_id +
                  "\" in its run at " + format_instant(target.logical_date);
    return found;
  }
  found.awaited = {Awaited::Kind::task, row->id.value, target.task_id};
  found.states = *states;
  return found;
}

}  // namespace weft
