#include "server/core/dag/names.h"

#include <array>
#include <span>

#include <fmt/format.h>

#include "server/core/expression/suggest.h"

namespace weft {
namespace {

struct Name {
  std::string_view name;
  Origin origin = Origin::scheduler;
};

constexpr std::array<Name, 5> dag_names = {{{"dag_id"},
                                            {"display_name", Origin::author},
                                            {"owner", Origin::author},
                                            {"tags", Origin::author},
                                            {"timezone", Origin::author}}};
constexpr std::array<Name, 4> task_names = {{{"task_id"}, {"queue"}, {"pool"}, {"retries"}}};
constexpr std::array<Name, 5> ti_names = {
    {{"dag_id"}, {"run_id"}, {"task_id"}, {"map_index"}, {"try_number"}}};
constexpr std::array<Name, 10> run_names = {{{"dag_id"},
                                             {"run_id"},
                                             {"run_type"},
                                             {"logical_date"},
                                             {"run_after"},
                                             {"data_interval_start"},
                                             {"data_interval_end"},
                                             {"triggered_by"},
                                             {"conf", Origin::conf},
                                             {"partition_key", Origin::conf}}};

struct Root {
  std::string_view name;
  Origin origin = Origin::scheduler;
  std::span<const Name> members{};  ///< none: the root is the value
};

constexpr std::array<Root, 25> roots = {{{"ds"},
                                         {"ds_nodash"},
                                         {"ts"},
                                         {"ts_nodash"},
                                         {"logical_date"},
                                         {"data_interval_start"},
                                         {"data_interval_end"},
                                         {"prev_data_interval_start_success"},
                                         {"prev_data_interval_end_success"},
                                         {"prev_start_date_success"},
                                         {"run_id"},
                                         {"dag", Origin::author, dag_names},
                                         {"task", Origin::author, task_names},
                                         {"run", Origin::conf, run_names},
                                         {"dag_run", Origin::conf, run_names},
                                         {"ti", Origin::author, ti_names},
                                         {"task_instance", Origin::author, ti_names},
                                         {"params", Origin::param},
                                         {"outputs", Origin::output},
                                         {"map", Origin::mapped},
                                         {"var", Origin::variable},
                                         {"conn", Origin::connection},
                                         {"triggering_asset_events", Origin::asset},
                                         {"inlets", Origin::asset},
                                         {"outlets", Origin::asset}}};

template <class Range>
std::vector<std::string_view> names_in(const Range& range) {
  std::vector<std::string_view> names;
  for (const auto& entry : range) names.push_back(entry.name);
  return names;
}

NameLookup look_up_member(const Root& root, const std::vector<std::string>& path) {
  // The whole object, or a member that is computed: as bad as its worst member.
  if (path.size() == 1) return {root.origin, {}};
  for (const Name& member : root.members) {
    if (member.name == path[1]) return {member.origin, {}};
  }
  return {root.origin, fmt::format("there is no {} in {}{}", shown(path[1]), root.name,
                                   did_you_mean(path[1], names_in(root.members)))};
}

}  // namespace

NameLookup look_up_name(const std::vector<std::string>& path) {
  for (const Root& root : roots) {
    if (root.name != path.front()) continue;
    if (!root.members.empty()) return look_up_member(root, path);
    if (root.origin == Origin::scheduler && path.size() > 1) {
      return {root.origin, fmt::format("{} is a text and has no {}", root.name, shown(path[1]))};
    }
    return {root.origin, {}};
  }
  return {Origin::author, fmt::format("unknown name {}{}", shown(path.front()),
                                      did_you_mean(path.front(), names_in(roots)))};
}

std::string spell_path(const std::vector<std::string>& path) {
  std::string text;
  for (const std::string& part : path) {
    if (!text.empty()) text += '.';
    text += part;
  }
  return text.substr(0, 120);
}

}  // namespace weft
