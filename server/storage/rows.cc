#include "server/storage/rows.h"

namespace weft::storage {
namespace {

/// Reads columns one after another.
class Cursor {
 public:
  Cursor(const Statement& row, int first) : row_(row), next_(first) {}

  std::int64_t integer() { return row_.integer(next_++); }
  std::int32_t small() { return static_cast<std::int32_t>(integer()); }
  bool boolean() { return integer() != 0; }
  std::string string() { return row_.string(next_++); }
  nlohmann::json json() { return stored_json(row_.text(next_++)); }
  Instant instant() { return row_.instant(next_++); }
  std::optional<Instant> optional_instant() { return row_.optional_instant(next_++); }
  template <class Id>
  Id id() {
    return Id{integer()};
  }
  template <class Enum>
  Enum state() {
    return static_cast<Enum>(integer());
  }

 private:
  const Statement& row_;
  int next_;
};

}  // namespace

nlohmann::json stored_json(std::string_view text) {
  auto value = nlohmann::json::parse(text, nullptr, false);
  if (value.is_discarded()) return nullptr;
  return value;
}

std::string prefixed(const char* table, const char* column_list) {
  std::string all;
  std::string_view rest = column_list;
  for (;;) {
    const auto comma = rest.find(", ");
    all.append(table).append(".").append(rest.substr(0, comma));
    if (comma == std::string_view::npos) return all;
    all.append(", ");
    rest.remove_prefix(comma + 2);
  }
}

// Members are initialised in the order in which they are written: that of the columns.

DagRow dag_row(const Statement& row, int first) {
  Cursor c(row, first);
  return {.key = c.id<DagKey>(),
          .dag_id = c.string(),
          .bundle = c.string(),
          .path = c.string(),
          .is_paused = c.boolean(),
          .is_stale = c.boolean(),
          .has_import_errors = c.boolean(),
          .current_version = c.id<VersionId>(),
          .cursor = c.optional_instant(),
          .once_done = c.boolean(),
          .version_count = c.integer(),
          .consecutive_failures = c.small(),
          .last_parsed = c.instant()};
}

RunRow run_row(const Statement& row, int first) {
  Cursor c(row, first);
  RunRow run;
  run.id = c.id<RunId>();
  run.dag = c.id<DagKey>();
  run.version = c.id<VersionId>();
  run.run_id = c.string();
  run.type = c.state<RunType>();
  run.triggered_by = c.state<TriggeredBy>();
  run.state = c.state<RunState>();
  run.logical_date = c.optional_instant();
  const auto start = c.optional_instant();
  const auto end = c.optional_instant();
  if (start && end) run.data_interval = DataInterval{*start, *end};
  run.run_after = c.instant();
  run.queued_at = c.instant();
  run.started_at = c.optional_instant();
  run.ended_at = c.optional_instant();
  run.conf = c.json();
  run.params = c.json();
  run.note = c.string();
  run.reason = c.string();
  run.actor = c.string();
  run.failed_tasks = c.small();
  run.materialized = c.boolean();
  run.backfill = c.id<BackfillId>();
  run.partition_key = c.string();
  for (const auto& dag_id : c.json()) run.triggered_through.push_back(dag_id);
  return run;
}

InstanceRow instance_row(const Statement& row, int first) {
  Cursor c(row, first);
  InstanceRow instance;
  instance.id = c.id<InstanceId>();
  instance.run = c.id<RunId>();
  instance.task_id = c.string();
  instance.map_index = c.small();
  instance.state = c.state<TaskState>();
  instance.try_number = c.small();
  instance.failures = c.small();
  instance.losses = c.small();
  instance.attempt = c.id<AttemptId>();
  instance.scheduled_at = c.optional_instant();
  instance.queued_at = c.optional_instant();
  instance.started_at = c.optional_instant();
  instance.ended_at = c.optional_instant();
  instance.retry_at = c.optional_instant();
  instance.reason = c.string();
  instance.note = c.string();
  instance.updated_at = c.instant();
  instance.concurrency_key = c.string();
  instance.group_retries = c.small();
  instance.pokes = c.small();
  return instance;
}

MappingRow mapping_row(const Statement& row, int first) {
  Cursor c(row, first);
  return {.run = c.id<RunId>(),
          .owner = c.string(),
          .length = c.small(),
          .lists = std::make_shared<const nlohmann::json>(c.json())};
}

AttemptRow attempt_row(const Statement& row, int first) {
  Cursor c(row, first);
  AttemptRow attempt;
  attempt.id = c.id<AttemptId>();
  attempt.instance = c.id<InstanceId>();
  attempt.run = c.id<RunId>();
  attempt.try_number = c.small();
  attempt.state = c.state<AttemptState>();
  attempt.worker = c.id<WorkerId>();
  attempt.session = c.string();
  attempt.queued_at = c.instant();
  attempt.started_at = c.optional_instant();
  attempt.ended_at = c.optional_instant();
  attempt.exit_code = c.small();
  attempt.signal = c.small();
  attempt.pid = c.small();
  attempt.cpu_us = c.integer();
  attempt.max_rss_kb = c.integer();
  attempt.log_bytes = c.integer();
  attempt.error = c.string();
  return attempt;
}

EventRow event_row(const Statement& row, int first) {
  Cursor c(row, first);
  EventRow event;
  event.id = c.integer();
  event.at = c.instant();
  event.kind = c.state<EventRow::Kind>();
  event.dag = c.id<DagKey>();
  event.run = c.id<RunId>();
  event.instance = c.id<InstanceId>();
  event.attempt = c.id<AttemptId>();
  event.from = static_cast<std::uint8_t>(c.integer());
  event.to = static_cast<std::uint8_t>(c.integer());
  event.detail = c.string();
  return event;
}

PoolRow pool_row(const Statement& row, int first) {
  Cursor c(row, first);
  return {.name = c.string(),
          .slots = c.small(),
          .include_deferred = c.boolean(),
          .description = c.string()};
}

WorkerRow worker_row(const Statement& row, int first) {
  Cursor c(row, first);
  WorkerRow worker;
  worker.id = c.id<WorkerId>();
  worker.name = c.string();
  worker.host = c.string();
  worker.version = c.string();
  worker.session = c.string();
  worker.slots = c.small();
  for (const auto& queue : c.json())
    if (queue.is_string()) worker.queues.push_back(queue.get<std::string>());
  worker.state = c.state<WorkerRow::State>();
  worker.registered_at = c.instant();
  worker.last_seen = c.instant();
  worker.is_drained = c.boolean();
  return worker;
}

ImportErrorRow import_error_row(const Statement& row, int first) {
  Cursor c(row, first);
  return {.id = c.integer(),
          .bundle = c.string(),
          .path = c.string(),
          .at = c.instant(),
          .stack_trace = c.string(),
          .findings = c.string()};
}

BackfillRow backfill_row(const Statement& row, int first) {
  Cursor c(row, first);
  return {.id = c.id<BackfillId>(),
          .dag = c.id<DagKey>(),
          .version = c.id<VersionId>(),
          .from_date = c.instant(),
          .to_date = c.instant(),
          .max_active_runs = c.small(),
          .run_backwards = c.boolean(),
          .reprocess = c.state<ReprocessBehavior>(),
          .run_on_latest_version = c.boolean(),
          .conf = c.json(),
          .is_paused = c.boolean(),
          .actor = c.string(),
          .created_at = c.instant(),
          .updated_at = c.instant(),
          .completed_at = c.optional_instant(),
          .is_cancelled = c.boolean(),
          .position = c.optional_instant(),
          .total = c.integer(),
          .handled = c.integer(),
          .left_alone = c.integer(),
          .reason = c.string(),
          .task_ids = c.json().get<std::vector<std::string>>(),
          .include_downstream = c.boolean()};
}

AssetRow asset_row(const Statement& row, int first) {
  Cursor c(row, first);
  return {.id = c.id<AssetId>(),
          .uri = c.string(),
          .name = c.string(),
          .group = c.string(),
          .extra = c.json(),
          .created_at = c.instant(),
          .updated_at = c.instant()};
}

AssetEventRow asset_event_row(const Statement& row, int first) {
  Cursor c(row, first);
  return {.id = c.integer(),
          .asset = c.id<AssetId>(),
          .at = c.instant(),
          .source_dag_id = c.string(),
          .source_run_id = c.string(),
          .source_task_id = c.string(),
          .source_map_index = c.small(),
          .extra = c.json(),
          .partition_key = c.string()};
}

AssetQueuedRow asset_queued_row(const Statement& row, int first) {
  Cursor c(row, first);
  return {.dag = c.id<DagKey>(),
          .asset = c.id<AssetId>(),
          .partition_key = c.string(),
          .at = c.instant(),
          .first_event = c.integer(),
          .last_event = c.integer()};
}

AssetConsumedRow asset_consumed_row(const Statement& row, int first) {
  Cursor c(row, first);
  return {.run = c.id<RunId>(),
          .dag = c.id<DagKey>(),
          .asset = c.id<AssetId>(),
          .partition_key = c.string(),
          .first_event = c.integer(),
          .last_event = c.integer()};
}

IdempotencyRow idempotency_row(const Statement& row, int first) {
  Cursor c(row, first);
  return {.key = c.string(), .request_hash = c.string(), .run = c.id<RunId>(), .at = c.instant()};
}

JobRow job_row(const Statement& row, int first) {
  Cursor c(row, first);
  return {.id = c.id<JobId>(),
          .kind = c.state<JobRow::Kind>(),
          .state = c.state<JobRow::State>(),
          .dag = c.id<DagKey>(),
          .run = c.id<RunId>(),
          .action = c.string(),
          .actor = c.string(),
          .spec = c.json(),
          .cursor = c.json(),
          .runs_total = c.integer(),
          .runs_done = c.integer(),
          .changed = c.integer(),
          .created_at = c.instant(),
          .updated_at = c.instant(),
          .ended_at = c.optional_instant()};
}

}  // namespace weft::storage
