// The part of the protocol that decides which calls to make, and makes their texts.

#include <algorithm>
#include <iterator>

#include "worker/agent/protocol.h"

namespace weft::worker {
namespace {

constexpr std::int64_t sync_wait = 5 * second;
constexpr std::int64_t call_limit = 10 * second;
constexpr std::int64_t busy_pause = 200 * ms;  // a full worker whose results flow needs no sync
constexpr std::int64_t max_sync_gap = 5 * second;
constexpr std::int64_t offline_patience = 10 * second;  // a draining agent then ends without
constexpr std::size_t max_batch_bytes = 4 << 20;

std::string path_of(CallKind kind) {
  switch (kind) {
    case CallKind::registration: return "/api/worker/v1/register";
    case CallKind::sync: return "/api/worker/v1/sync";
    case CallKind::results: break;
  }
  return "/api/worker/v1/results";
}

std::size_t size_of(const wire::AttemptResult& result) {
  return 256 + result.log.size() + result.error.size() +
         (result.outputs.is_null() ? 0 : result.outputs.dump().size());
}

}  // namespace

void Protocol::call(CallKind kind, std::string body, std::int64_t now, std::int64_t timeout_us) {
  Flight& flight = flights_[kind];
  flight.serial = ++last_serial_;
  flight.sent_at = now;
  flight.draining = draining_ && phase_ == Phase::active;
  out_.calls.push_back({kind, path_of(kind), std::move(body), timeout_us, flight.serial});
}

void Protocol::decide(std::int64_t now) {
  if (draining_ && now >= drain_until_) cancel_all();
  if (draining_ && drain_until_ > now) wake_at(drain_until_);
  decide_end(now);
  if (phase_ == Phase::no_runner || out_.exit) return;
  if (now < retry_at_) return wake_at(retry_at_);
  switch (phase_) {
    case Phase::no_runner: return;
    case Phase::registering:
      if (!in_flight(CallKind::registration)) send_register(now);
      return;
    case Phase::handing_in:
      if (old_.empty())
        phase_ = Phase::registering;  // once more, now with the dead sessions
      else if (!in_flight(CallKind::results))
        send_old_results(now);
      if (phase_ == Phase::registering && !in_flight(CallKind::registration)) send_register(now);
      return;
    case Phase::active: return decide_active(now);
  }
}

void Protocol::decide_end(std::int64_t now) {
  if (!draining_ || phase_ == Phase::no_runner) return;
  const bool all_finished = std::all_of(held_.begin(), held_.end(),
                                        [](const auto& held) { return held.second.finished; });
  if (!all_finished) return;
  const bool all_settled = holds_nothing() && phase_ == Phase::active && drain_told_;
  const std::int64_t since = offline_since_ != 0 ? offline_since_ : stuck_since_;
  const bool given_up = since != 0 && now - since >= offline_patience;
  if (since != 0 && !given_up) wake_at(since + offline_patience);
  if (!all_settled && !given_up) return;
  out_.runner.exit = true;
  end({0, holds_nothing() ? ""
                          : "the server cannot be reached; results wait in the state folder for "
                            "the next start"});
}

void Protocol::send_register(std::int64_t now) {
  wire::RegisterRequest request;
  request.name = identity_.name;
  request.host = identity_.host;
  request.version = identity_.version;
  request.slots = identity_.slots;
  request.queues = identity_.queues;
  request.session = session_;
  // What a dead session finished is handed in first: once it is declared dead, it is lost.
  if (old_.empty()) request.dead_sessions = dead_sessions_;
  request.database_id = identity_.database_id;
  call(CallKind::registration, wire::to_json_text(request), now, call_limit);
}

std::vector<wire::AttemptResult> Protocol::take_batch(
    std::vector<wire::AttemptResult>& from) const {
  const std::size_t limit = one_by_one_ ? 1 : wire::max_batch;
  std::size_t count = 0, bytes = 0;
  while (count < std::min(from.size(), limit) && (count == 0 || bytes < max_batch_bytes))
    bytes += size_of(from[count++]);
  const auto end = from.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<wire::AttemptResult> batch(std::make_move_iterator(from.begin()),
                                         std::make_move_iterator(end));
  from.erase(from.begin(), end);
  return batch;
}

void Protocol::send_old_results(std::int64_t now) {
  wire::ResultsRequest request;
  request.session = old_.begin()->first;
  request.draining = true;
  request.results = take_batch(old_.begin()->second);
  call(CallKind::results, wire::to_json_text(request), now, call_limit);
  Flight& flight = flights_[CallKind::results];
  flight.dead_session = std::move(request.session);
  flight.results = std::move(request.results);
}

void Protocol::fill_starts(std::vector<std::int64_t>& started,
                           std::vector<std::int64_t>& started_at,
                           const std::map<std::int64_t, std::int64_t>& starts, Flight& flight) {
  for (const auto& [attempt, at] : starts) {
    started.push_back(attempt);
    started_at.push_back(at);
  }
  flight.starts = started;
}

void Protocol::send_results(std::int64_t now) {
  wire::ResultsRequest request;
  request.session = session_;
  request.acked = arrived_.acked();
  request.draining = draining_;
  Flight& flight = flights_[CallKind::results];
  fill_starts(request.started, request.started_at, starts_to_tell_, flight);
  starts_to_tell_.clear();
  request.results = take_batch(waiting_results_);
  call(CallKind::results, wire::to_json_text(request), now, call_limit);
  flight.results = std::move(request.results);
}

void Protocol::send_sync(std::int64_t now) {
  wire::SyncRequest request;
  request.session = session_;
  request.acked = arrived_.acked();
  request.draining = draining_;
  const bool can_wait = offline_since_ == 0 && (!draining_ || drain_told_);
  request.wait_ms = can_wait ? sync_wait / ms : 0;
  Flight& flight = flights_[CallKind::sync];
  fill_starts(request.started, request.started_at, starts_to_sync_, flight);
  starts_to_tell_.clear();
  for (const auto& [attempt, held] : held_) request.running.push_back(attempt);
  last_sync_ = now;
  call(CallKind::sync, wire::to_json_text(request), now, call_limit + sync_wait);
}

/// What was put aside is tried again.
void Protocol::take_up_aside(std::int64_t now) {
  if (aside_.empty()) return;
  if (now < aside_until_) return wake_at(aside_until_);
  std::move(aside_.begin(), aside_.end(), std::back_inserter(waiting_results_));
  aside_.clear();
}

void Protocol::decide_active(std::int64_t now) {
  take_up_aside(now);
  if (!in_flight(CallKind::results)) {
    const bool starts_due = !starts_to_tell_.empty() && now >= starts_due_;
    // A sync that may be sent now carries the starts as well.
    if (!waiting_results_.empty() || (starts_due && in_flight(CallKind::sync)))
      send_results(now);
    else if (!starts_to_tell_.empty())
      wake_at(std::max(now, starts_due_));
  }
  if (in_flight(CallKind::sync)) return;
  const bool is_full = held_.size() >= static_cast<std::size_t>(identity_.slots);
  const bool results_flow = in_flight(CallKind::results) || now - last_answer_ < busy_pause;
  const bool can_pause = (drain_told_ || !draining_) && is_full && results_flow &&
                         now - last_sync_ < max_sync_gap &&
                         (starts_to_tell_.empty() || now < starts_due_);
  if (last_sync_ != 0 && can_pause)
    return wake_at(
        std::min(std::max(last_answer_ + busy_pause, now + ms), last_sync_ + max_sync_gap));
  send_sync(now);
}

}  // namespace weft::worker
