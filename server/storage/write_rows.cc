// The rows of a batch: one bound statement each. This is on the path of every finished task.

#include <fmt/format.h>

#include "server/storage/audit_chain.h"
#include "server/storage/writer.h"

namespace weft::storage {
namespace {

using Json = nlohmann::json;

/// Never throws: what is no UTF-8 is replaced.
std::string dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <class Enum>
std::int64_t number(Enum value) {
  return static_cast<std::int64_t>(value);
}

std::optional<std::int64_t> null_if_none(VersionId id) {
  return id ? std::optional(id.value) : std::nullopt;
}

/// A schedule in words for lists; nullopt: none.
std::optional<std::string> time_words(const ScheduleSpec& schedule) {
  if (schedule.once) return "@once";
  if (schedule.continuous) return "@continuous";
  if (schedule.every) return "every " + format_duration(schedule.every->period);
  if (schedule.crons.empty()) return std::nullopt;
  std::string all;
  for (const auto& cron : schedule.crons) all += (all.empty() ? "" : ", ") + cron;
  return all;
}

std::optional<std::string> schedule_words(const Dag& dag) {
  const auto time = time_words(dag.schedule);
  if (!dag.asset_schedule) return time;
  return time ? *time + " or Asset" : "Asset";
}

}  // namespace

Result<void> Writer::put(const DagRow& row) {
  return use(Sql::put_dag)
      .bind_all(row.key, row.dag_id, row.bundle, row.path, row.is_paused, row.is_stale,
                row.has_import_errors, null_if_none(row.current_version), row.cursor, row.once_done,
                row.version_count, row.consecutive_failures, row.last_parsed)
      .run();
}

Result<void> Writer::put(const VersionRow& row) {
  const Dag& dag = *row.spec;
  const std::string tags = dump(Json(dag.tags));
  const auto schedule = schedule_words(dag);
  TRY(use(Sql::put_version)
          .bind_all(row.id, row.dag, row.number, row.created_at, dag.hash, dag.display_name,
                    dag.description, dag.owner, tags, schedule, dag.schedule.timezone,
                    dag.max_active_runs, dag.max_active_tasks,
                    static_cast<std::int64_t>(dag.tasks.size()), dag.canonical, dag.source)
          .run());
  versions_.put(row.spec);
  return {};
}

Result<void> Writer::put(const RunRow& row) {
  TRY(use(Sql::update_run)
          .bind_all(row.id, row.version, number(row.state), row.run_after, row.queued_at,
                    row.started_at, row.ended_at, row.note, row.reason, row.failed_tasks,
                    row.materialized, row.backfill)
          .run());
  return database_.changes() > 0 ? Result<void>() : insert(row);
}

Result<void> Writer::insert(const RunRow& row) {
  std::optional<Instant> start;
  std::optional<Instant> end;
  if (row.data_interval) {
    start = row.data_interval->start;
    end = row.data_interval->end;
  }
  const std::string conf = dump(row.conf);
  const std::string params = dump(row.params);
  const std::string through = dump(Json(row.triggered_through));
  return use(Sql::insert_run)
      .bind_all(row.id, row.dag, row.version, row.run_id, number(row.type),
                number(row.triggered_by), number(row.state), row.logical_date, start, end,
                row.run_after, row.queued_at, row.started_at, row.ended_at, conf, params, row.note,
                row.reason, row.actor, row.failed_tasks, row.materialized, row.backfill,
                row.partition_key, through)
      .run();
}

Result<void> Writer::put(const InstanceRow& row) {
  return use(Sql::put_instance)
      .bind_all(row.id, row.run, row.task_id, row.map_index, number(row.state), row.try_number,
                row.failures, row.losses, row.attempt, row.scheduled_at, row.queued_at,
                row.started_at, row.ended_at, row.retry_at, row.reason, row.note, row.updated_at,
                row.concurrency_key, row.group_retries, row.pokes)
      .run();
}

Result<void> Writer::put(const MappingRow& row) {
  if (row.length == 0) return use(Sql::delete_mapping).bind_all(row.run, row.owner).run();
  const std::string lists = dump(*row.lists);
  return use(Sql::put_mapping).bind_all(row.run, row.owner, row.length, lists).run();
}

Result<void> Writer::put(const AttemptRow& row) {
  return use(Sql::put_attempt)
      .bind_all(row.id, row.instance, row.run, row.try_number, number(row.state), row.worker,
                row.session, row.queued_at, row.started_at, row.ended_at, row.exit_code, row.signal,
                row.pid, row.cpu_us, row.max_rss_kb, row.log_bytes, row.error)
      .run();
}

Result<void> Writer::put(const OutputsWritten& row) {
  TRY(use(Sql::delete_outputs).bind_all(row.instance).run());
  if (!row.values || !row.values->is_object()) return {};
  for (const auto& [key, value] : row.values->items()) {
    const std::string text = dump(value);
    TRY(use(Sql::insert_output)
            .bind_all(row.instance, row.run, row.attempt, key, text, row.at)
            .run());
  }
  return {};
}

Result<void> Writer::put(const OutputRow& row) {
  const std::string text = dump(*row.value);
  return use(Sql::put_output)
      .bind_all(row.instance, row.run, row.attempt, row.key, text, row.at)
      .run();
}

Result<void> Writer::put(const OutputDeleted& row) {
  return use(Sql::delete_output).bind_all(row.instance, row.key).run();
}

Result<void> Writer::put(const EventRow& row) {
  return use(Sql::insert_event)
      .bind_all(row.id, row.at, number(row.kind), row.dag, row.run, row.instance, row.attempt,
                int{row.from}, int{row.to}, row.detail)
      .run();
}

Result<void> Writer::put(const PoolRow& row) {
  return use(Sql::put_pool)
      .bind_all(row.name, row.slots, row.include_deferred, row.description)
      .run();
}

Result<void> Writer::put(const PoolDeleted& row) {
  return use(Sql::delete_pool).bind_all(row.name).run();
}

Result<void> Writer::put(const WorkerRow& row) {
  const std::string queues = dump(Json(row.queues));
  return use(Sql::put_worker)
      .bind_all(row.id, row.name, row.host, row.version, row.session, row.slots, queues,
                number(row.state), row.registered_at, row.last_seen, row.is_drained)
      .run();
}

Result<void> Writer::put(const ImportErrorRow& row) {
  return use(Sql::put_import_error)
      .bind_all(row.id, row.bundle, row.path, row.at, row.stack_trace, row.findings)
      .run();
}

Result<void> Writer::put(const ImportErrorCleared& row) {
  return use(Sql::delete_import_error).bind_all(row.bundle, row.path).run();
}

Result<void> Writer::put(const IdempotencyRow& row) {
  return use(Sql::put_idempotency).bind_all(row.key, row.request_hash, row.run, row.at).run();
}

Result<void> Writer::put(const BackfillRow& row) {
  const std::string conf = dump(row.conf);
  const std::string tasks = dump(Json(row.task_ids));
  return use(Sql::put_backfill)
      .bind_all(row.id, row.dag, row.version, row.from_date, row.to_date, row.max_active_runs,
                row.run_backwards, number(row.reprocess), row.run_on_latest_version, conf,
                row.is_paused, row.actor, row.created_at, row.updated_at, row.completed_at,
                row.is_cancelled, row.position, row.total, row.handled, row.left_alone, row.reason,
                tasks, row.include_downstream)
      .run();
}

Result<void> Writer::put(const ApprovalRow& row) {
  const std::string options = dump(Json(row.options));
  const std::string params = dump(row.params);
  const std::string assigned = dump(Json(row.assigned_to));
  return use(Sql::put_approval)
      .bind_all(row.instance, row.run, row.subject, row.body, options, params, assigned,
                row.created_at, row.expires_at)
      .run();
}

Result<void> Writer::put(const ApprovalAnswered& row) {
  const std::string chosen = dump(Json(row.chosen_options));
  const std::string input = dump(row.params_input);
  return use(Sql::answer_approval).bind_all(row.instance, row.at, row.actor, chosen, input).run();
}

Result<void> Writer::put(const AuditRow& row) {
  std::string hash = audit_hash(audit_head_, row);
  TRY(use(Sql::insert_audit)
          .bind_all(row.at, row.actor, row.remote, row.action, row.dag_id, row.run_id, row.task_id,
                    row.detail, hash)
          .run());
  audit_head_ = std::move(hash);
  return {};
}

Result<void> Writer::put(const JobRow& row) {
  const std::string spec = dump(row.spec);
  const std::string cursor = dump(row.cursor);
  return use(Sql::put_job)
      .bind_all(row.id, number(row.kind), number(row.state), row.dag, row.run, row.action,
                row.actor, spec, cursor, row.runs_total, row.runs_done, row.changed, row.created_at,
                row.updated_at, row.ended_at)
      .run();
}

Result<void> Writer::put(const IdsRetired& row) {
  return use(Sql::retire_ids)
      .bind_all(row.run, row.instance, row.attempt, row.dag, row.version, row.backfill, row.job)
      .run();
}

Result<void> Writer::put(const InstanceDeleted& row) {
  TRY(use(Sql::delete_outputs).bind_all(row.id).run());
  TRY(use(Sql::delete_attempts).bind_all(row.id).run());
  TRY(use(Sql::delete_approval).bind_all(row.id).run());
  return use(Sql::delete_instance).bind_all(row.id).run();
}

Result<void> Writer::put(const RunDeleted& row) {
  TRY(use(Sql::delete_mappings).bind_all(row.id).run());
  TRY(use(Sql::delete_consumed).bind_all(row.id).run());
  return use(Sql::delete_run).bind_all(row.id).run();
}

Result<void> Writer::put(const DagDeleted& row) {
  for (const Sql sql :
       {Sql::delete_jobs_of_dag, Sql::delete_backfills_of_dag, Sql::delete_queue_of_dag,
        Sql::delete_references_of_dag, Sql::delete_versions_of_dag, Sql::delete_dag})
    TRY(use(sql).bind_all(row.key).run());
  return {};
}

Result<std::int64_t> Writer::forget_events(Instant before) {
  TRY(ensure_transaction());
  TRY(use(Sql::forget_events).bind_all(before).run());
  return database_.changes();
}

}  // namespace weft::storage
