#include "server/core/scheduler/step.h"

namespace weft {

Result<Answer> apply(Step& step, const DrainWorker& command) {
  const auto found = step.s.workers.find(command.name);
  if (found == step.s.workers.end())
    return fail(ErrorCode::not_found, "no worker \"" + command.name + "\"");
  WorkerRow& worker = found->second;
  if (worker.is_drained == command.is_drained) return Answer{Done{}};
  worker.is_drained = command.is_drained;
  // After a restart the row alone knows that nothing was heard of it.
  const bool is_here =
      worker.state == WorkerRow::State::online || worker.state == WorkerRow::State::draining;
  if (Session* session = step.s.attempts.session_of(worker.id)) {
    session->drained = command.is_drained;
    step.refresh_worker(*session);
    if (is_here) {
      worker.state = session->state();
      worker.last_seen = step.now.wall;
    }
  }
  step.record(worker);
  step.audit(command.actor, command.is_drained ? "drain_worker" : "undrain_worker", "", "", "",
             command.name);
  return Answer{Done{}};
}

}  // namespace weft
