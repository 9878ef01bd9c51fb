// Sessions of workers: alive, silent, lost.

#include <algorithm>

#include "base/check.h"
#include "server/core/scheduler/step.h"

namespace weft {
namespace {

EventRow worker_event(const WorkerRow& worker, EventRow::Kind kind) {
  EventRow row;
  row.kind = kind;
  row.detail = worker.name;
  return row;
}

}  // namespace

void Step::refresh_worker(const Session& session) {
  s.admission.set_worker(session.id, session.queues, session.free(), session.open());
}

/// Any call of a session: its lease starts anew.
void Step::seen(Session& session) {
  session.last_seen = now.steady;
  session.lease_until = now.steady + (s.stopping ? s.config.stop_lease : s.config.lease);
  WorkerRow* worker = s.find_worker(session.worker);
  WEFT_CHECK(worker != nullptr);
  if (session.unreachable) {
    session.unreachable = false;
    arm_session(session, now.steady + s.config.unreachable_after);
  }
  if (!session.replaced && worker->state != session.state()) {
    worker->state = session.state();
    worker->last_seen = now.wall;
    record(*worker);
  }
  refresh_worker(session);
}

void Step::arm_session(Session& session, Duration at) {
  s.timers.at_steady(at, {Timer::Kind::session, 0, 0, ++session.timer, session.id});
}

/// A session's timer: silent for long enough to be unreachable, or to be lost?
void Step::check_session(const Timer& timer) {
  Session* session = s.attempts.session(timer.name);
  if (session == nullptr || timer.generation != session->timer) return;
  const Duration silent_at = session->last_seen + s.config.unreachable_after;
  if (!session->unreachable && now.steady >= silent_at) {
    session->unreachable = true;
    refresh_worker(*session);
    WorkerRow* worker = s.find_worker(session->worker);
    if (worker != nullptr && !session->replaced) {
      worker->state = WorkerRow::State::unreachable;
      worker->last_seen = now.wall - (now.steady - session->last_seen);
      record(*worker);
      event(worker_event(*worker, EventRow::Kind::worker_unreachable));
    }
  }
  if (session->unreachable && now.steady >= session->lease_until)
    return lose_session(*session, "the worker was silent for a whole lease", false);
  arm_session(*session, session->unreachable ? session->lease_until : silent_at);
}

/// Waits somebody for this attempt whatever becomes of its worker? Not once it is to end, unless
/// another one would begin in its place.
bool Step::is_waited_for(const ActiveAttempt& attempt) const {
  if (attempt.on_lost != OnLost::wait) return false;
  const ActiveRun& run = *s.runs.at(attempt.row.run);
  return !attempt.cancel || run.instance(attempt.instance).row.state == TaskState::restarting;
}

/// What it held is lost, but for what shall wait until its end is confirmed.
void Step::lose_session(Session& session, const std::string& why, bool confirmed_dead) {
  const auto leases = session.leases;
  for (const AttemptId id : leases) {
    const ActiveAttempt* attempt = s.attempts.find(id);
    WEFT_CHECK(attempt != nullptr);
    if (!confirmed_dead && is_waited_for(*attempt)) continue;
    lose_attempt(id, why);
  }
  WorkerRow* worker = s.find_worker(session.worker);
  if (worker != nullptr && !session.replaced) {
    worker->state = WorkerRow::State::lost;
    record(*worker);
    event(worker_event(*worker, EventRow::Kind::worker_lost));
  }
  close_if_empty(session);
}

/// A lost session lives on as long as an attempt of it is waited for.
void Step::close_if_empty(const Session& session) {
  if (!session.leases.empty()) return;  // on_lost: wait
  s.admission.remove_worker(session.id);
  effect(SessionClosed{session.worker, session.id});
  const std::string id = session.id;
  s.attempts.remove_session(id);
}

/// A person ends what `on_lost: wait` kept: that is the word that it waited for.
void Step::give_up(AttemptId id) {
  const ActiveAttempt* attempt = s.attempts.find(id);
  if (attempt == nullptr) return;
  const std::string session_id = attempt->row.session;
  const Session* session = s.attempts.session(session_id);
  if (session == nullptr || !is_lost(*session)) return;
  lose_attempt(id, "its worker is lost, and somebody ended it");
  if (session = s.attempts.session(session_id); session != nullptr) close_if_empty(*session);
}

bool Step::is_lost(const Session& session) const {
  return session.unreachable && now.steady >= session.lease_until;
}

/// Leases above `above` that were granted before: their answer may have been lost on the way.
void Step::grant_again(const Session& session, std::int64_t above) {
  for (auto it = session.leases.upper_bound(AttemptId{above}); it != session.leases.end(); ++it) {
    ActiveAttempt& attempt = *s.attempts.find(*it);
    attempt.may_run = true;
    effect(lease_of(attempt));
  }
}

}  // namespace weft
