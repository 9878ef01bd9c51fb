#include "server/core/scheduler/step.h"

namespace weft {
namespace {

std::string_view action_of(MarkRun::To to) {
  switch (to) {
    case MarkRun::To::queued: return "reopen_run";
    case MarkRun::To::success: return "mark_run_success";
    case MarkRun::To::failed: return "mark_run_failed";
    case MarkRun::To::cancelled: return "cancel_run";
  }
  return "";
}

}  // namespace

Result<Answer> apply(Step& step, const MarkRun& command) {
  DagState* dag = step.s.find_dag(command.dag_id);
  if (dag == nullptr) return fail(ErrorCode::not_found, "no DAG \"" + command.dag_id + "\"");
  ActiveRun* run = step.find_or_adopt(*dag, command.run_id);
  if (run == nullptr)
    return fail(ErrorCode::not_found,
                "DAG \"" + command.dag_id + "\" has no run \"" + command.run_id + "\"");
  const RunState state = run->row.state;
  switch (command.to) {
    case MarkRun::To::cancelled:
      if (is_terminal(state))
        return fail(ErrorCode::conflict,
                    "run \"" + command.run_id + "\" is over (" + std::string(name_of(state)) + ")");
      step.end_early(*run, "cancelled");
      break;
    case MarkRun::To::queued:
      if (is_terminal(state)) step.reopen(*run);
      break;
    case MarkRun::To::success:
      if (state != RunState::success) step.mark_run(*run, command.to);
      break;
    case MarkRun::To::failed:
      if (state != RunState::failed) step.mark_run(*run, command.to);
      break;
  }
  step.audit(command.actor, std::string(action_of(command.to)), command.dag_id, command.run_id);
  return Answer{RunAnswer{run->row.id, run->row.run_id, true}};
}

Result<Answer> apply(Step& step, const SetRunNote& command) {
  DagState* dag = step.s.find_dag(command.dag_id);
  if (dag == nullptr) return fail(ErrorCode::not_found, "no DAG \"" + command.dag_id + "\"");
  ActiveRun* run = step.find_or_adopt(*dag, command.run_id);
  if (run == nullptr)
    return fail(ErrorCode::not_found,
                "DAG \"" + command.dag_id + "\" has no run \"" + command.run_id + "\"");
  run->row.note = command.note;
  step.touch(*run);
  step.audit(command.actor, "set_note", command.dag_id, command.run_id);
  return Answer{RunAnswer{run->row.id, run->row.run_id, true}};
}

}  // namespace weft
