// The keys of a task and of default_args: one table, one reader each.

#include <algorithm>
#include <array>
#include <unordered_map>

#include "server/core/dag/draft.h"

namespace weft {
namespace {

constexpr std::int64_t many = 1'000'000'000;

template <class T>
void assign(T& into, std::optional<T> value) {
  if (value) into = std::move(*value);
}

void assign_int(int& into, std::optional<std::int64_t> value) {
  if (value) into = static_cast<int>(*value);
}

void read_id(ValueReader& in, TaskDraft& draft, JsonRef at) {
  draft.id_at = at;
  assign(draft.task.id, in.id(at));
}

void read_display_name(ValueReader& in, TaskDraft& draft, JsonRef at) {
  assign(draft.task.display_name, in.string(at, 250));
}

void read_doc(ValueReader& in, TaskDraft& draft, JsonRef at) {
  assign(draft.task.doc_md, in.long_text(at));
}

void read_type(ValueReader& in, TaskDraft& draft, JsonRef at) {
  draft.type_at = at;
  if (!at.is_string()) in.expected(at, "a string");
}

void read_command(ValueReader&, TaskDraft& draft, JsonRef at) {
  draft.command_at = at;
}
void read_with(ValueReader& in, TaskDraft& draft, JsonRef at) {
  if (in.is_object(at, "with the fields of the task's type")) draft.with_at = at;
}

void read_depends_on(ValueReader& in, TaskDraft& draft, JsonRef at) {
  read_task_ids(in, draft.depends_on, at);
}

void read_group(ValueReader& in, TaskDraft& draft, JsonRef at) {
  if (in.string(at, 250)) draft.group_at = at;
}

void read_teardown(ValueReader& in, TaskDraft& draft, JsonRef at) {
  if (in.boolean(at)) draft.task.teardown = draft.task.teardown || at.truth();
}

void read_teardown_of(ValueReader& in, TaskDraft& draft, JsonRef at) {
  draft.task.teardown = true;
  read_task_ids(in, draft.teardown_of, at);
}

void read_fail_dagrun(ValueReader& in, TaskDraft& draft, JsonRef at) {
  draft.fail_dagrun_at = at;
  assign(draft.task.on_failure_fail_dagrun, in.boolean(at));
}

void read_trigger_rule(ValueReader& in, TaskDraft& draft, JsonRef at) {
  draft.trigger_rule_at = at;
  static const auto names = [] {
    std::array<std::string_view, static_cast<std::size_t>(TriggerRule::always) + 1> all;
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = name_of(static_cast<TriggerRule>(i));
    return all;
  }();
  if (const auto found = in.choice(at, names)) {
    draft.task.trigger_rule = static_cast<TriggerRule>(*found);
  }
}

void read_when(ValueReader& in, TaskDraft& draft, JsonRef at) {
  draft.when_at = at;
  draft.task.when = in.expression(at);
}

void read_retries(ValueReader& in, TaskDraft& draft, JsonRef at) {
  assign_int(draft.task.retry.retries, in.integer(at, 0, 10'000));
}

void read_retry_delay(ValueReader& in, TaskDraft& draft, JsonRef at) {
  assign(draft.task.retry.delay, in.duration(at, true));
}

void read_backoff(ValueReader& in, TaskDraft& draft, JsonRef at) {
  if (at.kind() == JsonKind::boolean) {
    draft.task.retry.exponential_backoff = at.truth() ? 2 : 1;
  } else {
    assign(draft.task.retry.exponential_backoff, in.number(at, 1, 100));
  }
}

void read_max_retry_delay(ValueReader& in, TaskDraft& draft, JsonRef at) {
  assign(draft.task.retry.max_delay, in.duration(at));
}

void read_retry_jitter(ValueReader& in, TaskDraft& draft, JsonRef at) {
  assign(draft.task.retry.jitter, in.number(at, 0, 10));
}

std::vector<int> exit_codes(ValueReader& in, JsonRef at) {
  std::vector<int> codes;
  if (!in.is_list(at, "exit codes")) return codes;
  for (JsonRef item = at.first(); item; item = item.next()) {
    if (const auto code = in.integer(item, 1, 255)) codes.push_back(static_cast<int>(*code));
  }
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  return codes;
}

void read_retry_codes(ValueReader& in, TaskDraft& draft, JsonRef at) {
  draft.task.retry.retry_on_exit_codes = exit_codes(in, at);
}

void read_fail_codes(ValueReader& in, TaskDraft& draft, JsonRef at) {
  draft.task.retry.fail_on_exit_codes = exit_codes(in, at);
}

void read_skip_code(ValueReader& in, TaskDraft& draft, JsonRef at) {
  if (at.is_null()) {
    draft.task.skip_exit_code = -1;
  } else {
    assign_int(draft.task.skip_exit_code, in.integer(at, 1, 255));
  }
}

/// null is "none": it undoes a default.
void read_optional_duration(ValueReader& in, Duration& into, JsonRef at) {
  if (at.is_null()) {
    into = Duration::zero();
  } else {
    assign(into, in.duration(at));
  }
}

void read_execution_timeout(ValueReader& in, TaskDraft& draft, JsonRef at) {
  read_optional_duration(in, draft.task.execution_timeout, at);
}

void read_queued_timeout(ValueReader& in, TaskDraft& draft, JsonRef at) {
  read_optional_duration(in, draft.task.queued_timeout, at);
}

void read_kill_grace(ValueReader& in, TaskDraft& draft, JsonRef at) {
  assign(draft.task.kill_grace, in.duration(at, true));
}

void read_on_lost(ValueReader& in, TaskDraft& draft, JsonRef at) {
  static constexpr std::array<std::string_view, 2> names = {"retry", "wait"};
  if (const auto found = in.choice(at, names)) {
    draft.task.on_lost = static_cast<OnLost>(*found);
  }
}

void read_task_env(ValueReader& in, TaskDraft& draft, JsonRef at) {
  read_env(in, draft.env, at);
}

void read_cwd(ValueReader& in, TaskDraft& draft, JsonRef at) {
  draft.cwd_at = at;
  if (const auto text = in.string(at)) assign(draft.task.cwd, in.parse_template(at, *text));
}

void read_task_shell(ValueReader& in, TaskDraft& draft, JsonRef at) {
  read_shell(in, draft.task.shell, at);
}

void read_queue(ValueReader& in, TaskDraft& draft, JsonRef at) {
  assign(draft.task.queue, in.id(at));
}

void read_pool(ValueReader& in, TaskDraft& draft, JsonRef at) {
  assign(draft.task.pool, in.id(at));
}

void read_pool_slots(ValueReader& in, TaskDraft& draft, JsonRef at) {
  assign_int(draft.task.pool_slots, in.integer(at, 1, 1'000'000));
}

void read_priority(ValueReader& in, TaskDraft& draft, JsonRef at) {
  assign_int(draft.task.priority_weight, in.integer(at, -many, many));
}

void read_weight_rule(ValueReader& in, TaskDraft& draft, JsonRef at) {
  static constexpr std::array<std::string_view, 3> names = {"downstream", "upstream", "absolute"};
  if (const auto found = in.choice(at, names)) {
    draft.task.weight_rule = static_cast<WeightRule>(*found);
  }
}

void read_limit_per_dag(ValueReader& in, TaskDraft& draft, JsonRef at) {
  assign_int(draft.task.max_active_tis_per_dag, in.integer(at, 1, many));
}

void read_limit_per_run(ValueReader& in, TaskDraft& draft, JsonRef at) {
  assign_int(draft.task.max_active_tis_per_dagrun, in.integer(at, 1, many));
}

void read_expand(ValueReader& in, TaskDraft& draft, JsonRef at) {
  read_mapping(in, draft.mapping, at, false);
}

void read_expand_zip(ValueReader& in, TaskDraft& draft, JsonRef at) {
  read_mapping(in, draft.mapping, at, true);
}

void read_max_map_length(ValueReader& in, TaskDraft& draft, JsonRef at) {
  read_max_map_length(in, draft.mapping, at);
}

constexpr TaskKey keys[] = {
    {"task_id", read_id, false},
    {"task_display_name", read_display_name, false},
    {"doc_md", read_doc},
    {"type", read_type, false},
    {"with", read_with, false},
    {"command", read_command, false},
    {"depends_on", read_depends_on, false},
    {"inlets", read_inlets},
    {"outlets", read_outlets},
    {"trigger_rule", read_trigger_rule},
    {"when", read_when},
    {"retries", read_retries},
    {"retry_delay", read_retry_delay},
    {"retry_exponential_backoff", read_backoff},
    {"max_retry_delay", read_max_retry_delay},
    {"retry_jitter", read_retry_jitter},
    {"retry_on_exit_codes", read_retry_codes},
    {"fail_on_exit_codes", read_fail_codes},
    {"skip_on_exit_code", read_skip_code},
    {"execution_timeout", read_execution_timeout},
    {"queued_timeout", read_queued_timeout},
    {"kill_grace", read_kill_grace},
    {"on_lost", read_on_lost},
    {"env", read_task_env},
    {"cwd", read_cwd},
    {"shell", read_task_shell},
    {"queue", read_queue},
    {"pool", read_pool},
    {"pool_slots", read_pool_slots},
    {"priority_weight", read_priority},
    {"weight_rule", read_weight_rule},
    {"max_active_tis_per_dag", read_limit_per_dag},
    {"max_active_tis_per_dagrun", read_limit_per_run},
    {"concurrency_key", read_concurrency_key},
    {"concurrency_limit", read_concurrency_limit},
    {"max_infrastructure_retries", read_max_infrastructure_retries},
    {"on_queued_timeout", read_on_queued_timeout},
    {"timeout", read_sensor_timeout},
    {"soft_fail", read_soft_fail},
    {"poke_interval", read_poke_interval},
    {"exponential_backoff", read_exponential_backoff},
    {"depends_on_past", read_depends_on_past},
    {"wait_for_downstream", read_wait_for_downstream},
    {"expand", read_expand, false},
    {"expand_zip", read_expand_zip, false},
    {"max_map_length", read_max_map_length},
    {"group", read_group, false},
    {"teardown", read_teardown, false},
    {"teardown_of", read_teardown_of, false},
    {"on_failure_fail_dagrun", read_fail_dagrun, false},
    // Of the format, but not of this version.
    {"resources"},
    {"lease"},
    {"on_failure"},
    {"on_success"},
    {"on_retry"},
    {"on_skipped"},
    {"on_deadline_missed"},
};

}  // namespace

const TaskKey* find_task_key(std::string_view name) {
  static const auto index = [] {
    std::unordered_map<std::string_view, const TaskKey*> all;
    for (const TaskKey& key : keys) all.emplace(key.name, &key);
    return all;
  }();
  const auto found = index.find(name);
  return found == index.end() ? nullptr : found->second;
}

const std::vector<std::string_view>& task_key_names() {
  static const auto names = [] {
    std::vector<std::string_view> all;
    for (const TaskKey& key : keys) {
      if (key.read) all.push_back(key.name);
    }
    return all;
  }();
  return names;
}

}  // namespace weft
