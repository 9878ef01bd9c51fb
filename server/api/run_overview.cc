// Runs of many DAGs in one answer: the newest of each, and how they went over time.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/permission.h"
#include "server/storage/queries/views.h"

namespace weft::api {
namespace {

using storage::Reader;

constexpr std::size_t max_dags_asked = 100;
constexpr std::int64_t max_runs_of_each = 14;
constexpr std::size_t max_windows = 64;

void write_recent_run(JsonText& out, const std::string& dag_id, const storage::RunColumn& run) {
  out.begin_object();
  out.member("dag_id", dag_id);
  out.member("dag_run_id", run.run_id);
  out.member("run_type", name_of(run.type));
  out.member("state", name_of(run.state));
  out.member("logical_date", run.logical_date);
  out.member("run_after", run.run_after);
  out.member("queued_at", run.queued_at);
  out.member("start_date", run.started_at);
  out.member("end_date", run.ended_at);
  out.member("duration", seconds_between(run.started_at, run.ended_at));
  out.end_object();
}

/// The bounds of the windows, oldest first. Reports what is wrong with them.
std::vector<Instant> read_bounds(Query& query, std::string_view name) {
  std::vector<Instant> bounds;
  for (const std::string& text : query.texts(name)) {
    if (bounds.size() > max_windows + 1) break;  // too many already
    const auto at = parse_instant(text);
    if (!at) {
      query.report(name, at.error().message, "datetime_parsing");
      return {};
    }
    bounds.push_back(*at);
  }
  if (bounds.size() < 2 || bounds.size() > max_windows + 1)
    query.report(name, fmt::format("List should have 2 to {} items", max_windows + 1),
                 bounds.size() < 2 ? "too_short" : "too_long");
  if (std::adjacent_find(bounds.begin(), bounds.end(), std::greater_equal<>()) != bounds.end())
    query.report(name, "Each item should be later than the one before", "value_error");
  return bounds;
}

}  // namespace

Outcome<http::Response> get_recent_dag_runs(Call& call) {
  Query query(call.request);
  const auto dag_ids = query.texts("dag_ids");
  const auto limit =
      query.integer("dag_runs_limit", 1, max_runs_of_each).value_or(max_runs_of_each);
  if (dag_ids.empty() || dag_ids.size() > max_dags_asked)
    query.report("dag_ids", fmt::format("List should have 1 to {} items", max_dags_asked),
                 dag_ids.empty() ? "missing" : "too_long");
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto visible, visible_dags(reader, call));
    JsonText answer;
    answer.begin_object();
    answer.name("dags");
    answer.begin_array();
    for (const std::string& dag_id : std::set<std::string>(dag_ids.begin(), dag_ids.end())) {
      if (!is_visible(visible, dag_id)) continue;
      API_TRY_ASSIGN(const auto dag, storage::find_dag(reader, dag_id));
      if (!dag) continue;
      API_TRY_ASSIGN(const auto runs,
                     storage::list_run_columns(reader, dag->row.key, std::nullopt, limit));
      answer.begin_object();
      answer.member("dag_id", dag_id);
      answer.name("latest_dag_runs");
      answer.begin_array();
      for (const auto& run : runs) write_recent_run(answer, dag_id, run);
      answer.end_array();
      answer.end_object();
    }
    answer.end_array();
    answer.end_object();
    return json_response(std::move(answer));
  });
}

Outcome<http::Response> get_dag_run_stats(Call& call) {
  Query query(call.request);
  const auto bounds = read_bounds(query, "run_after");
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto visible, visible_dags(reader, call));
    API_TRY_ASSIGN(const auto counts, storage::count_runs_between(reader, bounds, visible));
    auto windows = nlohmann::json::array();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      auto states = nlohmann::json::object();
      for (const auto state :
           {RunState::queued, RunState::running, RunState::success, RunState::failed})
        states[std::string(name_of(state))] = counts[i][static_cast<std::size_t>(state)];
      windows.push_back({{"run_after_gte", instant_json(bounds[i])},
                         {"run_after_lt", instant_json(bounds[i + 1])},
                         {"dag_run_states", std::move(states)}});
    }
    return json_response(nlohmann::json{{"windows", std::move(windows)}});
  });
}

}  // namespace weft::api
