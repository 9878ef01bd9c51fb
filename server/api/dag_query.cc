#include "server/api/dag_query.h"

#include <algorithm>

#include "server/storage/queries/assets.h"
#include "server/storage/queries/dags.h"

namespace weft::api {
namespace {

using storage::Filter;

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

}  // namespace

Filter read_dag_filter(Query& query) {
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

}  // namespace weft::api
