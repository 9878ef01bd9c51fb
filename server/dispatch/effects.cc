// The other direction: what commits bring to sessions and the polls that wait for it.

#include <utility>

#include "server/dispatch/dispatch.h"
#include "server/net/problem.h"

namespace weft::dispatch {
namespace {

/// Twice the slots that a worker may have.
constexpr std::size_t max_unacked = 20'000;

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

}  // namespace

void Dispatch::on_effects(std::vector<Effect> effects) {
  loop_.post([this, effects = std::move(effects)] { apply_effects(effects); });
}

void Dispatch::apply_effects(const std::vector<Effect>& effects) {
  std::set<std::string> touched;
  for (const Effect& effect : effects) {
    std::visit(Overloaded{[&](const LeaseGranted& granted) {
                            grant(granted, sessions_[granted.session]);
                            touched.insert(granted.session);
                          },
                          [&](const CancelRequested& cancel) {
                            sessions_[cancel.session].state.add_cancel(cancel.attempt);
                            touched.insert(cancel.session);
                          },
                          [&](const SessionClosed& closed) { close_session(closed.session); },
                          [](const RecordChanged&) {}},
               effect);
  }
  for (const std::string& id : touched) {
    const auto found = sessions_.find(id);
    if (found != sessions_.end()) answer_poll(found->second);
  }
}

void Dispatch::grant(const LeaseGranted& granted, Session& session) {
  if (session.state.knows(granted.attempt)) {
    session.state.set_after(granted.attempt, granted.after);
    return;
  }
  if (const auto known = session.looked_up.find(granted.attempt);
      known != session.looked_up.end()) {
    known->second = granted.after;
    return;
  }
  if (session.state.unacked() + session.looked_up.size() >= max_unacked)
    return hand_over(granted, session,
                     fail(ErrorCode::resource_exhausted,
                          "the worker does not acknowledge the leases that it gets"));
  if (!granted.facts->dag->task(granted.task).stored_names.empty())
    return look_up(granted, session);
  hand_over(granted, session, renderer_.render(granted));
}

/// Variables and connections are read in the background. Later leases may overtake this one: a
/// worker acknowledges none that stands behind one which it doesn't have.
void Dispatch::look_up(const LeaseGranted& granted, Session& session) {
  session.looked_up.emplace(granted.attempt, granted.after);
  session.tell_missing();
  auto finish = [this,
                 granted = LeaseGranted(granted)](const Result<secrets::Values>& values) mutable {
    const auto found = sessions_.find(granted.session);
    if (found == sessions_.end()) return;
    Session& waiting = found->second;
    const auto known = waiting.looked_up.find(granted.attempt);
    if (known == waiting.looked_up.end()) return;
    granted.after = known->second;
    waiting.looked_up.erase(known);
    waiting.tell_missing();
    hand_over(granted, waiting,
              values ? renderer_.render(granted, *values)
                     : Result<wire::Lease>(tl::unexpected<Error>(values.error())));
    answer_poll(waiting);
  };
  const auto& run = options_.fetch ? options_.fetch : options_.background;
  const bool accepted = run([this, granted, finish]() mutable {
    const auto& names = granted.facts->dag->task(granted.task).stored_names;
    auto values = options_.stored
                      ? options_.stored(names, granted.facts->dag_id)
                      : Result<secrets::Values>(fail(
                            ErrorCode::not_found, "there are no variables and connections here"));
    loop_.post([finish, values = std::move(values)]() mutable { finish(values); });
  });
  // It is granted again with the worker's next call.
  if (accepted) return;
  session.looked_up.erase(granted.attempt);
  session.tell_missing();
}

void Dispatch::hand_over(const LeaseGranted& granted, Session& session, Result<wire::Lease> lease) {
  if (lease) return session.state.add(std::move(*lease));
  // The worker only has to acknowledge it: there is nothing to run.
  wire::Lease empty;
  empty.attempt = granted.attempt.value;
  empty.after = granted.after.value;
  session.state.add(std::move(empty));
  // What is out of reach for the moment is no fault of the task's.
  const bool is_outage = lease.error().code == ErrorCode::unavailable;
  engine_->post(FailAttempt{granted.attempt, lease.error().message,
                            is_outage ? AttemptState::lost : AttemptState::failed},
                {});
}

/// Answers the session's waiting poll if there is something for it.
void Dispatch::answer_poll(Session& session) {
  // An answer to results is on its way and takes along what there is: the poll may wait on.
  if (!session.poll || session.results_in_work > 0) return;
  if (session.state.has_news_for(session.poll->arrived)) release_poll(session);
}

void Dispatch::release_poll(Session& session) {
  if (!session.poll) return;
  const Poll poll = *std::exchange(session.poll, std::nullopt);
  poll.respond(http::json_response(wire::to_json_text(news_for(session, poll.arrived))));
}

void Dispatch::hold(const std::string& id, Session& session, Call call) {
  Poll poll;
  poll.respond = std::move(call.respond);
  poll.arrived = call.arrived;
  poll.timer = loop_.after(std::chrono::milliseconds(call.wait_ms), [this, id] {
    const auto found = sessions_.find(id);
    if (found != sessions_.end()) release_poll(found->second);
  });
  session.poll = std::move(poll);
}

void Dispatch::close_session(const std::string& id) {
  owners_.erase(id);
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  std::optional<Poll> poll = std::move(found->second.poll);
  sessions_.erase(found);
  if (poll) {
    poll->respond(http::problem(404, "not_found", "the session is over: register again"));
  }
}

void Dispatch::release_polls(Duration lease) {
  releasing_ = true;
  for (auto& [id, session] : sessions_) {
    session.lease = lease;
    release_poll(session);
  }
}

}  // namespace weft::dispatch
