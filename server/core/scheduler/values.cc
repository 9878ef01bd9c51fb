// What the templates of a task instance see: outputs of what is upstream, and its map values.

#include "server/core/scheduler/map_lists.h"
#include "server/core/scheduler/step.h"
#include "server/core/scheduler/template_scope.h"

namespace weft {
namespace {

using nlohmann::json;

/// Outputs up to this size stay in memory while their run is active.
constexpr std::size_t kept_output_bytes = 64 << 10;

}  // namespace

std::shared_ptr<const json> Step::outputs_of(const ActiveRun& run, const Instance& instance) const {
  auto it = run.outputs.find(instance.index);
  if (it != run.outputs.end()) return it->second;
  const auto fresh = fresh_outputs_.find(instance.row.id);
  return fresh != fresh_outputs_.end() ? fresh->second : s.history.outputs(instance.row.id);
}

/// {task id: {key: value}}, null for a task that did not succeed. Of a mapped task each key has the
/// list of what its instances that succeeded have written, by map index.
std::shared_ptr<const json> Step::outputs_for(const ActiveRun& run, const Instance& reader,
                                              const std::vector<TaskIndex>& of) const {
  if (of.empty()) return nullptr;
  auto all = std::make_shared<json>(json::object());
  for (const TaskIndex upstream : of) {
    json& read = (*all)[run.dag().task(upstream).id];
    read = nullptr;
    const auto counting = run.graph->upstreams(reader.index, upstream);
    const bool whole = counting.size() == run.graph->members(upstream).size();
    const bool as_lists = run.graph->is_expanded(upstream) &&
                          !run.dag().in_lanes(run.task_of(reader), run.dag().task(upstream)) &&
                          whole;
    for (const InstanceIndex index : counting) {
      const Instance& instance = run.instance(index);
      if (instance.row.state != TaskState::success) continue;
      const auto values = outputs_of(run, instance);
      if (!as_lists) {
        read = values ? *values : json::object();
        continue;
      }
      if (read.is_null()) read = json::object();
      if (!values) continue;
      for (const auto& [key, value] : values->items()) {
        json& list = read[key];
        if (list.is_null()) list = json::array();
        list.push_back(value);
      }
    }
  }
  return all;
}

std::shared_ptr<const json> Step::map_values_of(const ActiveRun& run,
                                                const Instance& instance) const {
  if (instance.row.map_index < 0) return nullptr;
  auto it = run.mappings.find(mapping_owner(run.dag(), run.task_of(instance)));
  if (it == run.mappings.end()) return nullptr;
  return std::make_shared<const json>(map_values(*it->second.lists, instance.row.map_index));
}

json Step::values_for(const ActiveRun& run, const Instance& instance) const {
  const Task& task = run.task_of(instance);
  const auto outputs = outputs_for(run, instance, task.output_references);
  const auto map = map_values_of(run, instance);
  return template_values(*run.facts, task, instance.row.try_number + 1, instance.row.map_index,
                         outputs.get(), map.get());
}

void Step::store_outputs(ActiveRun& run, const Instance& instance, const json& outputs) {
  auto values = std::make_shared<const json>(outputs);
  record(OutputsWritten{instance.row.id, run.row.id, instance.row.attempt, now.wall, values});
  keep_outputs(run, instance, std::move(values));
}

/// Null: there are none.
void Step::keep_outputs(ActiveRun& run, const Instance& instance,
                        std::shared_ptr<const json> values) {
  fresh_outputs_[instance.row.id] = values;
  if (values && values->dump().size() <= kept_output_bytes)
    run.outputs[instance.index] = std::move(values);
  else
    run.outputs.erase(instance.index);
}

void Step::change_output(ActiveRun& run, const Instance& instance, const std::string& key,
                         json values) {
  const InstanceRow& row = instance.row;
  if (values.contains(key))
    record(OutputRow{row.id, run.row.id, row.attempt, key, now.wall,
                     std::make_shared<const json>(values[key])});
  else
    record(OutputDeleted{row.id, key});
  keep_outputs(run, instance,
               values.empty() ? nullptr : std::make_shared<const json>(std::move(values)));
}

void Step::forget_outputs(ActiveRun& run, const Instance& instance) {
  record(OutputsWritten{instance.row.id, run.row.id, instance.row.attempt, now.wall, nullptr});
  keep_outputs(run, instance, nullptr);
}

}  // namespace weft
