// The `with` of tasks that wait (waiting.h).

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "server/core/dag/draft.h"
#include "server/core/expression/suggest.h"

namespace weft {
namespace {

/// Reads the members of one `with`, which may only be those that are asked for.
class With {
 public:
  With(ValueReader& in, TaskDraft& draft) : in_(in), draft_(draft) {}

  bool has(std::string_view name) { return static_cast<bool>(find(name)); }

  JsonRef find(std::string_view name) {
    names_.push_back(name);
    return draft_.with_at ? draft_.with_at.find(name) : JsonRef();
  }

  void text(std::string_view name, Template& into, bool required = false) {
    const JsonRef at = find(name);
    if (!at) {
      if (required) missing(name);
      return;
    }
    if (at.is_null() && !required) return;
    const auto value = in_.string(at);
    if (!value) return;
    if (value->empty()) return in_.expected(at, "a text that is not empty");
    if (auto parsed = in_.parse_template(at, *value)) {
      draft_.with_parts.emplace_back(at, *parsed);
      into = std::move(*parsed);
    }
  }

  void long_text(std::string_view name, Template& into) {
    const JsonRef at = find(name);
    if (!at) return;
    const auto value = in_.long_text(at);
    if (!value) return;
    if (at.is_object()) draft_.body_text = *value;
    if (auto parsed = in_.parse_template(at, *value)) {
      draft_.with_parts.emplace_back(at, *parsed);
      into = std::move(*parsed);
    }
  }

  void flag(std::string_view name, bool& into) {
    if (const JsonRef at = find(name))
      if (const auto value = in_.boolean(at)) into = *value;
  }

  void duration(std::string_view name, Duration& into) {
    if (const JsonRef at = find(name))
      if (const auto value = in_.duration(at)) into = *value;
  }

  void size(std::string_view name, std::int64_t& into) {
    if (const JsonRef at = find(name))
      if (const auto value = in_.size(at)) into = *value;
  }

  /// A list of strings without doubles; empty ones and more than `most` are mistakes.
  void strings(std::string_view name, std::vector<std::string>& into, std::size_t most) {
    const JsonRef at = find(name);
    if (!at || !in_.is_list(at, "texts")) return;
    into.clear();
    for (JsonRef item = at.first(); item; item = item.next()) {
      const auto value = in_.string(item, 250);
      if (!value) continue;
      if (value->empty())
        in_.expected(item, "a text that is not empty");
      else if (std::find(into.begin(), into.end(), *value) != into.end())
        in_.report().error(item, shown(*value) + " is given twice");
      else
        into.push_back(*value);
    }
    if (into.size() > most) in_.report().error(at, fmt::format("at most {} are possible", most));
  }

  template <class State>
  void states(std::string_view name, std::vector<State>& into, std::span<const State> possible) {
    const JsonRef at = find(name);
    if (!at || !in_.is_list(at, "states")) return;
    into.clear();
    std::vector<std::string_view> state_names;
    for (const State state : possible) state_names.push_back(name_of(state));
    for (JsonRef item = at.first(); item; item = item.next())
      if (const auto found = in_.choice(item, state_names)) into.push_back(possible[*found]);
  }

  void missing(std::string_view name) {
    in_.report().error(draft_.object, fmt::format("a {} task needs \"with\": {{\"{}\": …}}",
                                                  name_of(draft_.task.type), name));
  }

  /// Everything else in it is a mistake.
  void end() {
    if (!draft_.with_at) return;
    for (JsonRef member = draft_.with_at.first(); member; member = member.next()) {
      if (std::find(names_.begin(), names_.end(), member.key()) != names_.end()) continue;
      in_.report().key_error(
          member, fmt::format("unknown key {} of a {} task{}", shown(member.key()),
                              name_of(draft_.task.type), did_you_mean(member.key(), names_)));
    }
  }

 private:
  ValueReader& in_;
  TaskDraft& draft_;
  std::vector<std::string_view> names_;
};

constexpr std::array<TaskState, 4> ends_of_a_task = {
    TaskState::success, TaskState::failed, TaskState::skipped, TaskState::upstream_failed};
constexpr std::array<RunState, 2> ends_of_a_run = {RunState::success, RunState::failed};

SensorTime read_sensor_time(With& with) {
  SensorTime made;
  with.text("until", made.until, true);
  return made;
}

SensorTask read_sensor_task(ValueReader& in, TaskDraft& draft, With& with) {
  SensorTask made;
  with.text("dag_id", made.dag_id);
  with.text("task_id", made.task_id);
  with.text("logical_date", made.logical_date);
  with.states<TaskState>("allowed_states", made.allowed_states, ends_of_a_task);
  with.states<TaskState>("failed_states", made.failed_states, ends_of_a_task);
  for (const TaskState state : made.failed_states)
    if (std::find(made.allowed_states.begin(), made.allowed_states.end(), state) !=
        made.allowed_states.end())
      in.report().error(draft.with_at, fmt::format("\"{}\" stands in allowed_states and in "
                                                   "failed_states",
                                                   name_of(state)));
  if (made.dag_id.text().empty() && made.logical_date.text().empty())
    in.report().error(draft.object,
                      "it would wait for its own run: give a \"dag_id\" or a \"logical_date\"");
  return made;
}

/// The strings of a conf that are templates, at any depth.
void read_conf(ValueReader& in, TaskDraft& draft, TriggerDag& made, JsonRef at,
               const nlohmann::json::json_pointer& place) {
  if (at.is_string()) {
    auto parsed = in.parse_template(at, std::string(at.text()));
    if (!parsed || parsed->is_constant()) return;
    draft.with_parts.emplace_back(at, *parsed);
    made.conf_templates.emplace_back(place, std::move(*parsed));
    return;
  }
  std::size_t index = 0;
  for (JsonRef item = at.is_object() || at.is_array() ? at.first() : JsonRef(); item;
       item = item.next(), ++index)
    read_conf(in, draft, made, item,
              at.is_object() ? place / std::string(item.key()) : place / index);
}

TriggerDag read_trigger_dag(ValueReader& in, TaskDraft& draft, With& with) {
  TriggerDag made;
  with.text("dag_id", made.dag_id, true);
  with.text("logical_date", made.logical_date);
  with.flag("wait", made.wait);
  const bool has_states = with.has("allowed_states");
  with.states<RunState>("allowed_states", made.allowed_states, ends_of_a_run);
  if (has_states && !made.wait)
    in.report().error(draft.with_at, "allowed_states needs \"wait\": true");
  const JsonRef conf = with.find("conf");
  if (conf && in.is_object(conf, "of the triggered run's params")) {
    made.conf = conf.to_json();
    read_conf(in, draft, made, conf, nlohmann::json::json_pointer());
  }
  return made;
}

Approval read_approval(ValueReader& in, TaskDraft& draft, With& with) {
  Approval made;
  with.text("subject", made.subject);
  with.long_text("body", made.body);
  with.strings("options", made.options, 20);
  if (made.options.empty()) in.report().error(draft.with_at, "options: at least one is needed");
  if (const JsonRef params = with.find("params")) read_params(in, made.params, nullptr, params);
  with.strings("assigned_to", made.assigned_to, 100);
  with.duration("timeout", made.timeout);
  return made;
}

SensorFile read_sensor_file(With& with) {
  SensorFile made;
  with.text("path", made.path, true);
  with.duration("stable_for", made.stable_for);
  with.size("min_size", made.min_size);
  return made;
}

SensorAsset read_sensor_asset(ValueReader& in, TaskDraft& draft, With& with) {
  SensorAsset made;
  with.text("partition_key", made.partition_key);
  with.text("since", made.since);
  const JsonRef at = with.find("asset");
  if (!at) {
    with.missing("asset");
    return made;
  }
  auto spec = read_asset(in, at);
  if (!spec) return made;
  made.uri = spec->uri;
  const bool named = std::any_of(draft.inlets.begin(), draft.inlets.end(),
                                 [&](const AssetDraft& one) { return one.spec.uri == made.uri; });
  if (!named) draft.inlets.push_back({at, std::move(*spec)});
  return made;
}

}  // namespace

void read_waiting(ValueReader& in, TaskDraft& draft) {
  With with(in, draft);
  WaitingFor& made = draft.task.waiting_for;
  switch (draft.task.type) {
    case TaskType::sensor_time: made = read_sensor_time(with); break;
    case TaskType::sensor_task: made = read_sensor_task(in, draft, with); break;
    case TaskType::trigger_dag: made = read_trigger_dag(in, draft, with); break;
    case TaskType::approval: made = read_approval(in, draft, with); break;
    case TaskType::sensor_asset: made = read_sensor_asset(in, draft, with); break;
    case TaskType::sensor_file: made = read_sensor_file(with); break;
    default: return;
  }
  with.end();
}

void read_sensor_timeout(ValueReader& in, TaskDraft& draft, JsonRef at) {
  if (const auto value = in.duration(at)) draft.task.timeout = *value;
}

void read_poke_interval(ValueReader& in, TaskDraft& draft, JsonRef at) {
  const auto value = in.duration(at);
  if (value && *value < std::chrono::seconds(1))
    return in.report().error(at, "at least 1s: a poke starts a process on a worker");
  if (value) draft.task.poke_interval = *value;
}

void read_exponential_backoff(ValueReader& in, TaskDraft& draft, JsonRef at) {
  if (const auto value = in.boolean(at)) draft.task.exponential_backoff = *value;
}

void read_soft_fail(ValueReader& in, TaskDraft& draft, JsonRef at) {
  if (const auto value = in.boolean(at)) draft.task.soft_fail = *value;
}

}  // namespace weft
