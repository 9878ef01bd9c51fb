#pragma once

#include <string>
#include <utility>

#include "server/core/scheduler/state.h"
#include "tests/simulation/random.h"

namespace weft::sim {

/// One of the DAGs dag0 … dag4, if there is one without a run that is not over.
inline std::string idle_dag(Random& random, const Scheduler::State& state) {
  const auto first = random.between(0, 4);
  std::string id;
  for (std::int64_t i = 0; i < 5; ++i) {
    id = "dag" + std::to_string((first + i) % 5);
    const DagState* dag = state.find_dag(id);
    if (dag != nullptr && dag->by_run_id.empty()) break;
  }
  return id;
}

/// What a removed task has left in a run of the DAG, or just any task instance.
inline DeleteTask random_leftover(Random& random, const Scheduler::State& state,
                                  const std::string& dag_id, const std::string& run_id) {
  DeleteTask command{dag_id, run_id, "t" + std::to_string(random.between(0, 8)), -1, "simulation"};
  const DagState* dag = state.find_dag(dag_id);
  if (dag == nullptr || random.one_in(4)) return command;
  for (const RunKey& key : state.history.runs_by_id(dag->row.key, {}, state.ids.run, 1000)) {
    const auto run = state.history.load_run(key.id);
    const auto spec = state.history.load_version(run->run.version);
    for (const InstanceRow& row : run->instances)
      if (spec->find_task(row.task_id) == nullptr)
        command = {dag_id, run->run.run_id, row.task_id, row.map_index, "simulation"};
  }
  return command;
}

/// What people correct and have forgotten: outputs, what is left of a task, old runs, a whole DAG.
/// With the command's name for the report.
inline std::pair<std::string, Command> random_correction(
    Random& random, const Scheduler::State& state, Instant now,
    const std::pair<std::string, std::string>& run) {
  const auto& [dag_id, run_id] = run;
  if (random.one_in(8)) return {"DeleteDag", DeleteDag{idle_dag(random, state), "simulation"}};
  if (random.one_in(8)) {
    const RunId last{state.ids.run.value - random.between(0, 3)};
    const Instant before = now - std::chrono::minutes(random.between(0, 20));
    return {"DeleteRuns", DeleteRuns{dag_id, last, before, "simulation"}};
  }
  if (random.one_in(4)) return {"DeleteTask", random_leftover(random, state, dag_id, run_id)};
  const std::string task = "t" + std::to_string(random.between(0, 5));
  const int map_index = random.one_in(4) ? static_cast<int>(random.between(0, 2)) : -1;
  const std::string key = random.one_in(2) ? "n" : "list";
  if (random.one_in(4))
    return {"DeleteOutput", DeleteOutput{dag_id, run_id, task, map_index, key, "simulation"}};
  nlohmann::json value = random.between(0, 9);
  if (key == "list") value = nlohmann::json::array({value, 1});
  const auto mode = random.one_in(2) ? SetOutput::Mode::create : SetOutput::Mode::update;
  return {"SetOutput",
          SetOutput{dag_id, run_id, task, map_index, key, std::move(value), mode, "simulation"}};
}

}  // namespace weft::sim
