#include "server/core/scheduler/step.h"

namespace weft {
namespace {

/// The backfill, if it is not over.
Result<BackfillState*> active_backfill(Step& step, BackfillId id) {
  if (BackfillState* backfill = step.s.find_backfill(id)) return backfill;
  const std::string name = "backfill " + std::to_string(id.value);
  const auto past = step.s.history.backfill(id);
  if (!past) return fail(ErrorCode::not_found, "no " + name);
  return fail(ErrorCode::conflict, name + (past->is_cancelled ? " was cancelled" : " is complete"));
}

void audit(Step& step, const Actor& actor, const char* action, const BackfillRow& row) {
  step.audit(actor, action, step.s.dags.at(row.dag).row.dag_id, "", "",
             std::to_string(row.id.value));
}

}  // namespace

Result<Answer> apply(Step& step, const PauseBackfill& command) {
  TRY_ASSIGN(BackfillState * backfill, active_backfill(step, command.backfill));
  BackfillRow& row = backfill->row;
  if (row.is_paused != command.is_paused) {
    row.is_paused = command.is_paused;
    row.reason.clear();
    row.updated_at = step.now.wall;
    step.record(row);
    audit(step, command.actor, command.is_paused ? "pause_backfill" : "unpause_backfill", row);
    if (!row.is_paused) step.run_backfill(*backfill);
  }
  return Answer{BackfillAnswer{command.backfill, true}};
}

Result<Answer> apply(Step& step, const CancelBackfill& command) {
  TRY_ASSIGN(BackfillState * backfill, active_backfill(step, command.backfill));
  backfill->row.is_cancelled = true;
  audit(step, command.actor, "cancel_backfill", backfill->row);
  std::vector<RunId> ending;
  for (const QueuedRun& queued : backfill->queued) ending.push_back(queued.run);
  if (command.cancel_running)
    ending.insert(ending.end(), backfill->running.begin(), backfill->running.end());
  step.end_backfill(*backfill);
  for (const RunId id : ending)
    if (ActiveRun* run = step.s.find_run(id))
      step.end_early(*run, "cancelled with backfill " + std::to_string(command.backfill.value));
  return Answer{BackfillAnswer{command.backfill, true}};
}

}  // namespace weft
