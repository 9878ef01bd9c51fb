// What is wrong with DAGs that are loaded well: worked out when somebody asks.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"
#include "server/api/permission.h"
#include "server/storage/queries/warnings.h"

namespace weft::api {
namespace {

using storage::Reader;

constexpr const char* lost_pool = "non-existent pool";
constexpr const char* asset_conflict = "asset conflict";
constexpr const char* varying_value = "runtime varying value";
constexpr std::size_t most_tasks_told = 10;
constexpr const char* foreign_cycle =
    "asset cycle: what one run makes starts the next one, without an end; it leads through DAGs "
    "that are not yours to see";

struct Warning {
  std::string dag_id, type, message;
  std::string display_name;
  Instant at{};  ///< since when the DAG's current version is there
};

/// One of Airflow's names for how warnings are sorted.
bool is_warning_order(std::string_view name) {
  return name == "dag_id" || name == "warning_type" || name == "message" || name == "timestamp";
}

/// -1, 0, 1.
int compare(const Warning& a, const Warning& b, std::string_view name) {
  if (name == "timestamp") return a.at < b.at ? -1 : b.at < a.at ? 1 : 0;
  const auto field = name == "warning_type" ? &Warning::type
                     : name == "message"    ? &Warning::message
                                            : &Warning::dag_id;
  return (a.*field).compare(b.*field);
}

std::string lost_pool_message(const std::string& pool, const std::vector<std::string>& tasks) {
  std::string names;
  const std::size_t told = std::min(tasks.size(), most_tasks_told);
  for (std::size_t i = 0; i < told; ++i) names += (i == 0 ? "" : ", ") + tasks[i];
  if (told < tasks.size()) names += fmt::format(" and {} more", tasks.size() - told);
  return fmt::format(
      "there is no pool \"{}\", so these tasks never start: {}; create the pool, "
      "or name another one",
      pool, names);
}

Outcome<void> add_lost_pools(Reader& reader, std::vector<Warning>& warnings) {
  API_TRY_ASSIGN(const auto lost, storage::list_lost_tasks(reader));
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> tasks;
  for (const auto& task : lost) tasks[{task.dag_id, task.pool}].push_back(task.task_id);
  for (const auto& [place, names] : tasks)
    warnings.push_back({.dag_id = place.first,
                        .type = lost_pool,
                        .message = lost_pool_message(place.second, names)});
  return {};
}

/// A cycle is told with its DAGs only to who may see them all.
Outcome<void> add_asset_conflicts(Reader& reader, const VisibleDags& visible,
                                  std::vector<Warning>& warnings) {
  API_TRY_ASSIGN(const auto flows, storage::list_asset_flows(reader));
  for (const auto& cycle : find_asset_cycles(flows)) {
    std::set<std::string> dags(cycle.entangled.begin(), cycle.entangled.end());
    for (const auto& step : cycle.steps) dags.insert(step.dag_id);
    const bool is_visible_whole = std::all_of(
        dags.begin(), dags.end(), [&](const std::string& dag) { return is_visible(visible, dag); });
    const std::string message = is_visible_whole ? describe(cycle) : foreign_cycle;
    for (const auto& dag : dags)
      warnings.push_back({.dag_id = dag, .type = asset_conflict, .message = message});
  }
  return {};
}

/// Of all DAGs that the caller may see, or of one; of all types, or of one.
Outcome<std::vector<Warning>> find_warnings(Reader& reader, const Call& call,
                                            const std::optional<std::string>& dag,
                                            const std::optional<std::string>& type) {
  API_TRY_ASSIGN(const auto visible, visible_dags(reader, call));
  std::vector<Warning> warnings;
  if (type.value_or(asset_conflict) == asset_conflict)
    API_TRY(add_asset_conflicts(reader, visible, warnings));
  if (type.value_or(lost_pool) == lost_pool) API_TRY(add_lost_pools(reader, warnings));
  std::erase_if(warnings, [&](const Warning& warning) {
    return (dag && warning.dag_id != *dag) || !is_visible(visible, warning.dag_id);
  });
  for (auto& warning : warnings) {
    API_TRY_ASSIGN(const auto record, require_dag(reader, warning.dag_id));
    warning.display_name = record.display_name;
    warning.at = record.version_created_at;
  }
  return warnings;
}

void sort(std::vector<Warning>& warnings, const std::vector<storage::Order>& order) {
  std::stable_sort(warnings.begin(), warnings.end(), [&](const Warning& a, const Warning& b) {
    for (const auto& by : order)
      if (const int sign = compare(a, b, by.name); sign != 0) return by.descending != (sign < 0);
    return false;
  });
}

nlohmann::json warning_json(const Warning& warning) {
  return {{"dag_id", warning.dag_id},
          {"dag_display_name", warning.display_name},
          {"warning_type", warning.type},
          {"message", warning.message},
          {"timestamp", instant_json(warning.at)}};
}

}  // namespace

Outcome<http::Response> get_dag_warnings(Call& call) {
  Query query(call.request);
  const auto dag_id = query.text("dag_id");
  const auto type = query.word("warning_type", {asset_conflict, lost_pool, varying_value});
  const auto page = query.page();
  const auto order = query.order_by(is_warning_order, {{"dag_id", false}});
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(auto warnings, find_warnings(reader, call, dag_id, type));
    sort(warnings, order);
    const auto begin = std::min(static_cast<std::size_t>(page.offset), warnings.size());
    const auto end = std::min(begin + static_cast<std::size_t>(page.limit), warnings.size());
    auto list = nlohmann::json::array();
    for (std::size_t i = begin; i < end; ++i) list.push_back(warning_json(warnings[i]));
    return json_response(collection_json("dag_warnings", std::move(list),
                                         static_cast<std::int64_t>(warnings.size())));
  });
}

}  // namespace weft::api
