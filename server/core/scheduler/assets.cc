// Assets: what the DAGs' versions say of them, events and the queues of those that wait for them.
// asset_runs.cc makes runs of what waits.

#include <algorithm>

#include "base/check.h"
#include "server/core/scheduler/step.h"

namespace weft {
namespace {

constexpr std::size_t longest_partition_key = 250;
constexpr std::string_view output_key = "asset_events";

std::size_t at(AssetIndex index) {
  return static_cast<std::size_t>(index.value);
}

/// What the DAG waits for, ascending, without doubles.
std::set<AssetId> awaited(const DagState& dag) {
  std::vector<AssetIndex> indexes;
  if (dag.spec->asset_schedule) dag.spec->asset_schedule->collect(indexes);
  std::set<AssetId> ids;
  for (const AssetIndex index : indexes) ids.insert(dag.assets.ids[at(index)]);
  return ids;
}

AssetReferences references_of(const DagState& dag, Instant now) {
  AssetReferences references{dag.row.key, dag.row.current_version, now, {}};
  for (const AssetId id : awaited(dag))
    references.all.push_back({id, AssetReference::Kind::schedule, ""});
  for (const Task& task : dag.spec->tasks) {
    for (const AssetIndex index : task.inlets)
      references.all.push_back({dag.assets.ids[at(index)], AssetReference::Kind::inlet, task.id});
    for (const AssetIndex index : task.outlets)
      references.all.push_back({dag.assets.ids[at(index)], AssetReference::Kind::outlet, task.id});
  }
  return references;
}

EventRow problem(DagKey dag, std::string detail) {
  EventRow row;
  row.kind = EventRow::Kind::asset_problem;
  row.dag = dag;
  row.detail = std::move(detail);
  return row;
}

}  // namespace

/// Those that are new, and what this DAG says of those that are known.
void Step::put_assets(const Dag& spec) {
  for (const AssetSpec& asset : spec.assets) {
    const auto [place, is_new] = s.asset_by_uri.emplace(asset.uri, AssetId{});
    if (is_new) place->second = AssetId{++s.ids.asset.value};
    AssetRow& row = s.assets[place->second].row;
    AssetRow said = row;
    if (is_new) {
      said = {place->second, asset.uri, asset.uri, "asset", nlohmann::json::object(),
              now.wall,      now.wall};
    }
    if (asset.name) said.name = *asset.name;
    if (asset.group) said.group = *asset.group;
    if (!asset.extra.is_null()) said.extra = asset.extra;
    const bool same = said.name == row.name && said.group == row.group && said.extra == row.extra;
    if (!is_new && same) continue;
    said.updated_at = now.wall;
    row = said;
    record(std::move(said));
  }
}

void Step::adopt_assets(DagState& dag, const Dag* before) {
  const Dag& spec = *dag.spec;
  if (spec.assets.empty() && (before == nullptr || before->assets.empty())) return;
  put_assets(spec);
  dag.assets.ids.clear();
  for (const AssetSpec& asset : spec.assets) dag.assets.ids.push_back(s.asset_by_uri.at(asset.uri));
  record(references_of(dag, now.wall));

  const std::set<AssetId> wanted = awaited(dag);
  if (before != nullptr)
    for (const AssetSpec& asset : before->assets)
      s.assets.at(s.asset_by_uri.at(asset.uri)).consumers.erase(dag.row.key);
  for (const AssetId id : wanted) s.assets.at(id).consumers.insert(dag.row.key);
  std::vector<AssetQueuedRow> unwanted;
  for (const auto& [partition, rows] : dag.assets.rows)
    for (const auto& [asset, row] : rows)
      if (!wanted.contains(asset)) unwanted.push_back(row);
  for (const AssetQueuedRow& row : unwanted) forget_queued(dag, row.asset, row.partition_key);
}

void Step::forget_queued(DagState& dag, AssetId asset, const std::string& partition) {
  AssetQueue& queue = dag.assets;
  const auto rows = queue.rows.find(partition);
  if (rows == queue.rows.end() || rows->second.erase(asset) == 0) return;
  --queue.size;
  queue.told_full = false;
  record(AssetQueuedDeleted{dag.row.key, asset, partition});
  if (rows->second.empty()) queue.rows.erase(rows);
}

std::int64_t Step::asset_event(AssetEventRow row) {
  row.id = ++s.ids.asset_event;
  row.at = now.wall;
  record(row);
  for (const DagKey consumer : s.assets.at(row.asset).consumers)
    queue_event(s.dags.at(consumer), row);
  if (!s.waits.empty()) {
    wake({Awaited::Kind::asset, row.asset.value, "", -1});
    wake({Awaited::Kind::asset, row.asset.value, row.partition_key, 0});
  }
  const std::int64_t id = row.id;
  fresh_events_[row.asset].push_back(std::move(row));
  return id;
}

void Step::queue_event(DagState& dag, const AssetEventRow& row) {
  AssetQueue& queue = dag.assets;
  const auto known = queue.rows.find(row.partition_key);
  const bool is_new = known == queue.rows.end() || !known->second.contains(row.asset);
  if (is_new && queue.size >= max_asset_queue) {
    if (!std::exchange(queue.told_full, true))
      event(problem(dag.row.key, "events of " + std::to_string(queue.size) +
                                     " assets and partitions wait for a run: further ones are "
                                     "not kept for this DAG"));
    return;
  }
  AssetQueuedRow& waiting = queue.rows[row.partition_key][row.asset];
  if (is_new) {
    waiting = {dag.row.key, row.asset, row.partition_key, row.at, row.id, row.id};
    ++queue.size;
  }
  waiting.last_event = row.id;
  record(waiting);
  queue.to_check.insert(row.partition_key);
  arm_assets(dag);
}

/// Fills the event's extra and partition from what the task wrote.
static std::string read_extra(AssetEventRow& row, const nlohmann::json* outputs,
                              const std::string& uri) {
  row.extra = nlohmann::json::object();
  const auto said = outputs == nullptr ? nlohmann::json::const_iterator{}
                                       : outputs->find(std::string(output_key));
  if (outputs == nullptr || said == outputs->end()) return "";
  if (!said->is_object()) return "the output \"asset_events\" is no object {uri: extra}";
  const auto extra = said->find(uri);
  if (extra == said->end()) return "";
  if (!extra->is_object()) return "the output \"asset_events\" has no object for " + uri;
  row.extra = *extra;
  const auto partition = extra->find("partition_key");
  if (partition == extra->end() || !partition->is_string()) return "";
  row.partition_key = partition->get<std::string>();
  if (row.partition_key.size() <= longest_partition_key) return "";
  row.partition_key.clear();
  return "the partition_key of " + uri + " has more than 250 characters";
}

void Step::make_outlets(const ActiveRun& run, const Instance& instance) {
  const Task& task = run.task_of(instance);
  const auto fresh = fresh_outputs_.find(instance.row.id);
  const nlohmann::json* outputs =
      fresh != fresh_outputs_.end() && fresh->second && fresh->second->is_object()
          ? fresh->second.get()
          : nullptr;
  for (const AssetIndex outlet : task.outlets) {
    const AssetSpec& asset = run.dag().asset(outlet);
    AssetEventRow row;
    row.asset = s.asset_by_uri.at(asset.uri);
    row.source_dag_id = run.facts->dag_id;
    row.source_run_id = run.row.run_id;
    row.source_task_id = task.id;
    row.source_map_index = instance.row.map_index;
    std::string wrong = read_extra(row, outputs, asset.uri);
    if (!wrong.empty()) {
      EventRow told = problem(run.row.dag, std::move(wrong));
      told.run = run.row.id;
      told.instance = instance.row.id;
      event(std::move(told));
    }
    asset_event(std::move(row));
  }
}

}  // namespace weft
