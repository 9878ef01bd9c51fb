// What must hold of backfills: their runs are those of their dates, each once, as many at a time as
// they may have, and none after their end.

#include <algorithm>

#include "tests/simulation/checker.h"
#include "tests/simulation/require.h"

namespace weft::sim {

void Checker::see(const BackfillRow& row) {
  auto known = backfills_.find(row.id);
  if (known != backfills_.end()) {
    REQUIRE(!known->second.completed_at, "backfill " + text(row.id) + " changed after its end");
    REQUIRE(known->second.handled <= row.handled, "backfill " + text(row.id) + " goes back");
  }
  put(backfills_, row.id, row);
}

/// A backfill made this run.
void Checker::backfilled(const RunRow& row) const {
  auto known = backfills_.find(row.backfill);
  const std::string what = "run " + row.run_id + " of backfill " + text(row.backfill);
  REQUIRE(known != backfills_.end(), what + ", which is not there");
  const BackfillRow& backfill = known->second;
  REQUIRE(!backfill.completed_at, what + ", which is over");
  REQUIRE(row.logical_date && *row.logical_date >= backfill.from_date &&
              *row.logical_date <= backfill.to_date,
          what + " lies outside of its dates");
  REQUIRE(backfill.run_on_latest_version ? row.version == dags_.at(row.dag).current_version
                                         : row.version == backfill.version,
          what + " has another version");
}

/// Is the task none of those that the run's backfill names, nor behind one of them?
bool Checker::left_out(const RunRow& run, const Task& task) const {
  auto known = backfills_.find(run.backfill);
  if (known == backfills_.end() || known->second.task_ids.empty()) return false;
  const auto& ids = known->second.task_ids;
  const Dag& dag = dag_of(run.id);
  std::vector<TaskIndex> open{task.index};
  for (std::size_t i = 0; i < open.size(); ++i) {
    const Task& one = dag.task(open[i]);
    if (std::find(ids.begin(), ids.end(), one.id) != ids.end()) return false;
    if (!known->second.include_downstream) break;
    open.insert(open.end(), one.upstream.begin(), one.upstream.end());
  }
  return true;
}

void Checker::backfill_limits(const Scheduler& scheduler) const {
  const Scheduler::State& s = scheduler.state();
  for (const auto& [id, backfill] : s.backfills) {
    for (const RunId run : backfill.running)
      REQUIRE(runs_.at(run).backfill == id && runs_.at(run).state == RunState::running,
              "run " + text(run) + " is not running in backfill " + text(id));
    std::size_t running = 0;
    for (const auto& [run_id, run] : s.runs)
      running += run->row.backfill == id && run->row.state == RunState::running;
    REQUIRE(running == backfill.running.size(), "backfill " + text(id) + " forgot a run");
  }
}

/// Each date of a backfill that went to its end has one run.
void Checker::backfills_at_rest() const {
  for (const auto& [id, backfill] : backfills_) {
    REQUIRE(backfill.completed_at.has_value(), "backfill " + text(id) + " never ended");
    if (backfill.is_cancelled || backfill.run_on_latest_version) continue;
    const Dag& dag = *versions_.at(backfill.version);
    const Instant end = std::min(backfill.to_date, backfill.created_at);
    std::int64_t dates = 0;
    for (auto tick = dag.timetable->next(backfill.from_date - Duration(1)); tick && *tick <= end;
         tick = dag.timetable->next(*tick)) {
      ++dates;
      // Its tasks read what others make: then it runs again what there is, and begins nothing.
      if (!backfill.task_ids.empty() && backfill.reprocess != ReprocessBehavior::none) continue;
      const auto date = std::pair(backfill.dag, *tick);
      REQUIRE(dates_.contains(date) || forgotten_dates_.contains(date),
              "backfill " + text(id) + " made no run for " + format_instant(*tick));
    }
    REQUIRE(dates == backfill.total && dates == backfill.handled,
            "backfill " + text(id) + " has " + std::to_string(dates) + " dates, counted " +
                std::to_string(backfill.total) + " and handled " +
                std::to_string(backfill.handled));
  }
}

}  // namespace weft::sim
