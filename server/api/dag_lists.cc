// What is counted or collected over DAGs: statistics, tags and owners.

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"
#include "server/api/permission.h"

namespace weft::api {
namespace {

using storage::Reader;

/// More DAGs than this are answered in several calls, by dag_ids.
constexpr std::int64_t max_stats = 1000;

bool is_name_order(std::string_view name) {
  return name == "name";
}

using AddNamesOf = void (*)(storage::Filter&, const std::vector<std::string>& dag_ids);
using ListNames = Result<storage::Listing<std::string>> (*)(Reader&, const storage::Filter&,
                                                            bool descending, storage::Page);

/// Names that DAGs have, each once, under `key`.
Outcome<http::Response> names_response(const Call& call, const char* key, const char* pattern,
                                       AddNamesOf add_names_of, ListNames list_names) {
  Query query(call.request);
  const auto page = query.page();
  const auto order = query.order_by(is_name_order);
  storage::Filter filter;
  add_pattern(filter, query, pattern, "name");
  API_TRY(query.check());
  const bool descending = !order.empty() && order.front().descending;
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto visible, visible_dags(reader, call));
    if (visible) add_names_of(filter, *visible);
    API_TRY_ASSIGN(const auto names, list_names(reader, filter, descending, page));
    return json_response(collection_json(key, names.rows, names.total, names.total_is_exact));
  });
}

Outcome<nlohmann::json> stats_json(Reader& reader, const storage::DagRecord& dag) {
  API_TRY_ASSIGN(const auto counts, storage::count_runs_by_state(reader, dag.row.key));
  auto stats = nlohmann::json::array();
  for (const auto state :
       {RunState::queued, RunState::running, RunState::success, RunState::failed}) {
    const auto found = counts.find(state);
    stats.push_back(
        {{"state", name_of(state)}, {"count", found == counts.end() ? 0 : found->second}});
  }
  return nlohmann::json{{"dag_id", dag.row.dag_id},
                        {"dag_display_name", dag.display_name},
                        {"stats", std::move(stats)}};
}

}  // namespace

Outcome<http::Response> get_dag_stats(Call& call) {
  Query query(call.request);
  const auto dag_ids = query.texts("dag_ids");
  API_TRY(query.check());
  storage::Filter filter;
  filter.add("d.is_stale = 0");
  if (!dag_ids.empty()) filter.add_in("d.dag_id", dag_ids);
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY(add_visible(filter, reader, call, "d.dag_id"));
    API_TRY_ASSIGN(const auto dags, storage::list_dags(reader, filter, {{"dag_id", false}},
                                                       {.limit = max_stats, .offset = 0}));
    auto list = nlohmann::json::array();
    for (const auto& dag : dags.rows) {
      API_TRY_ASSIGN(auto stats, stats_json(reader, dag));
      list.push_back(std::move(stats));
    }
    return json_response(collection_json("dags", std::move(list), dags.total, dags.total_is_exact));
  });
}

Outcome<http::Response> get_dag_tags(Call& call) {
  return names_response(call, "tags", "tag_name_pattern", storage::add_tags_of, storage::list_tags);
}

Outcome<http::Response> get_dag_owners(Call& call) {
  return names_response(call, "owners", "owner_pattern", storage::add_owners_of,
                        storage::list_owners);
}

}  // namespace weft::api
