#include "server/core/scheduler/step.h"

namespace weft {
namespace {

constexpr std::size_t longest_partition_key = 250;

std::string partition_of(const CreateAssetEvent& command) {
  if (command.partition_key) return *command.partition_key;
  if (!command.extra.is_object()) return "";
  const auto said = command.extra.find("partition_key");
  return said != command.extra.end() && said->is_string() ? said->get<std::string>() : "";
}

/// What waits of a DAG and fits the command.
std::vector<AssetQueuedRow> queued_rows(const DagState& dag,
                                        const DeleteQueuedAssetEvents& command) {
  std::vector<AssetQueuedRow> found;
  for (const auto& [partition, rows] : dag.assets.rows)
    for (const auto& [asset, row] : rows) {
      const bool fits = !command.asset || command.asset == asset;
      if (fits && (!command.before || row.at < *command.before)) found.push_back(row);
    }
  return found;
}

}  // namespace

Result<Answer> apply(Step& step, const CreateAssetEvent& command) {
  const auto asset = step.s.assets.find(command.asset);
  if (asset == step.s.assets.end())
    return fail(ErrorCode::not_found, "no asset " + std::to_string(command.asset.value));
  if (!command.extra.is_null() && !command.extra.is_object())
    return fail(ErrorCode::unprocessable, "extra: must be an object");
  AssetEventRow event;
  event.partition_key = partition_of(command);
  if (event.partition_key.size() > longest_partition_key)
    return fail(ErrorCode::unprocessable, "partition_key: at most 250 characters");
  if (!command.idempotency_key.empty()) {
    const auto used = step.s.history.idempotency(command.idempotency_key);
    if (used && step.now.wall - used->at < std::chrono::hours(24)) {
      if (used->request_hash != command.request_hash)
        return fail(ErrorCode::unprocessable,
                    "Idempotency-Key was used within 24 hours with another body");
      return Answer{AssetEventAnswer{used->run.value, true}};
    }
  }
  event.asset = command.asset;
  event.extra = command.extra.is_null() ? nlohmann::json::object() : command.extra;
  const std::int64_t id = step.asset_event(std::move(event));
  if (!command.idempotency_key.empty())
    step.record(
        IdempotencyRow{command.idempotency_key, command.request_hash, RunId{id}, step.now.wall});
  step.audit(command.actor, "create_asset_event", "", "", "", asset->second.row.uri);
  return Answer{AssetEventAnswer{id, false}};
}

Result<Answer> apply(Step& step, const DeleteQueuedAssetEvents& command) {
  std::vector<DagKey> dags;
  if (!command.dag_id.empty()) {
    const DagState* dag = step.s.find_dag(command.dag_id);
    if (dag == nullptr) return fail(ErrorCode::not_found, "no DAG \"" + command.dag_id + "\"");
    dags.push_back(dag->row.key);
  }
  if (command.asset) {
    const auto asset = step.s.assets.find(command.asset);
    if (asset == step.s.assets.end())
      return fail(ErrorCode::not_found, "no asset " + std::to_string(command.asset.value));
    if (dags.empty()) dags.assign(asset->second.consumers.begin(), asset->second.consumers.end());
  }
  std::int64_t count = 0;
  for (const DagKey key : dags) {
    DagState& dag = step.s.dags.at(key);
    for (const AssetQueuedRow& row : queued_rows(dag, command)) {
      step.forget_queued(dag, row.asset, row.partition_key);
      ++count;
    }
  }
  if (count == 0) return fail(ErrorCode::not_found, "no event of an asset waits there");
  step.audit(command.actor, "delete_queued_asset_events", command.dag_id, "", "",
             std::to_string(count));
  return Answer{CountAnswer{count}};
}

}  // namespace weft
