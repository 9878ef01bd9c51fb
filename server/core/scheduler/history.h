#pragma once

// What the scheduler asks about the past, and what it is rebuilt from. Implemented by
// server/storage on the writer's connection: answers include what this batch has written.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/scheduler/change.h"

namespace weft {

/// A run with all its instances, and its attempts that have no outcome yet.
struct RunSnapshot {
  RunRow run;
  std::vector<InstanceRow> instances;  ///< by id
  std::vector<MappingRow> mappings;
  std::vector<AttemptRow> active_attempts;
  /// Outputs of at most 64 KiB each; larger ones are asked for by History::outputs.
  std::vector<OutputsWritten> outputs;
};

/// What a walk along a DAG's runs needs of each.
struct RunKey {
  RunId id;
  std::optional<Instant> logical_date;
  Instant queued_at{};
  std::optional<Instant> ended_at;
};

class History {
 public:
  virtual ~History() = default;
  virtual std::optional<RunRow> run(RunId run) const = 0;
  virtual std::optional<RunRow> run_by_id(DagKey dag, std::string_view run_id) const = 0;
  virtual std::optional<RunRow> run_by_logical_date(DagKey dag, Instant logical_date) const = 0;
  virtual std::optional<RunSnapshot> load_run(RunId run) const = 0;
  virtual std::shared_ptr<const Dag> load_version(VersionId version) const = 0;
  virtual std::shared_ptr<const nlohmann::json> outputs(InstanceId instance) const = 0;
  virtual std::optional<AttemptRow> attempt(AttemptId attempt) const = 0;
  virtual std::optional<BackfillRow> backfill(BackfillId backfill) const = 0;
  virtual std::optional<IdempotencyRow> idempotency(std::string_view key) const = 0;
  /// The run with the latest logical date before this, in any state.
  virtual std::optional<RunRow> previous_run(DagKey dag, Instant before) const = 0;
  /// By map index.
  virtual std::vector<InstanceRow> instances_of(RunId run, std::string_view task_id) const = 0;
  virtual std::optional<InstanceRow> instance_of(RunId run, std::string_view task_id,
                                                 int map_index) const = 0;
  /// The data interval and start of the latest successful run before `before` (by logical date).
  virtual std::optional<RunRow> previous_success(DagKey dag, Instant before) const = 0;
  /// The next runs of a DAG by id, from behind `after` to `last`, at most `limit`.
  virtual std::vector<RunKey> runs_by_id(DagKey dag, RunId after, RunId last, int limit) const = 0;
  /// … by logical date, from behind `after` to `last`; runs without one stay out.
  virtual std::vector<RunKey> runs_by_date(DagKey dag, Instant after, Instant last,
                                           int limit) const = 0;
  virtual std::int64_t count_runs_by_id(DagKey dag, RunId last) const = 0;
  virtual std::int64_t count_runs_by_date(DagKey dag, Instant after, Instant last) const = 0;
  virtual bool has_record(RecordKind kind, std::string_view key) const = 0;
  /// Some instances of a run.
  virtual std::vector<InstanceId> instance_ids(RunId run, int limit) const = 0;
  /// By asset.
  virtual std::vector<AssetConsumedRow> consumed_assets(RunId run) const = 0;
  /// Of one partition, the newest `most` with ids from first to last, by id.
  virtual std::vector<AssetEventRow> asset_events(AssetId asset, std::string_view partition_key,
                                                  std::int64_t first, std::int64_t last,
                                                  int most) const = 0;
  /// nullopt for the partition: of all.
  virtual std::optional<AssetEventRow> newest_asset_event(
      AssetId asset, const std::optional<std::string>& partition_key) const = 0;
};

/// The highest ids in use: allocation goes on behind them.
struct HighestIds {
  DagKey dag;
  VersionId version;
  RunId run;
  InstanceId instance;
  AttemptId attempt;
  WorkerId worker;
  AssetId asset;
  std::int64_t asset_event = 0;
  std::int64_t event = 0;
  std::int64_t import_error = 0;
  BackfillId backfill;
  JobId job;
};

/// All that is active: what a start or a rebuild needs.
struct Snapshot {
  HighestIds highest;
  std::vector<DagRow> dags;
  std::vector<VersionRow> versions;  ///< the current ones and those of active runs
  std::vector<RunSnapshot> runs;     ///< not over, or with an attempt not over
  std::vector<PoolRow> pools;
  std::vector<WorkerRow> workers;  ///< not gone
  std::vector<ImportErrorRow> import_errors;
  std::vector<BackfillRow> backfills;  ///< not over
  std::vector<JobRow> jobs;            ///< not done
  std::vector<AssetRow> assets;
  std::vector<AssetQueuedRow> asset_queue;
};

}  // namespace weft
