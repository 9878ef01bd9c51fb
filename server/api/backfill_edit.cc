#include <fmt/format.h>

#include "server/api/backfills.h"
#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/permission.h"
#include "server/core/dag/canonical.h"

namespace weft::api {
namespace {

constexpr std::size_t max_idempotency_key = 255;
constexpr std::size_t most_tasks = 1000;
/// Of a dry run; total_entries says how many there are.
constexpr std::size_t most_planned = 1000;

Outcome<CreateBackfill> read_backfill(const Call& call) {
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  for (const auto* name : {"dag_id", "from_date", "to_date"}) body.require(name);
  CreateBackfill command;
  command.dag_id = body.text("dag_id").value_or("");
  command.from_date = body.instant("from_date").value_or(Instant{});
  command.to_date = body.instant("to_date").value_or(Instant{});
  command.run_backwards = body.boolean("run_backwards").value_or(false);
  command.conf = body.object("dag_run_conf");
  command.max_active_runs =
      static_cast<int>(body.integer("max_active_runs", 1, 10'000).value_or(10));
  command.run_on_latest_version = body.boolean("run_on_latest_version").value_or(true);
  command.task_ids = body.words("task_ids").value_or(std::vector<std::string>());
  command.include_downstream = body.boolean("include_downstream").value_or(false);
  if (command.task_ids.size() > most_tasks)
    body.report("task_ids", fmt::format("List should have at most {} items", most_tasks),
                "too_long");
  const auto behavior = reprocess_behavior_from(body.text("reprocess_behavior").value_or("none"));
  if (behavior)
    command.reprocess = *behavior;
  else
    body.report("reprocess_behavior", "Input should be 'failed', 'completed' or 'none'", "enum");
  API_TRY(body.check());
  API_TRY(
      call.read([&](storage::Reader& reader) { return check_dag(reader, call, command.dag_id); }));
  command.actor = call.actor();
  return command;
}

/// The backfill of the path. Errors: as for one that is not there, where the caller may not see it.
Outcome<BackfillId> backfill_in_path(const Call& call) {
  API_TRY_ASSIGN(const auto id, call.integer("backfill_id"));
  API_TRY(backfill_response(call, BackfillId{id}));
  return BackfillId{id};
}

Outcome<http::Response> answer_of(const Call& call, Command command) {
  API_TRY_ASSIGN(const auto answer, call.command(std::move(command)));
  const auto* made = std::get_if<BackfillAnswer>(&answer);
  if (made == nullptr)
    return refuse(ErrorCode::internal, "the engine answered a backfill without one");
  return backfill_response(call, made->backfill);
}

nlohmann::json plan_json(const BackfillPlanRow& row) {
  return {{"logical_date", instant_json(row.logical_date)},
          {"partition_date", nullptr},
          {"partition_key", nullptr},
          {"data_interval_start", instant_json(row.interval.start)},
          {"data_interval_end", instant_json(row.interval.end)},
          {"dag_run_id", row.run_id},
          {"action", row.action},
          {"reason", text_or_null(row.reason)}};
}

}  // namespace

Outcome<http::Response> create_backfill(Call& call) {
  API_TRY_ASSIGN(auto command, read_backfill(call));
  const auto key = call.request.header("idempotency-key");
  if (key.size() > max_idempotency_key)
    return refuse({{"header", "Idempotency-Key"},
                   fmt::format("String should have at most {} characters", max_idempotency_key),
                   "string_too_long"});
  if (!key.empty()) {
    command.idempotency_key = fmt::format("backfill/{}", key);
    command.request_hash = sha256_hex(call.request.body);
  }
  return answer_of(call, std::move(command));
}

Outcome<http::Response> create_backfill_dry_run(Call& call) {
  API_TRY_ASSIGN(const auto command, read_backfill(call));
  std::optional<Result<BackfillPlan>> answer;
  const bool asked = call.deps.engine.ask([&](const Scheduler& scheduler, Now now) {
    answer = scheduler.plan_backfill(command, most_planned, now);
  });
  if (!asked || !answer)
    return refuse(ErrorCode::unavailable, "the server is stopping; ask again after its restart");
  API_TRY_ASSIGN(const auto plan, std::move(*answer));
  auto rows = nlohmann::json::array();
  for (const auto& row : plan.rows) rows.push_back(plan_json(row));
  return json_response(collection_json("backfills", std::move(rows), plan.total));
}

Outcome<http::Response> pause_backfill(Call& call) {
  API_TRY_ASSIGN(const auto id, backfill_in_path(call));
  return answer_of(call, PauseBackfill{id, true, call.actor()});
}

Outcome<http::Response> unpause_backfill(Call& call) {
  API_TRY_ASSIGN(const auto id, backfill_in_path(call));
  return answer_of(call, PauseBackfill{id, false, call.actor()});
}

Outcome<http::Response> cancel_backfill(Call& call) {
  API_TRY_ASSIGN(const auto id, backfill_in_path(call));
  Query query(call.request);
  const bool running = query.boolean("cancel_running", false);
  API_TRY(query.check());
  return answer_of(call, CancelBackfill{id, running, call.actor()});
}

}  // namespace weft::api
