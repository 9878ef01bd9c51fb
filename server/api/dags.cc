#include <fmt/format.h>

#include <algorithm>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"
#include "server/api/permission.h"
#include "server/storage/queries/assets.h"

namespace weft::api {
namespace {

using storage::Filter;
using storage::Reader;

constexpr std::string_view next_dagrun = "next_dagrun";

bool is_order(std::string_view name) {
  return name == next_dagrun || storage::is_dag_order(name);
}

/// States by their numbers; an unknown one is an issue.
std::vector<std::int64_t> run_states(Query& query, std::string_view name) {
  std::vector<std::int64_t> states;
  for (const auto& text : query.texts(name)) {
    if (const auto state = run_state_from(text))
      states.push_back(static_cast<std::int64_t>(*state));
    else
      query.report(name, "Input should be 'queued', 'running', 'success' or 'failed'", "enum");
  }
  return states;
}

void add_tags(Filter& filter, Query& query) {
  const auto tags = query.texts("tags");
  const auto mode = query.word("tags_match_mode", {"any", "all"});
  if (!tags.empty()) storage::add_tags(filter, tags, mode == "all");
}

/// DAGs that have a run which fits all of dag_run_state, dag_run_start_date_…, dag_run_end_date_….
void add_runs(Filter& filter, Query& query) {
  Filter runs;
  const auto states = run_states(query, "dag_run_state");
  if (!query.texts("dag_run_state").empty()) runs.add_in("run.state", states);
  add_instant_range(runs, query, "dag_run_start_date", "run.started_at");
  add_instant_range(runs, query, "dag_run_end_date", "run.ended_at");
  if (!runs.empty()) filter.add_exists("run", "run.dag = d.key", runs);
}

/// Schedules by the names of Airflow's timetables.
void add_timetable_types(Filter& filter, const Query& query) {
  const auto types = query.texts("timetable_type");
  if (types.empty()) return;
  const auto wants = [&](std::string_view name) {
    return std::any_of(types.begin(), types.end(),
                       [&](const auto& type) { return type.ends_with(name); });
  };
  std::string sql = "0";
  if (wants("NullTimetable")) sql += " OR v.schedule IS NULL";
  if (wants("AssetTriggeredTimetable")) sql += " OR v.schedule = 'Asset'";
  if (wants("OnceTimetable")) sql += " OR v.schedule = '@once'";
  if (wants("ContinuousTimetable")) sql += " OR v.schedule = '@continuous'";
  if (wants("CronTriggerTimetable") || wants("CronDataIntervalTimetable"))
    sql += " OR v.schedule NOT IN ('@once', '@continuous', 'Asset')";
  filter.add(sql);
}

Filter read_filter(Query& query) {
  Filter filter;
  add_tags(filter, query);
  if (const auto owners = query.texts("owners"); !owners.empty()) filter.add_in("v.owner", owners);
  add_pattern(filter, query, "dag_id_pattern", "d.dag_id");
  add_pattern(filter, query, "dag_display_name_pattern", "v.display_name");
  if (query.boolean("exclude_stale", true)) filter.add("d.is_stale = 0");
  if (const auto paused = query.boolean("paused"))
    filter.add_equal("d.is_paused", std::int64_t{*paused});
  if (const auto errors = query.boolean("has_import_errors"))
    filter.add_equal("d.has_import_errors", std::int64_t{*errors});
  if (const auto states = run_states(query, "last_dag_run_state"); !states.empty())
    filter.add_equal(storage::dag_last_run_state, states.front());
  if (const auto bundle = query.text("bundle_name")) filter.add_equal("d.bundle", *bundle);
  add_runs(filter, query);
  add_timetable_types(filter, query);
  storage::add_asset_schedule(filter, query.boolean("has_asset_schedule"),
                              query.text("asset_dependency"));
  // What no DAG has here: versions of bundles, favourites.
  if (query.text("bundle_version") || query.boolean("is_favorite", false)) filter.add_never();
  return filter;
}

Outcome<nlohmann::json> dags_json(Reader& reader, const Call& call,
                                  const std::vector<storage::DagRecord>& records) {
  auto list = nlohmann::json::array();
  const auto now = call.deps.clock.now().wall;
  for (const auto& record : records) {
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, record.row.current_version));
    list.push_back(dag_json(record, *dag, now));
  }
  return list;
}

/// Sorted by what the schedules say, which no column holds.
Outcome<storage::Listing<storage::DagRecord>> list_by_next_run(Reader& reader, const Call& call,
                                                               const Filter& filter,
                                                               bool descending,
                                                               storage::Page page) {
  API_TRY_ASSIGN(auto all, storage::list_dags(reader, filter, {},
                                              {.limit = storage::max_exact_total, .offset = 0}));
  std::vector<std::pair<Instant, std::size_t>> order;
  const auto now = call.deps.clock.now().wall;
  for (std::size_t i = 0; i < all.rows.size(); ++i) {
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, all.rows[i].row.current_version));
    const auto next = next_run_of(all.rows[i].row, *dag, now);
    order.emplace_back(next.run_after.value_or(Instant::max()), i);
  }
  std::stable_sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
    return descending ? b.first < a.first : a.first < b.first;
  });
  storage::Listing<storage::DagRecord> listing{.total = all.total,
                                               .total_is_exact = all.total_is_exact};
  const auto begin = std::min(static_cast<std::size_t>(page.offset), order.size());
  const auto end = std::min(begin + static_cast<std::size_t>(page.limit), order.size());
  for (std::size_t i = begin; i < end; ++i)
    listing.rows.push_back(std::move(all.rows[order[i].second]));
  return listing;
}

Outcome<http::Response> dag_response(Call& call) {
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto record, require_dag(reader, call.value("dag_id")));
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, record.row.current_version));
    return json_response(dag_json(record, *dag, call.deps.clock.now().wall));
  });
}

}  // namespace

Outcome<http::Response> get_dags(Call& call) {
  Query query(call.request);
  auto filter = read_filter(query);
  const auto page = query.page();
  auto order = query.order_by(is_order, {{"dag_id", false}});
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY(add_visible(filter, reader, call, "d.dag_id"));
    const auto next = std::find_if(order.begin(), order.end(),
                                   [](const auto& o) { return o.name == next_dagrun; });
    Outcome<storage::Listing<storage::DagRecord>> listing =
        next == order.end() ? Outcome<storage::Listing<storage::DagRecord>>(
                                  storage::list_dags(reader, filter, order, page))
                            : list_by_next_run(reader, call, filter, next->descending, page);
    API_TRY(listing);
    API_TRY_ASSIGN(auto rows, dags_json(reader, call, listing->rows));
    return json_response(
        collection_json("dags", std::move(rows), listing->total, listing->total_is_exact));
  });
}

Outcome<http::Response> get_dag(Call& call) {
  return dag_response(call);
}

Outcome<http::Response> patch_dag(Call& call) {
  Query query(call.request);
  const auto mask = query.texts("update_mask");
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  body.require("is_paused");
  const auto is_paused = body.boolean("is_paused");
  API_TRY(body.check());
  for (const auto& field : mask)
    if (field != "is_paused")
      return refuse(ErrorCode::invalid_argument,
                    fmt::format("update_mask: only is_paused can be changed, not \"{}\"",
                                field.substr(0, 100)));
  API_TRY(call.command(
      PauseDag{.dag_id = call.value("dag_id"), .is_paused = *is_paused, .actor = call.actor()}));
  return dag_response(call);
}

Outcome<http::Response> get_dag_details(Call& call) {
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto record, require_dag(reader, call.value("dag_id")));
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, record.row.current_version));
    API_TRY_ASSIGN(const auto active, storage::count_active_runs(reader, record.row.key));
    return json_response(dag_details_json(record, *dag, active, call.deps));
  });
}

}  // namespace weft::api
