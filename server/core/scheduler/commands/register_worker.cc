#include <algorithm>

#include "server/core/scheduler/step.h"

namespace weft {
namespace {

Result<void> check(const wire::RegisterRequest& request) {
  if (request.slots < 1 || request.slots > 10'000)
    return fail(ErrorCode::unprocessable,
                "slots: must be 1 to 10000, not " + std::to_string(request.slots));
  if (request.name.empty() || request.name.size() > 250)
    return fail(ErrorCode::unprocessable, "name: must have 1 to 250 characters");
  if (request.session.empty() || request.session.size() > 64)
    return fail(ErrorCode::unprocessable, "session: must have 1 to 64 characters");
  if (request.queues.empty() || request.queues.size() > 100)
    return fail(ErrorCode::unprocessable, "queues: must name 1 to 100 queues");
  return {};
}

}  // namespace

Result<Answer> apply(Step& step, const RegisterWorker& command) {
  const wire::RegisterRequest& request = command.request;
  TRY(check(request));
  WorkerRow& worker = step.s.workers[request.name];
  if (!worker.id) worker.id = WorkerId{++step.s.ids.worker.value};
  worker.name = request.name;
  step.s.worker_names[worker.id] = worker.name;
  worker.host = request.host;
  worker.version = request.version;
  worker.slots = request.slots;
  worker.queues = request.queues;

  for (const std::string& dead : request.dead_sessions) {
    Session* session = step.s.attempts.session(dead);
    if (session == nullptr || session->worker != worker.id || dead == request.session) continue;
    session->replaced = true;
    step.lose_session(*session, "the worker's runner died", true);
  }
  Session* session = step.s.attempts.session(request.session);
  if (session != nullptr && session->worker != worker.id)
    return fail(ErrorCode::conflict, "the session belongs to another worker");
  if (session == nullptr) {
    if (Session* old = step.s.attempts.session_of(worker.id)) {
      old->replaced = true;
      step.refresh_worker(*old);
      if (old->leases.empty()) step.lose_session(*old, "", true);
    }
    Session fresh;
    fresh.id = request.session;
    fresh.worker = worker.id;
    session = &step.s.attempts.add_session(std::move(fresh));
    step.arm_session(*session, step.now.steady + step.s.config.unreachable_after);
  }
  session->slots = request.slots;
  session->queues = request.queues;
  session->draining = false;
  session->drained = worker.is_drained;
  worker.session = request.session;
  worker.state = WorkerRow::State::online;
  worker.registered_at = step.now.wall;
  worker.last_seen = step.now.wall;
  step.record(worker);
  EventRow event;
  event.kind = EventRow::Kind::worker_registered;
  event.detail = worker.name;
  step.event(std::move(event));
  step.seen(*session);
  return Answer{RegisterAnswer{worker.id, step.s.config.lease}};
}

}  // namespace weft
