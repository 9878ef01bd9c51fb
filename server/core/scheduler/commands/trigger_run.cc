#include <algorithm>

#include "server/core/scheduler/calendar.h"
#include "server/core/scheduler/step.h"

namespace weft {
namespace {

bool is_run_id(const std::string& id) {
  if (id.empty() || id.size() > 250 || id == "." || id == ".." || id == "~") return false;
  return std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '.' || c == '~' || c == ':' || c == '+' || c == '-';
  });
}

/// Prefixes of ids that the scheduler makes itself: a caller must not pass for it.
bool has_reserved_prefix(const std::string& id) {
  for (const std::string_view prefix : {"scheduled__", "backfill__", "asset_triggered__"})
    if (id.starts_with(prefix)) return true;
  return false;
}

Result<void> check(const Step& step, const DagState& dag, const TriggerRun& command) {
  if (dag.row.is_stale)
    return fail(ErrorCode::conflict,
                "DAG \"" + command.dag_id + "\" has no file any more; put it back to trigger it");
  if (command.run_id && !is_run_id(*command.run_id))
    return fail(ErrorCode::unprocessable,
                "dag_run_id: 1 to 250 of A-Z a-z 0-9 _ . ~ : + -, and not \".\", \"..\" or \"~\"");
  if (command.run_id && has_reserved_prefix(*command.run_id))
    return fail(ErrorCode::unprocessable,
                "dag_run_id: \"" + *command.run_id +
                    "\" begins like the ids of the scheduler's own runs; choose another");
  if (command.data_interval && command.data_interval->start > command.data_interval->end)
    return fail(ErrorCode::unprocessable, "data_interval_start is after data_interval_end");
  if (!command.conf.is_null() && !command.conf.is_object())
    return fail(ErrorCode::unprocessable, "conf: must be an object");
  if (dag.queued.size() + dag.waiting.size() >= step.s.config.max_queued_runs_per_dag)
    return fail(ErrorCode::resource_exhausted, "DAG \"" + command.dag_id + "\" has " +
                                                   std::to_string(dag.queued.size()) +
                                                   " queued runs already; wait for some to end");
  return {};
}

}  // namespace

std::string manual_run_id(Instant run_after, std::uint64_t entropy) {
  constexpr char digits[] = "0123456789abcdef";
  std::string suffix(8, '0');
  for (char& c : suffix) {
    c = digits[entropy & 15];
    entropy >>= 4;
  }
  return "manual__" + format_instant(run_after) + "_" + suffix;
}

Result<Answer> apply(Step& step, const TriggerRun& command) {
  DagState* dag = step.s.find_dag(command.dag_id);
  if (dag == nullptr) return fail(ErrorCode::not_found, "no DAG \"" + command.dag_id + "\"");
  // One caller's key means one thing per DAG.
  const std::string key =
      command.idempotency_key.empty() ? "" : command.dag_id + "/" + command.idempotency_key;
  if (!key.empty()) {
    const auto used = step.s.history.idempotency(key);
    if (used && step.now.wall - used->at < std::chrono::hours(24)) {
      if (used->request_hash != command.request_hash)
        return fail(ErrorCode::unprocessable,
                    "Idempotency-Key was used within 24 hours with another body");
      const auto run = step.s.history.run(used->run);
      if (run && run->dag == dag->row.key)  // not of one that was deleted under this name
        return Answer{RunAnswer{run->id, run->run_id, true}};
    }
  }
  TRY(check(step, *dag, command));
  NewRun what;
  TRY_ASSIGN(
      what.params,
      resolve_params(*dag->spec, command.conf.is_null() ? nlohmann::json::object() : command.conf));
  what.run_after = command.run_after.value_or(step.now.wall);
  what.logical_date = command.logical_date;
  what.run_id = command.run_id.value_or(manual_run_id(what.run_after, command.entropy));
  what.data_interval = command.data_interval.value_or(
      manual_interval(*dag->spec, command.logical_date.value_or(what.run_after)));
  what.conf = command.conf;
  what.note = command.note;
  what.partition_key = command.partition_key;
  what.by = command.by;
  what.actor = command.actor.name;
  if (dag->by_run_id.contains(what.run_id) || step.s.history.run_by_id(dag->row.key, what.run_id))
    return fail(ErrorCode::conflict,
                "DAG \"" + command.dag_id + "\" has a run \"" + what.run_id + "\" already");
  if (what.logical_date && step.logical_date_taken(*dag, *what.logical_date))
    return fail(ErrorCode::conflict, "DAG \"" + command.dag_id + "\" has a run with logical_date " +
                                         format_instant(*what.logical_date) + " already");
  const ActiveRun& run = step.create_run(*dag, std::move(what));
  if (!key.empty())
    step.record(IdempotencyRow{key, command.request_hash, run.row.id, step.now.wall});
  step.audit(command.actor, "trigger", command.dag_id, run.row.run_id);
  return Answer{RunAnswer{run.row.id, run.row.run_id, false}};
}

}  // namespace weft
