#include <fmt/format.h>

#include "server/api/forms.h"
#include "server/api/uuid.h"

namespace weft::api {
namespace {

/// What of a task shows on its instances; a task that its version does not have gets defaults.
struct TaskFacts {
  std::string display_name, type, queue = "default", pool = "default_pool";
  int pool_slots = 1, retries = 0;
  std::int64_t priority_weight = 1;
};

TaskFacts facts_of(const Dag& dag, const std::string& task_id) {
  const Task* task = dag.find_task(task_id);
  if (task == nullptr) return {.display_name = task_id};
  return {.display_name = task->display_name,
          .type = std::string(name_of(task->type)),
          .queue = task->queue,
          .pool = task->pool,
          .pool_slots = task->pool_slots,
          .retries = task->retry.retries,
          .priority_weight = task->effective_weight};
}

/// Airflow's count: the tries that are used up, and what the retries still allow besides the one
/// that runs or has succeeded.
int max_tries(const InstanceRow& row, int retries) {
  const bool last_counts = row.state == TaskState::queued || row.state == TaskState::running ||
                           row.state == TaskState::restarting || row.state == TaskState::success ||
                           row.state == TaskState::deferred ||
                           row.state == TaskState::up_for_reschedule ||
                           row.state == TaskState::skipped;
  const int used = row.try_number - (last_counts && row.try_number > 0 ? 1 : 0);
  return std::max(0, used + retries - row.failures);
}

/// What an instance and one of its tries have in common.
nlohmann::json common(const storage::InstanceRecord& instance, const TaskFacts& task,
                      const ApiDependencies& deps) {
  const auto& row = instance.row;
  return {{"task_id", row.task_id},
          {"task_display_name", task.display_name},
          {"dag_id", instance.version.dag_id},
          {"dag_display_name", instance.version.display_name},
          {"dag_run_id", instance.run_id},
          {"dag_version", version_json(instance.version, deps)},
          {"map_index", row.map_index},
          {"max_tries", max_tries(row, task.retries)},
          {"scheduled_when", instant_json(row.scheduled_at)},
          {"unixname", nullptr},
          {"pool", task.pool},
          {"pool_slots", task.pool_slots},
          {"queue", task.queue},
          {"priority_weight", task.priority_weight},
          {"operator", text_or_null(task.type)},
          {"operator_name", text_or_null(task.type)},
          {"executor", nullptr},
          {"executor_config", "{}"}};
}

nlohmann::json time_delta(Duration duration) {
  constexpr std::int64_t second = 1'000'000;
  constexpr std::int64_t day = 86'400 * second;
  const auto micros = duration.count();
  return {{"__type", "TimeDelta"},
          {"days", micros / day},
          {"seconds", micros % day / second},
          {"microseconds", micros % second}};
}

nlohmann::json ids_of(const Dag& dag, const std::vector<TaskIndex>& tasks) {
  auto ids = nlohmann::json::array();
  for (const auto index : tasks) ids.push_back(dag.task(index).id);
  return ids;
}

}  // namespace

TaskState state_of(AttemptState state) {
  switch (state) {
    case AttemptState::queued: return TaskState::queued;
    case AttemptState::running: return TaskState::running;
    case AttemptState::success: return TaskState::success;
    case AttemptState::skipped: return TaskState::skipped;
    case AttemptState::rescheduled: return TaskState::up_for_reschedule;
    case AttemptState::failed:
    case AttemptState::timed_out:
    case AttemptState::cancelled:
    case AttemptState::lost: return TaskState::failed;
  }
  return TaskState::failed;
}

nlohmann::json instance_json(const storage::InstanceRecord& instance, const Dag& dag,
                             const ApiDependencies& deps) {
  const auto& row = instance.row;
  auto json = common(instance, facts_of(dag, row.task_id), deps);
  json["id"] = row_uuid(instance.run_queued_at, row.id.value, 't', deps.database_id);
  json["logical_date"] = instant_json(instance.logical_date);
  json["run_after"] = instant_json(instance.run_after);
  json["start_date"] = instant_json(row.started_at);
  json["end_date"] = instant_json(row.ended_at);
  json["duration"] = duration_json(row.started_at, row.ended_at);
  json["state"] = state_json(row.state);
  json["try_number"] = row.try_number;
  json["hostname"] = text_or_null(instance.worker);
  json["pid"] = instance.pid > 0 ? nlohmann::json(instance.pid) : nlohmann::json();
  json["queued_when"] = instant_json(row.queued_at);
  json["note"] = text_or_null(row.note);
  json["rendered_map_index"] = nullptr;
  json["rendered_fields"] = nlohmann::json::object();
  json["trigger"] = nullptr;
  json["triggerer_job"] = nullptr;
  json["reason"] = text_or_null(row.reason);
  json["next_retry_at"] =
      row.state == TaskState::up_for_retry ? instant_json(row.retry_at) : nlohmann::json();
  return json;
}

nlohmann::json try_json(const storage::AttemptRecord& attempt,
                        const storage::InstanceRecord& instance, const Dag& dag,
                        const ApiDependencies& deps) {
  const auto& row = attempt.row;
  const bool has_exited = is_terminal(row.state) && row.exit_code >= 0;
  auto json = common(instance, facts_of(dag, instance.row.task_id), deps);
  json["try_number"] = row.try_number;
  json["state"] = state_json(state_of(row.state));
  json["outcome"] = name_of(row.state);
  json["queued_when"] = instant_json(row.queued_at);
  json["start_date"] = instant_json(row.started_at);
  json["end_date"] = instant_json(row.ended_at);
  json["duration"] = duration_json(row.started_at, row.ended_at);
  json["hostname"] = text_or_null(attempt.worker);
  json["pid"] = row.pid > 0 ? nlohmann::json(row.pid) : nlohmann::json();
  json["exit_code"] = has_exited ? nlohmann::json(row.exit_code) : nlohmann::json();
  json["signal"] = row.signal > 0 ? nlohmann::json(row.signal) : nlohmann::json();
  json["error"] = text_or_null(row.error);
  json["log_bytes"] = row.log_bytes;
  json["max_rss_kb"] = row.max_rss_kb;
  json["cpu_seconds"] = static_cast<double>(row.cpu_us) / 1e6;
  return json;
}

nlohmann::json task_json(const Task& task, const Dag& dag) {
  const auto timeout =
      task.execution_timeout.count() > 0 ? time_delta(task.execution_timeout) : nlohmann::json();
  return {{"task_id", task.id},
          {"task_display_name", task.display_name},
          {"owner", text_or_null(dag.owner)},
          {"start_date", instant_json(dag.start_date)},
          {"end_date", instant_json(dag.end_date)},
          {"trigger_rule", name_of(task.trigger_rule)},
          {"depends_on_past", task.depends_on_past || task.wait_for_downstream},
          {"wait_for_downstream", task.wait_for_downstream},
          {"retries", task.retry.retries},
          {"queue", task.queue},
          {"pool", task.pool},
          {"pool_slots", task.pool_slots},
          {"execution_timeout", timeout},
          {"retry_delay", time_delta(task.retry.delay)},
          {"retry_exponential_backoff", task.retry.exponential_backoff},
          {"priority_weight", task.priority_weight},
          {"weight_rule", name_of(task.weight_rule)},
          {"ui_color", "#ffffff"},
          {"ui_fgcolor", "#000000"},
          {"template_fields", {"command", "env", "cwd"}},
          {"downstream_task_ids", ids_of(dag, task.downstream)},
          {"upstream_task_ids", ids_of(dag, task.upstream)},
          {"doc_md", text_or_null(task.doc_md)},
          {"operator_name", name_of(task.type)},
          {"params", nullptr},
          {"class_ref", {{"class_name", name_of(task.type)}}},
          {"is_mapped", dag.mapping_of(task) != nullptr},
          {"extra_links", nlohmann::json::array()}};
}

}  // namespace weft::api
