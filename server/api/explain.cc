// Why is this not running? The only reads that ask the engine: it alone knows.

#include <fmt/format.h>

#include <algorithm>

#include "server/api/handlers.h"
#include "server/api/lookup.h"
#include "server/api/permission.h"

namespace weft::api {
namespace {

using storage::Reader;

/// Of the DAGs that a reason's data names: may the caller see each?
bool names_only_visible(const nlohmann::json& data, const VisibleDags& visible) {
  if (!data.is_object()) return true;
  const auto is_seen = [&](const nlohmann::json& dag) {
    return !dag.is_string() || is_visible(visible, dag.get_ref<const std::string&>());
  };
  const auto dags = data.find("dags");
  return is_seen(data.value("dag_id", nlohmann::json())) &&
         (dags == data.end() || std::all_of(dags->begin(), dags->end(), is_seen));
}

/// The engine knows no caller: what it says of DAGs that this one may not see is said without
/// their names, runs and states.
Outcome<void> hide_foreign(const Call& call, Explanation& explanation) {
  API_TRY_ASSIGN(const auto visible,
                 call.read([&](Reader& reader) { return visible_dags(reader, call); }));
  for (auto& reason : explanation.reasons) {
    if (names_only_visible(reason.data, visible)) continue;
    reason.message = reason.code == "asset_circle"
                         ? "its runs lead to itself, through DAGs that are not yours to see: what "
                           "starts may never end"
                         : "it waits for a run of a DAG that is not yours to see";
    reason.data = nlohmann::json::object();
  }
  return {};
}

/// Asks on the engine thread, between commands.
template <class Ask>
Outcome<Explanation> ask_engine(const Call& call, Ask&& ask) {
  std::optional<Result<Explanation>> answer;
  const bool asked = call.deps.engine.ask(
      [&](const Scheduler& scheduler, Now now) { answer = ask(scheduler, now); });
  if (!asked || !answer)
    return refuse(ErrorCode::unavailable, "the server is stopping; ask again after its restart");
  API_TRY_ASSIGN(auto explanation, std::move(*answer));
  API_TRY(hide_foreign(call, explanation));
  return explanation;
}

Outcome<Explanation> explain_task_of(const Call& call) {
  API_TRY_ASSIGN(const auto map_index, map_index_of(call));
  API_TRY_ASSIGN(const auto instance, call.read([&](Reader& reader) {
    return require_instance(reader, call.value("dag_id"), call.value("dag_run_id"),
                            call.value("task_id"), map_index);
  }));
  // A run that is over is only in the database: nothing holds it up.
  if (is_terminal(instance.run_state))
    return Explanation{.state = std::string(name_of(instance.row.state))};
  return ask_engine(call, [&](const Scheduler& scheduler, Now now) {
    return scheduler.explain_task(call.value("dag_id"), call.value("dag_run_id"),
                                  call.value("task_id"), map_index, now);
  });
}

http::Response explanation_response(const Explanation& explanation) {
  auto reasons = nlohmann::json::array();
  for (const auto& reason : explanation.reasons)
    reasons.push_back({{"code", reason.code}, {"message", reason.message}, {"data", reason.data}});
  const bool has_state = !explanation.state.empty() && explanation.state != "none";
  return json_response({{"state", has_state ? nlohmann::json(explanation.state) : nullptr},
                        {"reasons", std::move(reasons)}});
}

}  // namespace

Outcome<http::Response> explain_dag(Call& call) {
  API_TRY_ASSIGN(const auto explanation, ask_engine(call, [&](const Scheduler& scheduler, Now now) {
                   return scheduler.explain_dag(call.value("dag_id"), now);
                 }));
  return explanation_response(explanation);
}

Outcome<http::Response> explain_run(Call& call) {
  API_TRY_ASSIGN(const auto run, call.read([&](Reader& reader) {
    return require_run(reader, call.value("dag_id"), call.value("dag_run_id"));
  }));
  if (is_terminal(run.row.state))
    return explanation_response({.state = std::string(name_of(run.row.state))});
  API_TRY_ASSIGN(const auto explanation, ask_engine(call, [&](const Scheduler& scheduler, Now) {
                   return scheduler.explain_run(call.value("dag_id"), call.value("dag_run_id"));
                 }));
  return explanation_response(explanation);
}

Outcome<http::Response> explain_task(Call& call) {
  API_TRY_ASSIGN(const auto explanation, explain_task_of(call));
  return explanation_response(explanation);
}

Outcome<http::Response> get_dependencies(Call& call) {
  API_TRY_ASSIGN(const auto explanation, explain_task_of(call));
  auto list = nlohmann::json::array();
  for (const auto& reason : explanation.reasons)
    list.push_back({{"name", reason.code}, {"reason", reason.message}});
  return json_response({{"dependencies", std::move(list)}});
}

}  // namespace weft::api
