#include "server/core/dag/dag.h"

#include <array>

namespace weft {
namespace {

constexpr std::array<std::string_view, 10> type_names = {
    "shell",       "exec",        "noop",     "branch",      "sensor.time",
    "sensor.task", "trigger_dag", "approval", "sensor.file", "sensor.asset"};
constexpr std::array<std::string_view, 12> rule_names = {
    "all_success", "all_failed", "all_done",    "all_done_min_one_success",    "one_success",
    "one_failed",  "one_done",   "none_failed", "none_failed_min_one_success", "none_skipped",
    "all_skipped", "always"};
constexpr std::array<std::string_view, 3> weight_names = {"downstream", "upstream", "absolute"};

}  // namespace

std::string_view name_of(TaskType type) {
  return type_names[static_cast<std::size_t>(type)];
}
std::string_view name_of(TriggerRule rule) {
  return rule_names[static_cast<std::size_t>(rule)];
}
std::string_view name_of(WeightRule rule) {
  return weight_names[static_cast<std::size_t>(rule)];
}

std::optional<TriggerRule> trigger_rule_from(std::string_view name) {
  for (std::size_t i = 0; i < rule_names.size(); ++i) {
    if (rule_names[i] == name) return static_cast<TriggerRule>(i);
  }
  return std::nullopt;
}

const Task* Dag::find_task(std::string_view id) const {
  const auto found = task_by_id.find(std::string(id));
  return found == task_by_id.end() ? nullptr : &task(found->second);
}

const Mapping* Dag::mapping_of(const Task& task) const {
  if (task.mapping || task.group < 0) return task.mapping.get();
  return groups[static_cast<std::size_t>(task.group)].mapping.get();
}

bool Dag::in_lanes(const Task& a, const Task& b) const {
  return a.group >= 0 && a.group == b.group &&
         groups[static_cast<std::size_t>(a.group)].mapping != nullptr;
}

}  // namespace weft
