// Why does a DAG make no run? From the queue and the condition that make its asset-triggered runs.

#include <algorithm>
#include <deque>

#include "server/core/scheduler/calendar.h"
#include "server/core/scheduler/step.h"

namespace weft {
namespace {

using nlohmann::json;

constexpr std::size_t most_partitions = 10;
constexpr std::size_t most_names = 10;
constexpr std::size_t most_dates = 10;

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (std::size_t i = 0; i < names.size() && i < most_names; ++i)
    all += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > most_names)
    all += " and " + std::to_string(names.size() - most_names) + " more";
  return all;
}

using Rows = std::map<AssetId, AssetQueuedRow>;

Reason assets_missing(const DagState& dag, const std::string& partition, const Rows& rows) {
  std::vector<AssetIndex> indexes;
  dag.spec->asset_schedule->collect(indexes);
  std::sort(indexes.begin(), indexes.end());
  indexes.erase(std::unique(indexes.begin(), indexes.end()), indexes.end());
  std::vector<std::string> there, missing;
  for (const AssetIndex index : indexes) {
    const AssetId id = dag.assets.ids[static_cast<std::size_t>(index.value)];
    (rows.contains(id) ? there : missing).push_back(dag.spec->asset(index).uri);
  }
  std::string message = partition.empty() ? "" : "partition \"" + partition + "\": ";
  message += "its schedule waits for events of " + joined(missing);
  if (!there.empty()) message += "; there are events of " + joined(there);
  return {"assets_missing", std::move(message),
          json{{"partition_key", partition.empty() ? json(nullptr) : json(partition)},
               {"missing", missing},
               {"there", there}}};
}

Reason asset_run_queued(const Scheduler::State& s, const std::string& partition, RunId id) {
  const ActiveRun* run = s.find_run(id);
  const std::string run_id = run == nullptr ? "" : run->row.run_id;
  return {"asset_run_queued",
          "run \"" + run_id + "\" waits for its start; what comes until then makes the next one",
          json{{"run_id", run_id}, {"partition_key", partition}}};
}

bool is_due(const DagState& dag, const Rows& rows) {
  return dag.spec->asset_schedule->holds([&](AssetIndex index) {
    return rows.contains(dag.assets.ids[static_cast<std::size_t>(index.value)]);
  });
}

void explain_partition(const Scheduler::State& s, const DagState& dag, const std::string& partition,
                       const Rows& rows, std::vector<Reason>& reasons) {
  if (!is_due(dag, rows)) return reasons.push_back(assets_missing(dag, partition, rows));
  const auto queued = dag.assets.queued_runs.find(partition);
  if (queued != dag.assets.queued_runs.end())
    return reasons.push_back(asset_run_queued(s, partition, queued->second));
  if (!dag.row.is_paused && !dag.row.is_stale)
    reasons.push_back({"next", "its run is made within a second", json::object()});
}

/// What its schedule would make at once, as Step::run_schedule does when the DAG is unpaused.
DueTicks due_when_unpaused(const DagState& dag, Instant now) {
  const Dag& spec = *dag.spec;
  DueTicks due;
  const bool starts_by_itself = (spec.schedule.once && !dag.row.once_done) ||
                                (spec.schedule.continuous && dag.queued.empty() &&
                                 dag.running.empty() && !(spec.end_date && now > *spec.end_date));
  if (starts_by_itself && spec.start_date.value_or(now) > now) {
    due.next = spec.start_date;
  } else if (starts_by_itself) {
    due.count = 1;
    due.first = {spec.schedule.once ? spec.start_date.value_or(now) : now};
  } else if (spec.timetable && dag.row.cursor) {
    const Instant cursor = cursor_set_back(spec, *dag.row.cursor, now).value_or(*dag.row.cursor);
    due = due_ticks(spec, cursor, now, most_dates);
  }
  return due;
}

/// Partitions with all the events that a run of theirs waits for.
std::int64_t asset_runs_due(const DagState& dag) {
  if (!dag.spec->asset_schedule) return 0;
  return std::count_if(dag.assets.rows.begin(), dag.assets.rows.end(), [&](const auto& partition) {
    return !dag.assets.queued_runs.contains(partition.first) && is_due(dag, partition.second);
  });
}

std::string counted(std::int64_t count, bool is_exact, const char* what) {
  return (is_exact ? "" : "at least ") + std::to_string(count) + " " + what +
         (count == 1 ? "" : "s");
}

Reason paused(const DagState& dag, Instant now) {
  const Dag& spec = *dag.spec;
  const DueTicks due = dag.row.is_stale ? DueTicks{} : due_when_unpaused(dag, now);
  const std::int64_t by_assets = dag.row.is_stale ? 0 : asset_runs_due(dag);
  json first = json::array();
  for (const Instant tick : due.first)
    first.push_back(format_instant(logical_date_of(spec, interval_of(spec, tick))));
  std::string message = "it is paused: unpause it";
  if (due.count + by_assets > 0)
    message += ", which starts " + counted(due.count + by_assets, due.count_is_exact, "run");
  if (!first.empty())
    message += (first.size() == 1 && due.count == 1 ? ", of " : ", the first of ") +
               first.front().get<std::string>();
  if (due.dropped)
    message += "; " + counted(due.dropped->count, due.dropped->count_is_exact, "missed tick") +
               (due.dropped->count == 1 ? " gets none" : " get none");
  json dropped = nullptr;
  if (due.dropped)
    dropped = {{"from", format_instant(due.dropped->from)},
               {"to", format_instant(due.dropped->to)},
               {"count", due.dropped->count},
               {"count_is_exact", due.dropped->count_is_exact}};
  return {"paused", std::move(message),
          json{{"runs", due.count},
               {"runs_are_exact", due.count_is_exact},
               {"asset_runs", by_assets},
               {"first_logical_dates", std::move(first)},
               {"dropped", std::move(dropped)},
               {"next", due.next ? json(format_instant(*due.next)) : json(nullptr)}}};
}

void explain_assets(const Scheduler::State& s, const DagState& dag, std::vector<Reason>& reasons) {
  if (dag.assets.rows.empty()) return reasons.push_back(assets_missing(dag, "", {}));
  std::size_t told = 0;
  for (const auto& [partition, rows] : dag.assets.rows) {
    if (++told > most_partitions) break;
    explain_partition(s, dag, partition, rows, reasons);
  }
}

/// The DAGs that a run of this one leads to, by what they make and wait for, until it comes back to
/// this one: their ids in order; empty when it never does.
std::vector<std::string> circle(const Scheduler::State& s, const DagState& start) {
  std::map<DagKey, DagKey> reached_from;
  std::deque<DagKey> open{start.row.key};
  while (!open.empty()) {
    const DagKey key = open.front();
    open.pop_front();
    const DagState& dag = s.dags.at(key);
    for (const Task& task : dag.spec->tasks)
      for (const AssetIndex outlet : task.outlets) {
        const AssetId id = dag.assets.ids[static_cast<std::size_t>(outlet.value)];
        for (const DagKey next : s.assets.at(id).consumers)
          if (reached_from.emplace(next, key).second) open.push_back(next);
      }
  }
  std::vector<std::string> ids;
  if (!reached_from.contains(start.row.key)) return ids;
  DagKey at = start.row.key;
  do {
    ids.insert(ids.begin(), s.dags.at(at).row.dag_id);
    at = reached_from.at(at);
  } while (at != start.row.key);
  return ids;
}

}  // namespace

Result<Explanation> Scheduler::explain_dag(std::string_view dag_id, Now now) const {
  const DagState* dag = state_->find_dag(dag_id);
  if (dag == nullptr) return fail(ErrorCode::not_found, "no DAG \"" + std::string(dag_id) + "\"");
  Explanation explanation;
  auto& reasons = explanation.reasons;
  if (dag->row.is_stale)
    reasons.push_back({"stale", "its file is gone: put it back", json::object()});
  if (dag->row.is_paused) reasons.push_back(paused(*dag, now.wall));
  const int window = std::max(1, dag->spec->max_active_runs);
  if (dag->spec->timetable && dag->scheduled_queued >= window)
    reasons.push_back({"max_active_runs",
                       "as many runs wait for their turn as may run at once, " +
                           std::to_string(window) + ": the next one is made when one starts",
                       json{{"max_active_runs", window}, {"queued", dag->scheduled_queued}}});
  else if (dag->armed && *dag->armed > now.wall)
    reasons.push_back({"next_tick", "its next run starts at " + format_instant(*dag->armed),
                       json{{"at", format_instant(*dag->armed)}}});
  if (dag->spec->asset_schedule) {
    explain_assets(*state_, *dag, reasons);
    if (const auto dags = circle(*state_, *dag); !dags.empty())
      reasons.push_back(
          {"asset_circle",
           "its runs lead to " + joined(dags) + ", that is to itself: what starts may never end",
           json{{"dags", dags}}});
  }
  if (!dag->spec->asset_schedule && dag->spec->schedule.empty())
    reasons.push_back({"no_schedule", "it has no schedule: trigger it", json::object()});
  return explanation;
}

}  // namespace weft
