#include "server/core/scheduler/step.h"

#include <algorithm>

#include "base/check.h"

namespace weft {

void Step::touch(DagState& dag) {
  if (dag.dirty) return;
  dag.dirty = true;
  dirty_dags_.push_back(dag.row.key);
}

void Step::touch(ActiveRun& run) {
  if (run.dirty) return;
  run.dirty = true;
  dirty_runs_.push_back(run.row.id);
}

void Step::touch(ActiveRun& run, Instance& instance) {
  instance.row.updated_at = now.wall;
  if (instance.dirty) return;
  instance.dirty = true;
  dirty_instances_.emplace_back(run.row.id, instance.index);
}

void Step::event(EventRow row) {
  row.id = ++s.ids.event;
  row.at = now.wall;
  record(std::move(row));
}

void Step::audit(const Actor& actor, std::string action, std::string dag_id, std::string run_id,
                 std::string task_id, std::string detail) {
  record(AuditRow{now.wall, actor.name, actor.remote, std::move(action), std::move(dag_id),
                  std::move(run_id), std::move(task_id), std::move(detail)});
}

std::size_t Step::size() const {
  return changes_.rows.size() + dirty_instances_.size() + dirty_runs_.size();
}

bool Step::is_spent() const {
  return size() >= budget_;
}

void Step::do_item(const WorkItem& item) {
  ActiveRun* run = s.find_run(item.run);
  if (run == nullptr || run->row.state != RunState::running) return;
  if (item.instance.value < 0)
    materialize(*run);
  else
    evaluate(*run, item.instance);
}

/// What was put off waits for a step of its own, so that no command has to carry it. Jobs and the
/// rest of the work take turns in beginning.
void Step::do_work(Work work) {
  while (!is_spent()) {
    const auto item = s.work.next_fresh();
    if (!item) break;
    do_item(*item);
  }
  if (work == Work::all) {
    // Small slices: whoever comes meanwhile waits for no more than one.
    budget_ = std::min(budget_, size() + std::max<std::size_t>(1, budget_ / 4));
    s.jobs_first = !s.jobs_first;
    if (s.jobs_first) continue_jobs();
    while (!is_spent()) {
      auto item = s.work.next_fresh();
      if (!item) item = s.work.next_left();
      if (!item) break;
      do_item(*item);
    }
    if (!s.jobs_first && !is_spent()) continue_jobs();
  }
  s.work.put_off();
}

/// Rows that others refer to come first: DAGs, versions, runs, instances.
void Step::write_touched() {
  std::vector<Change> rows;
  rows.reserve(dirty_dags_.size() + versions_.size() + dirty_runs_.size() +
               dirty_instances_.size() + changes_.rows.size());
  for (const DagKey key : dirty_dags_) {
    DagState& dag = s.dags.at(key);
    dag.dirty = false;
    rows.emplace_back(dag.row);
  }
  for (VersionRow& version : versions_) rows.emplace_back(std::move(version));
  for (const RunId id : dirty_runs_) {
    ActiveRun& run = *s.runs.at(id);
    run.dirty = false;
    rows.emplace_back(run.row);
  }
  for (const auto& [id, index] : dirty_instances_) {
    Instance& instance = s.runs.at(id)->instance(index);
    instance.dirty = false;
    rows.emplace_back(instance.row);
  }
  for (Change& change : changes_.rows) rows.push_back(std::move(change));
  changes_.rows = std::move(rows);
}

void Step::finish(Work work) {
  do_work(work);
  constexpr std::size_t most = 256;
  const auto grants = s.admission.grant(now.steady, most);
  s.more_grants = grants.size() == most;
  for (const Grant& grant : grants) granted(grant);
  write_touched();
  for (const RunId id : std::exchange(s.retiring, {})) {
    auto it = s.runs.find(id);
    if (it == s.runs.end()) continue;
    const ActiveRun& run = *it->second;
    if (!is_terminal(run.row.state) || run.live_attempts > 0 || run.held) continue;
    s.admission.drop({LimitName::Kind::run, std::to_string(id.value)});
    forget(run);
  }
}

}  // namespace weft
