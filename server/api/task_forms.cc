#include <fmt/format.h>

#include "server/api/forms.h"
#include "server/api/uuid.h"

namespace weft::api {
namespace {

/// What of a task shows on its instances; a task that its version does not have gets defaults.
struct TaskFacts {
  std::string_view display_name, type, queue = "default", pool = "default_pool";
  int pool_slots = 1, retries = 0;
  std::int64_t priority_weight = 1;
};

/// Looks into the DAG and the name, which it must not outlive.
TaskFacts facts_of(const Dag& dag, const std::string& task_id) {
  const Task* task = dag.find_task(task_id);
  if (task == nullptr) return {.display_name = task_id};
  return {.display_name = task->display_name,
          .type = name_of(task->type),
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
void write_common(JsonText& out, const storage::InstanceRecord& instance, const TaskFacts& task,
                  const ApiDependencies& deps) {
  const auto& row = instance.row;
  out.member("task_id", row.task_id);
  out.member("task_display_name", task.display_name);
  out.member("dag_id", instance.version.dag_id);
  out.member("dag_display_name", instance.version.display_name);
  out.member("dag_run_id", instance.run_id);
  out.name("dag_version");
  write_version(out, instance.version, deps);
  out.member("map_index", row.map_index);
  out.member("max_tries", max_tries(row, task.retries));
  out.member("scheduled_when", row.scheduled_at);
  out.member("unixname", nullptr);
  out.member("pool", task.pool);
  out.member("pool_slots", task.pool_slots);
  out.member("queue", task.queue);
  out.member("priority_weight", task.priority_weight);
  out.text_or_null("operator", task.type);
  out.text_or_null("operator_name", task.type);
  out.member("executor", nullptr);
  out.member("executor_config", "{}");
}

void write_state(JsonText& out, TaskState state) {
  out.text_or_null("state", state == TaskState::none ? std::string_view() : name_of(state));
}

void write_times(JsonText& out, const std::optional<Instant>& from,
                 const std::optional<Instant>& to) {
  out.member("start_date", from);
  out.member("end_date", to);
  out.member("duration", seconds_between(from, to));
}

template <class T>
std::optional<T> only_if(bool holds, T value) {
  return holds ? std::optional(value) : std::nullopt;
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

void write_instance(JsonText& out, const storage::InstanceRecord& instance, const Dag& dag,
                    const ApiDependencies& deps) {
  const auto& row = instance.row;
  out.begin_object();
  write_common(out, instance, facts_of(dag, row.task_id), deps);
  out.member("id", row_uuid(instance.run_queued_at, row.id.value, 't', deps.database_id));
  out.member("logical_date", instance.logical_date);
  out.member("run_after", instance.run_after);
  write_times(out, row.started_at, row.ended_at);
  write_state(out, row.state);
  out.member("try_number", row.try_number);
  out.text_or_null("hostname", instance.worker);
  out.member("pid", only_if(instance.pid > 0, instance.pid));
  out.member("queued_when", row.queued_at);
  out.text_or_null("note", row.note);
  out.member("rendered_map_index", nullptr);
  out.name("rendered_fields");
  out.begin_object();
  out.end_object();
  out.member("trigger", nullptr);
  out.member("triggerer_job", nullptr);
  out.text_or_null("reason", row.reason);
  out.member("next_retry_at",
             row.state == TaskState::up_for_retry ? std::optional(row.retry_at) : std::nullopt);
  out.end_object();
}

nlohmann::json instance_json(const storage::InstanceRecord& instance, const Dag& dag,
                             const ApiDependencies& deps) {
  JsonText out;
  write_instance(out, instance, dag, deps);
  return nlohmann::json::parse(std::move(out).take());
}

namespace {

/// As the worker counted it at the end; before that, and of one that was lost, what has come.
std::int64_t log_bytes_of(const AttemptRow& row, const storage::InstanceRecord& instance,
                          const ApiDependencies& deps) {
  if (row.log_bytes > 0) return row.log_bytes;
  return deps.logs.size(log_key(instance, row.id)).value_or(0);
}

}  // namespace

storage::LogKey log_key(const storage::InstanceRecord& instance, AttemptId attempt) {
  return {.dag = instance.version.dag,
          .run = instance.row.run,
          .instance = instance.row.id,
          .attempt = attempt};
}

void write_try(JsonText& out, const storage::AttemptRecord& attempt,
               const storage::InstanceRecord& instance, const Dag& dag,
               const ApiDependencies& deps) {
  const auto& row = attempt.row;
  const bool has_exited = is_terminal(row.state) && row.exit_code >= 0;
  out.begin_object();
  write_common(out, instance, facts_of(dag, instance.row.task_id), deps);
  out.member("try_number", row.try_number);
  write_state(out, state_of(row.state));
  out.member("outcome", name_of(row.state));
  out.member("queued_when", row.queued_at);
  write_times(out, row.started_at, row.ended_at);
  out.text_or_null("hostname", attempt.worker);
  out.member("pid", only_if(row.pid > 0, row.pid));
  out.member("exit_code", only_if(has_exited, row.exit_code));
  out.member("signal", only_if(row.signal > 0, row.signal));
  out.text_or_null("error", row.error);
  out.member("log_bytes", log_bytes_of(row, instance, deps));
  out.member("max_rss_kb", row.max_rss_kb);
  out.member("cpu_seconds", static_cast<double>(row.cpu_us) / 1e6);
  out.end_object();
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
