#pragma once

// The only connection that writes, and checkpoints. It belongs to the engine thread.

#include <array>
#include <memory>
#include <string>

#include "server/core/scheduler/history.h"
#include "server/storage/database.h"
#include "server/storage/version_cache.h"
#include "server/storage/worker_keys.h"
#include "server/storage/writer_sql.h"

namespace weft::storage {

/// One batch: begin, write…, commit or rollback. Reads (History) see what the batch has written.
/// Not thread safe. A failed fsync ends the process (sqlite_error).
class Writer final : public History {
 public:
  /// Opens or makes and migrates the database. `path` is a file whose folder exists, or ":memory:"
  /// for one that ends with the last connection to location(). The caller holds the folder's lock.
  /// Errors: unavailable (cannot be opened, disk full), conflict (newer schema), internal (damaged,
  /// or not ours), each naming the file and the fix.
  static Result<std::unique_ptr<Writer>> open(const std::string& path);
  ~Writer() override;

  /// What Readers::open takes.
  const std::string& location() const { return location_; }
  /// A UUID, made with the database: workers refuse another's.
  const std::string& database_id() const { return database_id_; }
  /// May be shared with readers.
  VersionCache& versions() { return versions_; }

  /// Starts a batch. Nothing is locked before its first write: a batch without changes is free.
  void begin();
  /// Writes one row. Of a RunRow that exists, only what may change is written (not its ids, dates,
  /// conf, params). Errors: unavailable or internal; the batch must be rolled back.
  Result<void> write(const Change& change);
  /// The same for rows that the scheduler has no word for (Engine::write).
  Result<void> put(const JoinTokenRow& row);
  Result<void> put(const WorkerKeyRow& row);
  Result<void> delete_join_token(const std::string& id);
  /// Deletes events from before, of the oldest thousand; how many. The newest one stays: the next
  /// one's number follows it.
  Result<std::int64_t> forget_events(Instant before);
  Result<void> delete_worker_key(const std::string& worker);
  /// Durable when it returns. Errors: as write, also of a read by History in this batch that
  /// failed (its answer was "nothing there"); the batch must be rolled back.
  Result<void> commit();
  /// Forgets the batch. Never fails: what SQLite could not keep is not there.
  void rollback();

  /// Outside of a batch: does the disk take a write now? Errors: as write.
  Result<void> probe();

  /// All that is active. Errors: unavailable, internal (damaged, a version that won't compile).
  Result<Snapshot> load_snapshot() const;

  /// Between batches: moves the write-ahead log into the database when it has grown by 16 MiB, or
  /// when idle, by 1 MiB. What cannot be done now (readers, a full disk) is done later.
  Result<void> checkpoint_if_due(bool idle);

  std::optional<RunRow> run(RunId run) const override;
  std::optional<RunRow> run_by_id(DagKey dag, std::string_view run_id) const override;
  std::optional<RunRow> run_by_logical_date(DagKey dag, Instant logical_date) const override;
  std::optional<RunSnapshot> load_run(RunId run) const override;
  std::shared_ptr<const Dag> load_version(VersionId version) const override;
  std::shared_ptr<const nlohmann::json> outputs(InstanceId instance) const override;
  std::optional<AttemptRow> attempt(AttemptId attempt) const override;
  std::optional<BackfillRow> backfill(BackfillId backfill) const override;
  std::optional<IdempotencyRow> idempotency(std::string_view key) const override;
  std::optional<RunRow> previous_success(DagKey dag, Instant before) const override;
  std::optional<RunRow> previous_run(DagKey dag, Instant before) const override;
  std::vector<InstanceRow> instances_of(RunId run, std::string_view task_id) const override;
  std::optional<InstanceRow> instance_of(RunId run, std::string_view task_id,
                                         int map_index) const override;
  std::vector<RunKey> runs_by_id(DagKey dag, RunId after, RunId last, int limit) const override;
  std::vector<RunKey> runs_by_date(DagKey dag, Instant after, Instant last,
                                   int limit) const override;
  std::int64_t count_runs_by_id(DagKey dag, RunId last) const override;
  std::int64_t count_runs_by_date(DagKey dag, Instant after, Instant last) const override;
  bool has_record(RecordKind kind, std::string_view key) const override;
  std::vector<InstanceId> instance_ids(RunId run, int limit) const override;
  std::vector<AssetConsumedRow> consumed_assets(RunId run) const override;
  std::optional<AssetEventRow> newest_asset_event(
      AssetId asset, const std::optional<std::string>& partition_key) const override;
  std::vector<AssetEventRow> asset_events(AssetId asset, std::string_view partition_key,
                                          std::int64_t first, std::int64_t last,
                                          int most) const override;

 private:
  Writer(Database database, std::string location);
  Result<void> set_up(bool is_file);
  Result<void> prepare_all();
  Result<void> load_database_id();
  Result<void> load_audit_head();
  Result<void> ensure_transaction();
  void wal_grew_to(int pages);

  Result<void> put(const DagRow& row);
  Result<void> put(const VersionRow& row);
  Result<void> put(const RunRow& row);
  Result<void> put(const InstanceRow& row);
  Result<void> put(const MappingRow& row);
  Result<void> put(const AttemptRow& row);
  Result<void> put(const OutputsWritten& row);
  Result<void> put(const EventRow& row);
  Result<void> put(const PoolRow& row);
  Result<void> put(const PoolDeleted& row);
  Result<void> put(const WorkerRow& row);
  Result<void> put(const ImportErrorRow& row);
  Result<void> put(const ImportErrorCleared& row);
  Result<void> put(const IdempotencyRow& row);
  Result<void> put(const AuditRow& row);
  Result<void> put(const BackfillRow& row);
  Result<void> put(const JobRow& row);
  Result<void> put(const IdsRetired& row);
  Result<void> put(const InstanceDeleted& row);
  Result<void> put(const RunDeleted& row);
  Result<void> put(const DagDeleted& row);
  Result<void> put(const OutputRow& row);
  Result<void> put(const OutputDeleted& row);
  Result<void> put(const AssetRow& row);
  Result<void> put(const AssetReferences& row);
  Result<void> put(const AssetEventRow& row);
  Result<void> put(const AssetQueuedRow& row);
  Result<void> put(const AssetQueuedDeleted& row);
  Result<void> put(const AssetConsumedRow& row);
  Result<void> put(const ApprovalRow& row);
  Result<void> put(const ApprovalAnswered& row);
  Result<void> put(const VariableRow& row);
  Result<void> put(const ConnectionRow& row);
  Result<void> put(const UserRow& row);
  Result<void> put(const TokenRow& row);
  Result<void> put(const RecordDeleted& row);
  Result<void> insert(const RunRow& row);

  Result<void> load_ids(HighestIds& highest) const;
  Result<void> load_assets(Snapshot& snapshot) const;
  Result<void> load_versions(Snapshot& snapshot) const;
  Result<VersionRow> version_row(const Statement& row) const;
  Result<RunSnapshot> complete(RunRow run) const;

  Statement& use(Sql sql) const { return statements_[static_cast<std::size_t>(sql)]; }
  /// A failed read is remembered for the commit, since History has no place for an error.
  template <class T>
  T remember(Result<T> result) const;
  template <class Row, class Read>
  std::optional<Row> first(Sql sql, Read read) const;
  template <class Row, class Read>
  std::vector<Row> all(Sql sql, Read read) const;

  // Declared in the order of their lives: statements end before their connection.
  std::string location_;
  mutable Database database_;
  mutable std::array<Statement, sql_count> statements_;
  Statement begin_, commit_;
  mutable VersionCache versions_;
  std::string database_id_;
  mutable std::optional<Error> failed_read_;
  std::string audit_head_;            ///< the newest hash, of this batch, too
  std::string committed_audit_head_;  ///< … before it
  int wal_pages_ = 0;
  int checkpointed_pages_ = 0;  ///< of those, already tried to move
};

}  // namespace weft::storage
