#include <algorithm>

#include "server/core/scheduler/step.h"

namespace weft {
namespace {

Result<Session*> session_for(Step& step, const std::string& id) {
  Session* session = step.s.attempts.session(id);
  if (session == nullptr) return fail(ErrorCode::not_found, "unknown session: register again");
  return session;
}

SessionAnswer answer_for(const Step& step, const Session& session) {
  SessionAnswer answer;
  answer.worker = session.worker;
  answer.lease = step.s.stopping ? step.s.config.stop_lease : step.s.config.lease;
  for (const AttemptId id : session.leases)
    if (const ActiveAttempt* attempt = step.s.attempts.find(id); attempt && attempt->cancel)
      answer.cancels.push_back(id);
  return answer;
}

}  // namespace

Result<Answer> apply(Step& step, const SyncWorker& command) {
  const wire::SyncRequest& request = command.request;
  TRY_ASSIGN(Session * session, session_for(step, request.session));
  session->draining = request.draining;
  step.seen(*session);
  for (std::size_t i = 0; i < request.started.size(); ++i) {
    ActiveAttempt* attempt = step.s.attempts.find(AttemptId{request.started[i]});
    if (attempt == nullptr || attempt->row.session != session->id) continue;
    const bool timed = i < request.started_at.size();
    step.attempt_started(*attempt, timed ? request.started_at[i] : to_micros(step.now.wall));
  }
  for (const AttemptId gone : step.s.attempts.dropped(*session, request.acked, request.running))
    step.drop_attempt(gone);
  step.grant_again(*session, request.acked);
  return Answer{answer_for(step, *session)};
}

Result<Answer> apply(Step& step, const FinishAttempts& command) {
  const wire::ResultsRequest& request = command.request;
  TRY_ASSIGN(Session * session, session_for(step, request.session));
  session->draining = request.draining;
  step.seen(*session);
  std::vector<wire::Verdict> verdicts;
  verdicts.reserve(request.results.size());
  for (const wire::AttemptResult& result : request.results)
    verdicts.push_back(step.attempt_finished(*session, result));
  SessionAnswer answer = answer_for(step, *session);
  answer.verdicts = std::move(verdicts);
  return Answer{std::move(answer)};
}

Result<Answer> apply(Step& step, const FailAttempt& command) {
  ActiveAttempt* attempt = step.s.attempts.find(command.attempt);
  if (attempt == nullptr) return Answer{Done{}};
  if (attempt->may_run) {  // it could be rendered once: only its worker can say that it is over
    if (attempt->cancel) return Answer{Done{}};
    step.request_cancel(*attempt);
    attempt->unrendered = command.error;
    attempt->unrendered_as = command.outcome;
    return Answer{Done{}};
  }
  step.end_unrendered(command.attempt, command.outcome, command.error);
  return Answer{Done{}};
}

}  // namespace weft
