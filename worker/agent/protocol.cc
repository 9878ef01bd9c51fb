#include "worker/agent/protocol.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "worker/agent/refusal.h"

namespace weft::worker {
namespace {

constexpr std::int64_t forever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t max_margin = 10 * second;
/// A proxy's limit is raised by people.
constexpr std::int64_t aside_pause = 60 * second;

template <class Item>
void append(std::vector<Item>& to, std::vector<Item>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  from.clear();
}

}  // namespace

void Protocol::restore(std::vector<std::string> dead_sessions, std::vector<SpooledResult> spooled) {
  dead_sessions_ = std::move(dead_sessions);
  for (SpooledResult& entry : spooled) {
    spooled_.insert(entry.result.attempt);
    old_[entry.session].push_back(std::move(entry.result));
  }
}

void Protocol::runner_up(const RunnerHello& hello) {
  session_ = hello.session;
  arrived_ = ArrivedLeases(hello.acked);
  seen_ = SeenAttempts();
  // A lease that never reached the runner is not held: the server will find it lost.
  std::erase_if(held_, [](const auto& held) { return !held.second.finished; });
  for (const auto& [attempt, held] : held_) seen_.add(attempt);
  for (const StartedAttempt& running : hello.running) {
    seen_.add(running.attempt);
    held_[running.attempt] = {};
    starts_to_tell_[running.attempt] = starts_to_sync_[running.attempt] = running.started_at;
  }
  if (const auto spooled = old_.find(session_); spooled != old_.end()) {
    // The runner itself repeats them, if it does not die before.
    for (wire::AttemptResult& result : spooled->second) attempt_finished(std::move(result));
    old_.erase(spooled);
  }
  starts_due_ = 0;
  told_lease_end_ = lease_end_ = lease_sent_at_ = 0;
  phase_ = Phase::registering;
  if (cancel_when_up_) out_.runner.cancel_all = true;
}

void Protocol::runner_lost() {
  for (auto& [kind, flight] : flights_) give_back(flight);
  flights_.clear();
  out_.calls.clear();
  out_.runner = {};
  out_.abort_calls = true;
  append(waiting_results_, aside_);
  if (!waiting_results_.empty()) append(old_[session_], waiting_results_);
  add_dead_session(session_);
  session_.clear();
  held_.clear();
  starts_to_tell_.clear();
  starts_to_sync_.clear();
  phase_ = Phase::no_runner;
  spool_waiting();  // nobody else has them any more
}

void Protocol::add_dead_session(const std::string& session) {
  const auto known = std::find(dead_sessions_.begin(), dead_sessions_.end(), session);
  if (!session.empty() && known == dead_sessions_.end()) dead_sessions_.push_back(session);
}

void Protocol::attempt_started(const StartedAttempt& started, std::int64_t now) {
  if (starts_to_tell_.empty()) starts_due_ = now + 80 * ms;
  starts_to_tell_[started.attempt] = starts_to_sync_[started.attempt] = started.started_at;
}

void Protocol::attempt_finished(wire::AttemptResult result) {
  Held& held = held_[result.attempt];
  if (held.finished) return;
  held.finished = true;
  seen_.add(result.attempt);
  starts_to_tell_.erase(result.attempt);
  starts_to_sync_.erase(result.attempt);
  waiting_results_.push_back(std::move(result));
}

void Protocol::drain(std::int64_t now, std::int64_t limit_us) {
  if (draining_) return;
  draining_ = true;
  drain_until_ = now + limit_us;
  // Tell now: an older poll is given up, and what its answer brings comes again.
  flights_.erase(CallKind::sync);
}

void Protocol::cancel_all() {
  if (!draining_) drain(0, 0);
  cancel_when_up_ = true;
  drain_until_ = forever;
  if (phase_ != Phase::no_runner) out_.runner.cancel_all = true;
}

void Protocol::take_leases(std::vector<wire::Lease>& leases) {
  for (wire::Lease& lease : leases) {
    const bool is_repeat = lease.attempt <= arrived_.acked() || !seen_.add(lease.attempt);
    arrived_.add(lease);
    if (is_repeat) continue;
    if (!lease.argv.empty()) held_[lease.attempt] = {};
    out_.runner.run.push_back(std::move(lease));
  }
}

void Protocol::take_cancels(const std::vector<std::int64_t>& cancels) {
  for (const std::int64_t attempt : cancels) {
    const auto held = held_.find(attempt);
    if (held == held_.end() || held->second.cancel_sent) continue;
    held->second.cancel_sent = true;
    out_.runner.cancel.push_back(attempt);
  }
}

/// The runner kills at the lease's end minus a margin, counted from when the call was sent: the
/// server counts from when it processed it, which is later.
void Protocol::renew_lease(std::int64_t sent_at, std::int64_t lease_ms) {
  if (sent_at < lease_sent_at_ || lease_ms <= 0) return;
  lease_sent_at_ = sent_at;
  const std::int64_t lease = lease_ms * ms;
  lease_end_ = sent_at + lease - std::min(max_margin, lease / 6);
  if (lease_end_ >= told_lease_end_ && lease_end_ < told_lease_end_ + std::min(second, lease / 20))
    return;
  told_lease_end_ = out_.runner.lease_end_us = lease_end_;
}

void Protocol::settle(const wire::AttemptResult& result) {
  held_.erase(result.attempt);
  spooled_.erase(result.attempt);
  out_.runner.confirm.push_back(result.attempt);
  out_.settled.push_back(result.attempt);
  if (spooled_.empty()) out_.clear_spool = true;
}

std::vector<wire::AttemptResult>& Protocol::queue_of(const std::string& dead_session) {
  return dead_session.empty() ? waiting_results_ : old_[dead_session];
}

/// What a failed call carried waits again, in its order.
void Protocol::give_back(Flight& flight) {
  if (flight.results.empty()) return;
  auto& queue = queue_of(flight.dead_session);
  append(flight.results, queue);
  queue = std::move(flight.results);
  flight.results.clear();
}

void Protocol::settle_all(Flight& flight) {
  for (const wire::AttemptResult& result : flight.results) settle(result);
  flight.results.clear();
  forget_if_empty(flight.dead_session);
}

void Protocol::forget_if_empty(const std::string& dead_session) {
  const auto old = old_.find(dead_session);
  if (old != old_.end() && old->second.empty()) old_.erase(old);
}

void Protocol::went_well(const Flight& flight, std::int64_t now) {
  if (flight.draining) drain_told_ = true;
  if (offline_since_ != 0) out_.notes.push_back("the server answers again");
  offline_since_ = 0;
  retry_at_ = 0;
  last_answer_ = now;
  backoff_.reset();
}

void Protocol::try_later(std::int64_t now) {
  if (offline_since_ == 0) offline_since_ = now;
  retry_at_ = now + backoff_.next();
}

void Protocol::answered(const CallAnswer& answer, std::int64_t now) {
  const auto found = flights_.find(answer.kind);
  if (found == flights_.end() || found->second.serial != answer.serial) return;
  Flight flight = std::move(found->second);
  flights_.erase(found);
  if (answer.status < 200 || answer.status >= 300) return on_failed(answer, flight, now);
  switch (answer.kind) {
    case CallKind::registration: return on_registered(answer, flight, now);
    case CallKind::sync: return on_synced(answer, flight, now);
    case CallKind::results: return on_results(answer, flight, now);
  }
}

void Protocol::on_failed(const CallAnswer& answer, Flight& flight, std::int64_t now) {
  const Refusal refusal = refusal_of(answer.status, answer.body);
  const bool is_given_up = refusal == Refusal::unknown_session || refusal == Refusal::not_ours;
  if (is_given_up && !flight.dead_session.empty())
    return settle_all(flight);  // and its attempts are given up with it
  const std::size_t carried = flight.results.size();
  if (carried > 0 && stuck_since_ == 0) stuck_since_ = now;
  give_back(flight);
  if (joins_again(answer) || is_fatal(answer)) return;
  if (refusal == Refusal::unknown_session && answer.kind != CallKind::registration) {
    if (phase_ == Phase::active) phase_ = Phase::registering;
    // Only the first time at once: a server that forgets again and again is asked more slowly.
    retry_at_ = now + backoff_.next() - 50 * ms;
    return;
  }
  if (carried > 0 && refusal != Refusal::passing)
    return refuse_results(answer, flight.dead_session, carried, now);
  cannot_use(
      answer.status == 0 ? answer.body : fmt::format("{} {}", answer.status, words_of(answer.body)),
      now);
}

/// The server cannot be reached, or what answers is not the server.
void Protocol::cannot_use(const std::string& why, std::int64_t now) {
  if (offline_since_ == 0)
    out_.notes.push_back(fmt::format("the server cannot be used ({}); trying again", why));
  try_later(now);
  spool_waiting();
}

/// A batch that is refused is repeated one by one. A single result that the server itself does not
/// take is dropped, and the server will find the attempt lost; one that is only too large for
/// something between lets the others pass.
void Protocol::refuse_results(const CallAnswer& answer, const std::string& dead_session,
                              std::size_t carried, std::int64_t now) {
  if (carried > 1) {
    one_by_one_ = true;
    return;
  }
  auto& queue = queue_of(dead_session);
  if (refusal_of(answer.status, answer.body) == Refusal::too_large_on_the_way)
    return put_aside(answer, dead_session, now);
  const wire::AttemptResult result = std::move(queue.front());
  queue.erase(queue.begin());
  out_.notes.push_back(fmt::format("the server refuses the result of attempt {}: {}",
                                   result.attempt, words_of(answer.body)));
  settle(result);
  forget_if_empty(dead_session);
  // Not all at once: should it be a mistake, most are still there when it is mended.
  retry_at_ = now + backoff_.next();
}

void Protocol::put_aside(const CallAnswer& answer, const std::string& dead_session,
                         std::int64_t now) {
  auto& queue = queue_of(dead_session);
  const std::string why = fmt::format("{} {}", answer.status, words_of(answer.body));
  if (!dead_session.empty()) {
    std::rotate(queue.begin(), queue.begin() + 1, queue.end());
    return cannot_use(why, now);
  }
  out_.notes.push_back(fmt::format(
      "the result of attempt {} is too large for a proxy before the server ({}): raise its limit",
      queue.front().attempt, why));
  aside_.push_back(std::move(queue.front()));
  queue.erase(queue.begin());
  aside_until_ = now + aside_pause;
  spool_waiting();
}

void Protocol::spool_waiting() {
  const auto spool = [this](const std::string& session, const auto& results) {
    for (const wire::AttemptResult& result : results)
      if (spooled_.insert(result.attempt).second) out_.to_spool.push_back({session, result});
  };
  spool(session_, waiting_results_);
  spool(session_, aside_);
  for (const auto& [session, results] : old_) spool(session, results);
}

void Protocol::not_spooled(const std::vector<SpooledResult>& results) {
  for (const SpooledResult& entry : results) spooled_.erase(entry.result.attempt);
}

/// What was not handed in, also by calls in flight, waits on disk for the next start.
void Protocol::end(AgentExit exit) {
  for (auto& [kind, flight] : flights_) give_back(flight);
  flights_.clear();
  spool_waiting();
  out_.exit = std::move(exit);
}

void Protocol::on_registered(const CallAnswer& answer, const Flight& flight, std::int64_t now) {
  auto response = wire::register_response_from(answer.body);
  if (!response) {
    return end({3, fmt::format("the server's answer to the registration is not of the worker "
                               "protocol: {}",
                               response.error().message)});
  }
  if (!identity_.database_id.empty() && response->database_id != identity_.database_id) {
    return end({3, fmt::format("this worker's state belongs to the database {}, but the server "
                               "has {}: use another state folder",
                               identity_.database_id, response->database_id)});
  }
  went_well(flight, now);
  server_ = *response;
  if (!response->key.empty()) {
    out_.new_key = std::exchange(server_.key, {});
    identity_.has_key = true;
    key_refusal_.clear();
  }
  identity_.database_id = response->database_id;
  renew_lease(flight.sent_at, response->lease_ms);
  if (!old_.empty()) {
    phase_ = Phase::handing_in;
    return;
  }
  dead_sessions_.clear();
  out_.clear_dead_sessions = true;
  last_sync_ = 0;
  phase_ = Phase::active;
}

void Protocol::on_synced(const CallAnswer& answer, Flight& flight, std::int64_t now) {
  auto response = wire::sync_response_from(answer.body);
  if (!response)
    return cannot_use(
        fmt::format("its answer to a sync is malformed: {}", response.error().message), now);
  went_well(flight, now);
  for (const std::int64_t attempt : flight.starts) starts_to_sync_.erase(attempt);
  renew_lease(flight.sent_at, response->lease_ms);
  take_leases(response->leases);
  take_cancels(response->cancels);
}

void Protocol::on_results(const CallAnswer& answer, Flight& flight, std::int64_t now) {
  auto response = wire::results_response_from(answer.body);
  if (!response || response->verdicts.size() != flight.results.size()) {
    give_back(flight);
    return cannot_use(
        fmt::format("its answer to results is malformed: {}",
                    response ? "a verdict per result is missing" : response.error().message),
        now);
  }
  went_well(flight, now);
  if (aside_.empty()) stuck_since_ = 0;
  const bool is_old = !flight.dead_session.empty();
  // Accepted or superseded: either way the server has judged them.
  settle_all(flight);
  if (is_old) return;
  // What was split once would be refused again as long as many wait.
  one_by_one_ = one_by_one_ && !waiting_results_.empty();
  renew_lease(flight.sent_at, response->lease_ms);
  take_leases(response->leases);
  take_cancels(response->cancels);
}

ProtocolOutput Protocol::advance(std::int64_t now) {
  wakeup_ = forever;
  if (!out_.exit) decide(now);
  return std::exchange(out_, {});
}

}  // namespace weft::worker
