#include "tests/simulation/asset_ledger.h"

#include <algorithm>

#include "tests/simulation/checker.h"
#include "tests/simulation/require.h"

namespace weft::sim {
namespace {

using nlohmann::json;

/// The tree of a file's schedule; null when it has none.
json tree_of(const Dag& dag) {
  const json schedule = json::parse(dag.source).value("schedule", json());
  if (!schedule.is_object()) return nullptr;
  if (schedule.contains("assets")) return schedule["assets"];
  if (schedule.contains("any"))
    for (const json& part : schedule["any"])
      if (part.is_object() && part.contains("assets")) return part["assets"];
  return nullptr;
}

std::string uri_of(const json& asset) {
  return asset.is_string() ? asset.get<std::string>() : asset["uri"].get<std::string>();
}

void collect(const json& tree, std::set<std::string>& uris) {
  for (const char* kind : {"all", "any"})
    if (tree.is_object() && tree.contains(kind)) {
      for (const json& part : tree[kind]) collect(part, uris);
      return;
    }
  if (!tree.is_null()) uris.insert(uri_of(tree));
}

template <class Row, class See>
void each(const Changes& changes, See see) {
  for (const Change& change : changes.rows)
    if (const auto* row = std::get_if<Row>(&change)) see(*row);
}

}  // namespace

bool AssetLedger::holds(const json& tree, const std::set<std::string>& there) const {
  if (tree.is_object() && tree.contains("all"))
    return std::all_of(tree["all"].begin(), tree["all"].end(),
                       [&](const json& part) { return holds(part, there); });
  if (tree.is_object() && tree.contains("any"))
    return std::any_of(tree["any"].begin(), tree["any"].end(),
                       [&](const json& part) { return holds(part, there); });
  return there.contains(uri_of(tree));
}

void AssetLedger::rolled_back() {
  if (saved_) book_ = std::move(*saved_);
  saved_.reset();
}

void AssetLedger::step(const Command& command, const Changes& changes, bool edit,
                       const Scheduler& scheduler) {
  if (!saved_) saved_ = book_;
  see_dags(changes);
  see_runs(changes);
  std::set<Key> taken_now;
  each<AssetConsumedRow>(changes, [&](const AssetConsumedRow& row) {
    taken_now.insert({row.dag, row.asset, row.partition_key});
  });
  for (const Change& change : changes.rows) {  // in the order in which they happened
    if (const auto* taken = std::get_if<AssetConsumedRow>(&change)) consume(*taken);
    if (const auto* gone = std::get_if<AssetQueuedDeleted>(&change))
      if (!taken_now.contains({gone->dag, gone->asset, gone->partition_key}))
        forget(command, *gone);
    if (const auto* made = std::get_if<AssetEventRow>(&change)) add(*made);
    if (const auto* dag = std::get_if<DagDeleted>(&change)) forget_dag(dag->key);
  }
  if (!edit) outlets(changes);
  queues(changes);
  somebody_looks(scheduler);
}

void AssetLedger::see_dags(const Changes& changes) {
  each<AssetRow>(changes, [&](const AssetRow& row) {
    for (const auto& [id, uri] : book_.uris)
      REQUIRE(id == row.id || uri != row.uri, "two assets with the uri " + row.uri);
    book_.uris[row.id] = row.uri;
  });
  each<VersionRow>(changes, [&](const VersionRow& row) {
    book_.versions[row.id] = {tree_of(*row.spec), row.spec};
  });
  each<DagRow>(changes, [&](const DagRow& row) {
    DagBook& dag = book_.dags[row.key];
    dag.dag_id = row.dag_id;
    dag.is_paused = row.is_paused;
    dag.is_stale = row.is_stale;
    dag.version = row.current_version;
    dag.tree = book_.versions.at(row.current_version).first;
    dag.uris.clear();
    if (row.dag_id.starts_with("deleted/")) dag.tree = nullptr;  // nothing comes of it any more
    collect(dag.tree, dag.uris);
  });
}

void AssetLedger::see_runs(const Changes& changes) {
  each<RunRow>(changes, [&](const RunRow& row) {
    const DagBook& dag = book_.dags.at(row.dag);
    book_.names[row.id] = {dag.dag_id + " " + row.run_id, row.version};
    const bool is_new = book_.runs.insert(row.id).second;
    if (row.type != RunType::asset_triggered) return;
    auto& queued = book_.queued[{row.dag, row.partition_key}];
    if (row.state == RunState::queued)
      queued.insert(row.id);
    else
      queued.erase(row.id);
    if (!is_new) return;
    REQUIRE(!dag.is_stale, "an asset-triggered run of the stale DAG " + dag.dag_id);
    REQUIRE(!row.logical_date && row.data_interval->start == row.run_after &&
                row.data_interval->end == row.run_after,
            "the asset-triggered run " + row.run_id + " has another interval than its moment");
    std::set<std::string> events;
    each<AssetConsumedRow>(changes, [&](const AssetConsumedRow& consumed) {
      if (consumed.run == row.id) events.insert(book_.uris.at(consumed.asset));
    });
    REQUIRE(!dag.tree.is_null() && holds(dag.tree, events),
            "run " + row.run_id + " of " + dag.dag_id + " was made though its condition is false");
  });
}

void AssetLedger::consume(const AssetConsumedRow& row) {
  const Key key{row.dag, row.asset, row.partition_key};
  const std::string what = "run " + text(row.run) + " has events " +
                           std::to_string(row.first_event) + " to " +
                           std::to_string(row.last_event) + " of " + book_.uris.at(row.asset);
  const auto pending = book_.pending.find(key);
  REQUIRE(pending != book_.pending.end(), what + ", none was waiting");
  REQUIRE(
      *pending->second.begin() == row.first_event && *pending->second.rbegin() == row.last_event,
      what + ", others were waiting");
  REQUIRE(book_.taken[key] < row.first_event, what + ", which another run had");
  book_.taken[key] = row.last_event;
  book_.pending.erase(pending);
}

void AssetLedger::forget(const Command& command, const AssetQueuedDeleted& row) {
  const auto pending = book_.pending.find({row.dag, row.asset, row.partition_key});
  if (pending == book_.pending.end()) return;
  const bool asked = std::holds_alternative<DeleteQueuedAssetEvents>(command);
  const bool wanted = book_.dags.at(row.dag).uris.contains(book_.uris.at(row.asset));
  REQUIRE(asked || !wanted, "events of " + book_.uris.at(row.asset) + " were forgotten");
  book_.pending.erase(pending);
}

/// What waited for it goes with it.
void AssetLedger::forget_dag(DagKey dag) {
  book_.dags.erase(dag);
  std::erase_if(book_.pending, [&](const auto& one) { return std::get<0>(one.first) == dag; });
}

void AssetLedger::add(const AssetEventRow& row) {
  const std::string& uri = book_.uris.at(row.asset);
  for (const auto& [key, dag] : book_.dags)
    if (dag.uris.contains(uri)) book_.pending[{key, row.asset, row.partition_key}].insert(row.id);
}

/// Each success by work is an event of each of the task's outlets, and of nothing else: what people
/// mark as a success, in a step of theirs or a later slice, made nothing.
void AssetLedger::outlets(const Changes& changes) const {
  std::map<InstanceId, const InstanceRow*> instances;
  each<InstanceRow>(changes, [&](const InstanceRow& row) { instances[row.id] = &row; });
  std::multiset<std::string> expected, made;
  each<EventRow>(changes, [&](const EventRow& row) {
    if (row.kind != EventRow::Kind::task_state ||
        static_cast<TaskState>(row.to) != TaskState::success || row.detail.starts_with("marked "))
      return;
    const InstanceRow& instance = *instances.at(row.instance);
    const auto& [name, version] = book_.names.at(row.run);
    const Dag& dag = *book_.versions.at(version).second;
    const json task = dag.find_task(instance.task_id)->source;
    for (const json& outlet : task.value("outlets", json::array()))
      expected.insert(name + " " + instance.task_id + " " + std::to_string(instance.map_index) +
                      " " + uri_of(outlet));
  });
  each<AssetEventRow>(changes, [&](const AssetEventRow& row) {
    if (row.source_task_id.empty()) return;
    made.insert(row.source_dag_id + " " + row.source_run_id + " " + row.source_task_id + " " +
                std::to_string(row.source_map_index) + " " + book_.uris.at(row.asset));
  });
  REQUIRE(expected == made, "tasks succeeded that have " + std::to_string(expected.size()) +
                                " outlets, there are " + std::to_string(made.size()) + " events" +
                                (expected.empty() ? "" : ": " + *expected.begin()));
}

/// The rows of the queue say the first and the last of what waits.
void AssetLedger::queues(const Changes& changes) const {
  std::map<Key, const AssetQueuedRow*> last;
  for (const Change& change : changes.rows) {
    if (const auto* row = std::get_if<AssetQueuedRow>(&change))
      last[{row->dag, row->asset, row->partition_key}] = row;
    if (const auto* row = std::get_if<AssetQueuedDeleted>(&change))
      last.erase({row->dag, row->asset, row->partition_key});
  }
  for (const auto& [key, row] : last) {
    const auto pending = book_.pending.find(key);
    REQUIRE(pending != book_.pending.end() && *pending->second.begin() == row->first_event &&
                *pending->second.rbegin() == row->last_event,
            "the queue of DAG " + text(row->dag) + " has other events of " +
                book_.uris.at(row->asset) + " than there are");
  }
}

std::set<std::string> AssetLedger::waiting(DagKey dag, const std::string& partition) const {
  std::set<std::string> there;
  for (const auto& [asset, uri] : book_.uris)
    if (book_.pending.contains({dag, asset, partition})) there.insert(uri);
  return there;
}

/// A condition that holds has a run that waits, or a timer that will make one.
void AssetLedger::somebody_looks(const Scheduler& scheduler) const {
  for (const auto& [key, events] : book_.pending) {
    const auto& [dag_key, asset, partition] = key;
    const DagBook& dag = book_.dags.at(dag_key);
    if (dag.is_paused || dag.is_stale || dag.tree.is_null()) continue;
    if (!holds(dag.tree, waiting(dag_key, partition))) continue;
    const auto queued = book_.queued.find({dag_key, partition});
    if (queued != book_.queued.end() && !queued->second.empty()) continue;
    const AssetQueue& queue = scheduler.state().dags.at(dag_key).assets;
    REQUIRE(
        queue.armed && queue.to_check.contains(partition),
        "nobody looks at what waits for DAG " + dag.dag_id + " in partition \"" + partition + "\"");
  }
}

void AssetLedger::compare(const Snapshot& snapshot) const {
  for (const AssetQueuedRow& row : snapshot.asset_queue) {
    const auto pending = book_.pending.find({row.dag, row.asset, row.partition_key});
    REQUIRE(pending != book_.pending.end() && *pending->second.begin() == row.first_event &&
                *pending->second.rbegin() == row.last_event,
            "the table of the asset queue differs from what waits");
  }
  REQUIRE(snapshot.asset_queue.size() == book_.pending.size(),
          "the table of the asset queue has " + std::to_string(snapshot.asset_queue.size()) +
              " rows, " + std::to_string(book_.pending.size()) + " should wait");
}

}  // namespace weft::sim
