#include "server/core/scheduler/map_lists.h"

#include <algorithm>

#include "server/core/expression/suggest.h"

namespace weft {
namespace {

using nlohmann::json;

std::string field_of(const Mapping& mapping, const MapKey& key) {
  return (mapping.zip ? "expand_zip." : "expand.") + key.name;
}

/// The first output that the template reads and that is not there, as it is spelt; "": none.
std::string missing_output(const Template& value, const json* outputs) {
  for (const Reference& reference : value.references()) {
    if (reference.path.size() < 2 || reference.path.front() != "outputs") continue;
    const json* at = outputs;
    std::string spelt = "outputs";
    for (std::size_t i = 1; i < reference.path.size(); ++i) {
      spelt += "." + reference.path[i];
      if (at != nullptr && at->is_array()) break;
      if (at == nullptr || !at->is_object() || !at->contains(reference.path[i])) return spelt;
      at = &at->at(reference.path[i]);
      if (at->is_null()) return spelt;
    }
  }
  return {};
}

MapLists refuse(MapLists::Kind kind, std::string reason) {
  MapLists result;
  result.kind = kind;
  result.reason = std::move(reason);
  return result;
}

}  // namespace

MapLists evaluate_lists(const Mapping& mapping, const Scope& scope, const json* outputs) {
  MapLists result;
  json keys = json::array();
  std::int64_t product = 1, shortest = -1;
  std::string empty;
  for (const MapKey& key : mapping.keys) {
    json list = key.literal;
    const std::string field = field_of(mapping, key);
    if (key.value) {
      Result<json> value = key.value->evaluate(scope);
      if (!value || value->is_null()) {
        const std::string missing = missing_output(*key.value, outputs);
        if (!missing.empty())
          return refuse(MapLists::Kind::missing, field + ": " + missing + " is missing");
        if (!value) return refuse(MapLists::Kind::failed, field + ": " + value.error().message);
      }
      list = std::move(*value);
    }
    if (!list.is_array())
      return refuse(
          MapLists::Kind::failed,
          field + ": " + key.value->text() + " must give a list, not " +
              (list.is_null() ? "null" : "a value of type " + std::string(list.type_name())));
    const auto size = static_cast<std::int64_t>(list.size());
    if (size == 0 && empty.empty()) empty = field;
    product = std::min<std::int64_t>(product * size, 1'000'000'000);
    shortest = shortest < 0 ? size : std::min(shortest, size);
    keys.push_back(json::array({key.name, std::move(list)}));
  }
  const std::int64_t length = mapping.zip ? shortest : product;
  if (length > mapping.max_length)
    return refuse(MapLists::Kind::failed,
                  std::string(mapping.zip ? "expand_zip" : "expand") + " gives " +
                      std::to_string(length) + " elements, more than max_map_length (" +
                      std::to_string(mapping.max_length) + "): raise it, or map over less");
  result.length = static_cast<std::int32_t>(length);
  result.lists = {{"zip", mapping.zip}, {"keys", std::move(keys)}};
  if (length == 0) result.reason = "mapped over nothing: " + empty + " is empty";
  return result;
}

json map_values(const json& lists, std::int32_t element) {
  json values = json::object();
  const json& keys = lists.at("keys");
  const bool zip = lists.at("zip").get<bool>();
  auto rest = static_cast<std::size_t>(element);
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
    const json& list = key->at(1);
    if (list.empty()) return json::object();
    values[key->at(0).get<std::string>()] =
        list.at(zip ? std::min(rest, list.size() - 1) : rest % list.size());
    if (!zip) rest /= list.size();
  }
  return values;
}

const std::string& mapping_owner(const Dag& dag, const Task& task) {
  if (task.mapping || task.group < 0) return task.id;
  return dag.groups[static_cast<std::size_t>(task.group)].id;
}

std::vector<TaskIndex> mapped_tasks(const Dag& dag, const std::string& owner) {
  if (const Task* task = dag.find_task(owner); task != nullptr && task->mapping)
    return {task->index};
  for (const TaskGroup& group : dag.groups)
    if (group.id == owner && group.mapping) return group.tasks;
  return {};
}

bool is_mapped_alike(const Dag& a, const Dag& b, const std::string& owner) {
  const auto tasks = mapped_tasks(a, owner), others = mapped_tasks(b, owner);
  if (tasks.empty() || tasks.size() != others.size()) return false;
  for (const TaskIndex task : tasks) {
    const Task* other = b.find_task(a.task(task).id);
    if (other == nullptr || b.mapping_of(*other) == nullptr || mapping_owner(b, *other) != owner)
      return false;
  }
  const Mapping& one = *a.mapping_of(a.task(tasks.front()));
  const Mapping& two = *b.mapping_of(b.task(others.front()));
  const auto same = [](const MapKey& key, const MapKey& other) {
    const auto text = [](const MapKey& of) { return of.value ? of.value->text() : ""; };
    return key.name == other.name && key.literal == other.literal && text(key) == text(other);
  };
  return one.zip == two.zip &&
         std::equal(one.keys.begin(), one.keys.end(), two.keys.begin(), two.keys.end(), same);
}

}  // namespace weft
