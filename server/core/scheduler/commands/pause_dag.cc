#include "server/core/scheduler/step.h"

namespace weft {

Result<Answer> apply(Step& step, const PauseDag& command) {
  DagState* dag = step.s.find_dag(command.dag_id);
  if (dag == nullptr) return fail(ErrorCode::not_found, "no DAG \"" + command.dag_id + "\"");
  if (dag->row.is_paused != command.is_paused) {
    dag->row.is_paused = command.is_paused;
    dag->row.consecutive_failures = 0;
    step.touch(*dag);
    EventRow event;
    event.kind = command.is_paused ? EventRow::Kind::dag_paused : EventRow::Kind::dag_unpaused;
    event.dag = dag->row.key;
    step.event(std::move(event));
    step.audit(command.actor, command.is_paused ? "pause" : "unpause", command.dag_id);
    dag->armed.reset();  // ticks passed while it was paused are missed ones
    step.run_schedule(*dag);
    step.check_assets(*dag);
  }
  return Answer{DagAnswer{dag->row.key, dag->row.current_version, false}};
}

}  // namespace weft
