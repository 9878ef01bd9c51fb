#include "server/core/scheduler/backfill.h"
#include "server/core/scheduler/step.h"

namespace weft {
namespace {

/// One active backfill per DAG and date.
Result<void> check_others(const Scheduler::State& s, const DagState& dag,
                          const CreateBackfill& command) {
  for (const auto& [id, other] : s.backfills) {
    if (other.row.dag != dag.row.key) continue;
    if (other.row.to_date < command.from_date || other.row.from_date > command.to_date) continue;
    return fail(ErrorCode::conflict, "backfill " + std::to_string(id.value) + " of DAG \"" +
                                         command.dag_id + "\" works on some of these dates (" +
                                         format_instant(other.row.from_date) + " to " +
                                         format_instant(other.row.to_date) +
                                         "); wait for its end or cancel it");
  }
  return {};
}

}  // namespace

Result<Answer> apply(Step& step, const CreateBackfill& command) {
  Scheduler::State& s = step.s;
  DagState* dag = s.find_dag(command.dag_id);
  if (dag == nullptr) return fail(ErrorCode::not_found, "no DAG \"" + command.dag_id + "\"");
  const std::string key = command.idempotency_key;
  if (!key.empty()) {
    const auto used = s.history.idempotency(key);
    if (used && step.now.wall - used->at < std::chrono::hours(24)) {
      if (used->request_hash != command.request_hash)
        return fail(ErrorCode::unprocessable,
                    "Idempotency-Key was used within 24 hours with another body");
      const auto made = s.history.backfill(BackfillId{used->run.value});
      if (made && made->dag == dag->row.key)  // not of one that was deleted under this name
        return Answer{BackfillAnswer{made->id, true}};
    }
  }
  if (dag->row.is_stale)
    return fail(ErrorCode::conflict,
                "DAG \"" + command.dag_id + "\" has no file any more; put it back to backfill it");
  TRY_ASSIGN(BackfillRow row,
             draft_backfill(*dag->spec, command, s.config.max_runs_per_backfill, step.now.wall));
  TRY(check_others(s, *dag, command));
  row.id = BackfillId{++s.ids.backfill.value};
  row.dag = dag->row.key;
  row.version = dag->row.current_version;
  BackfillState& backfill = s.backfills[row.id];
  backfill.row = std::move(row);
  backfill.spec = dag->spec;
  const BackfillId id = backfill.row.id;
  step.record(backfill.row);
  if (!key.empty())
    step.record(IdempotencyRow{key, command.request_hash, RunId{id.value}, step.now.wall});
  step.audit(command.actor, "create_backfill", command.dag_id, "", "", std::to_string(id.value));
  step.run_backfill(backfill);
  return Answer{BackfillAnswer{id, false}};
}

}  // namespace weft
