#include "tests/simulation/sim_worker.h"

namespace weft::sim {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration margin = seconds(10);

SimWorker::SimWorker(std::string name, int slots, std::vector<std::string> queues, Events& events,
                     Random random, SimServer& server, Checker& checker, Report& report,
                     Weather& weather)
    : name_(std::move(name)),
      slots_(slots),
      queues_(std::move(queues)),
      events_(events),
      random_(random),
      server_(server),
      checker_(checker),
      report_(report),
      weather_(weather) {}

std::string SimWorker::instance_of(const wire::Lease& lease) const {
  return lease.dag_id + "/" + lease.run_id + "/" + lease.task_id + "/" +
         std::to_string(lease.map_index);
}

std::int64_t SimWorker::wall() const {
  return to_micros(server_.now().wall);
}

void SimWorker::start() {
  ++life_;
  session_ = name_ + "-" + std::to_string(++session_number_);
  enrolled_ = false;
  acked_ = 0;
  arrived_.clear();
  results_in_flight_ = sync_in_flight_ = sync_planned_ = false;
  enroll();
}

void SimWorker::enroll() {
  const std::uint64_t life = life_;
  wire::RegisterRequest request;
  request.name = name_;
  request.slots = slots_;
  request.queues = queues_;
  request.session = session_;
  request.dead_sessions = dead_;
  events_.after(Duration(random_.between(500, 20'000)), [this, life, request] {
    if (life != life_) return;
    const Duration sent = events_.now();
    if (server_.up() && !stalled()) {
      ++report_.commands["RegisterWorker"];
      server_.post(RegisterWorker{request}, [this, life, sent](Result<Answer> answer) {
        if (life != life_ || !answer) return;
        enrolled_ = true;
        lease_until_ = std::max(lease_until_, sent + std::get<RegisterAnswer>(*answer).lease);
        plan_sync(milliseconds(1));
      });
    }
    // Until it is answered, again.
    events_.after(seconds(2), [this, life] {
      if (life == life_ && !enrolled_) enroll();
    });
  });
}

void SimWorker::plan_sync(Duration delay) {
  if (sync_planned_) return;
  sync_planned_ = true;
  const std::uint64_t life = life_;
  events_.after(delay, [this, life] {
    if (life != life_) return;
    sync_planned_ = false;
    sync();
  });
}

Answered SimWorker::or_timeout(Answered answered) {
  auto pending = std::make_shared<bool>(true);
  const auto once = [pending, answered](std::optional<Result<wire::SyncResponse>> answer,
                                        std::vector<wire::Verdict> verdicts) {
    if (!std::exchange(*pending, false)) return;
    answered(std::move(answer), std::move(verdicts));
  };
  events_.after(seconds(12), [once] { once(std::nullopt, {}); });
  return once;
}

void SimWorker::sync() {
  if (!enrolled_ || sync_in_flight_) return;
  if (stalled()) return plan_sync(stalled_until_ - events_.now() + milliseconds(1));
  wire::SyncRequest request;
  request.session = session_;
  request.acked = acked_;
  request.draining = draining_;
  request.wait_ms = random_.one_in(2) ? 5000 : 0;
  for (auto& [id, held] : held_) {
    request.running.push_back(id);
    if (!held.running || held.start_reported) continue;
    request.started.push_back(id);
    request.started_at.push_back(held.started_at);
  }
  sync_in_flight_ = true;
  const Duration sent = events_.now();
  const std::uint64_t life = life_;
  const auto answered = [this, sent, life, started = request.started](
                            std::optional<Result<wire::SyncResponse>> answer,
                            std::vector<wire::Verdict>) {
    if (random_.percent(weather_.drop_response)) {
      count("response dropped");
      answer.reset();
    }
    Duration way(random_.between(200, 3000));
    if (random_.percent(weather_.delay)) {
      count("response delayed");
      way += Duration(random_.between(0, 3'000'000));
    }
    events_.after(way, [this, answer, sent, life, started] {
      if (life != life_) return;
      sync_in_flight_ = false;
      if (answer && *answer)
        for (const std::int64_t id : started)
          if (auto it = held_.find(id); it != held_.end()) it->second.start_reported = true;
      on_answer(answer, sent, life);
      plan_sync(answer ? Duration(random_.between(1'000, 2'000'000)) : milliseconds(500));
    });
  };
  if (random_.percent(weather_.drop_request)) {
    count("request dropped");
    events_.after(seconds(1), [answered] { answered(std::nullopt, {}); });
    return;
  }
  if (random_.percent(weather_.duplicate)) {
    count("request duplicated");
    events_.after(Duration(random_.between(1'000, 8'000'000)),
                  [this, request] { server_.sync(request, [](auto, auto) {}); });
  }
  events_.after(Duration(random_.between(200, 3000)),
                [this, request, once = or_timeout(answered)] { server_.sync(request, once); });
}

void SimWorker::on_answer(std::optional<Result<wire::SyncResponse>> answer, Duration sent,
                          std::uint64_t life) {
  if (!answer || life != life_) return;
  if (!*answer) {
    // Any refusal that is not "later" means that the session is unknown: register again.
    if (answer->error().code == ErrorCode::not_found && enrolled_) {
      enrolled_ = false;
      enroll();
    }
    return;
  }
  lease_until_ = std::max(lease_until_, sent + milliseconds((*answer)->lease_ms));
  kill_at_lease_end();
  for (const wire::Lease& lease : (*answer)->leases) take(lease);
  for (const std::int64_t id : (*answer)->cancels) {
    auto it = held_.find(id);
    if (it == held_.end() || it->second.result) continue;
    // SIGTERM, grace, SIGKILL: some time passes.
    events_.after(Duration(random_.between(1'000, 12'000'000)), [this, id, life] {
      if (life == life_) finish(id, AttemptState::cancelled, -1);
    });
  }
}

void SimWorker::take(const wire::Lease& lease) {
  if (lease.attempt > acked_) arrived_.emplace(lease.after, lease.attempt);
  while (!arrived_.empty() && arrived_.begin()->first <= acked_) {
    acked_ = std::max(acked_, arrived_.begin()->second);
    arrived_.erase(arrived_.begin());
  }
  if (lease.argv.empty()) return;
  if (!seen_.insert(lease.attempt).second) return;  // the runner refuses what it has seen
  held_[lease.attempt].lease = lease;
  const std::uint64_t life = life_;
  const std::int64_t id = lease.attempt;
  events_.after(Duration(random_.between(100, 5'000)), [this, life, id] {
    if (life == life_) begin(id);
  });
}

void SimWorker::begin(std::int64_t attempt) {
  auto it = held_.find(attempt);
  if (it == held_.end() || it->second.result) return;
  Held& held = it->second;
  if (!healed_ && random_.percent(weather_.lose_attempt)) {
    count("attempt forgotten by the worker");
    held_.erase(it);
    return;
  }
  held.running = true;
  held.started_at = wall();
  checker_.execution_began(AttemptId{attempt}, instance_of(held.lease));
  AttemptState outcome = AttemptState::success;
  int exit_code = 0;
  Duration takes(random_.between(1'000, healed_ ? 500'000 : 20'000'000));
  if (!healed_) {
    const auto dice = random_.between(0, 99);
    if (dice < 25)
      outcome = AttemptState::failed, exit_code = static_cast<int>(random_.between(1, 2));
    else if (dice < 30)
      outcome = AttemptState::skipped, exit_code = 99;
    else if (dice < 33)
      outcome = AttemptState::failed, exit_code = -1;  // a signal
    if (random_.one_in(20)) takes = seconds(random_.between(30, 120));
  }
  if (held.lease.poke && random_.one_in(healed_ ? 4 : 2))
    outcome = AttemptState::rescheduled, exit_code = wire::not_yet_exit_code;
  const Duration limit = milliseconds(held.lease.timeout_ms);
  if (limit > Duration{} && takes > limit) {
    takes = limit;
    outcome = AttemptState::timed_out;
    exit_code = -1;
  }
  const std::uint64_t life = life_;
  events_.after(takes, [this, life, attempt, outcome, exit_code] {
    if (life == life_) finish(attempt, outcome, exit_code);
  });
}

void SimWorker::finish(std::int64_t attempt, AttemptState outcome, int exit_code) {
  auto it = held_.find(attempt);
  if (it == held_.end() || it->second.result) return;
  Held& held = it->second;
  if (held.running) checker_.execution_ended(AttemptId{attempt}, instance_of(held.lease));
  wire::AttemptResult result;
  result.attempt = attempt;
  result.outcome = outcome;
  result.exit_code = exit_code;
  result.started_at = held.started_at;
  result.ended_at = wall();
  if (outcome == AttemptState::success && random_.one_in(3)) result.outputs = {{"n", 7}};
  if (outcome == AttemptState::success && random_.one_in(6))
    result.outputs["asset_events"] = {
        {"a" + std::to_string(random_.between(0, 4)), {{"partition_key", "p0"}}}};
  if (outcome == AttemptState::success && !random_.one_in(4)) {
    result.outputs["list"] = nlohmann::json::array();
    for (std::int64_t i = random_.between(0, 4); i > 0; --i) result.outputs["list"].push_back(i);
  }
  held.result = std::move(result);
  plan_results();
}

void SimWorker::plan_results() {
  const std::uint64_t life = life_;
  Duration wait(random_.between(100, 2'000));
  if (!healed_ && random_.one_in(40)) {
    count("result handed in late");
    wait = seconds(random_.between(5, 200));
  }
  events_.after(wait, [this, life] {
    if (life == life_) send_results();
  });
}

void SimWorker::send_results() {
  if (!enrolled_ || results_in_flight_ || stalled()) {
    const std::uint64_t life = life_;
    events_.after(milliseconds(700), [this, life] {
      if (life == life_) send_results();
    });
    return;
  }
  wire::ResultsRequest request;
  request.session = session_;
  request.acked = acked_;
  request.draining = draining_;
  for (const auto& [id, held] : held_)
    if (held.result) request.results.push_back(*held.result);
  if (request.results.empty()) return;
  results_in_flight_ = true;
  const Duration sent = events_.now();
  const std::uint64_t life = life_;
  const auto answered = [this, sent, life, request](
                            std::optional<Result<wire::SyncResponse>> answer,
                            std::vector<wire::Verdict> verdicts) {
    if (random_.percent(weather_.drop_response)) {
      count("response dropped");
      answer.reset();
    }
    events_.after(Duration(random_.between(200, 3000)),
                  [this, answer, verdicts, sent, life, request] {
                    if (life != life_) return;
                    results_in_flight_ = false;
                    if (answer && *answer)
                      for (std::size_t i = 0; i < verdicts.size(); ++i) {
                        if (verdicts[i] == wire::Verdict::superseded) count("result superseded");
                        held_.erase(request.results[i].attempt);
                      }
                    on_answer(answer, sent, life);
                    send_results();
                  });
  };
  if (random_.percent(weather_.drop_request)) {
    count("request dropped");
    events_.after(seconds(1), [answered] { answered(std::nullopt, {}); });
    return;
  }
  if (random_.percent(weather_.duplicate)) {
    count("result duplicated");
    events_.after(Duration(random_.between(1'000, 90'000'000)),
                  [this, request] { server_.results(request, [](auto, auto) {}); });
  }
  events_.after(Duration(random_.between(200, 3000)),
                [this, request, once = or_timeout(answered)] { server_.results(request, once); });
}

/// The runner's own deadline: lease end minus a margin, from when the last answered call was sent.
void SimWorker::kill_at_lease_end() {
  const std::uint64_t life = life_;
  const Duration expected = lease_until_;
  events_.at(lease_until_ - margin, [this, life, expected] {
    if (life != life_ || lease_until_ != expected) return;
    std::vector<std::int64_t> running;
    for (const auto& [id, held] : held_)
      if (!held.result) running.push_back(id);
    if (!running.empty()) count("killed at the end of its lease");
    for (const std::int64_t id : running) finish(id, AttemptState::lost, -1);
  });
}

void SimWorker::crash(bool tell) {
  count(tell ? "runner killed, death reported" : "runner killed, silence");
  for (const auto& [id, held] : held_)
    if (held.running && !held.result)
      checker_.execution_ended(AttemptId{id}, instance_of(held.lease));
  held_.clear();
  if (tell) dead_.push_back(session_);
  if (dead_.size() > 5) dead_.erase(dead_.begin());
  start();
}

void SimWorker::stall(Duration time) {
  count("agent stalled");
  stalled_until_ = std::max(stalled_until_, events_.now() + time);
}

void SimWorker::drain(Duration time) {
  count("worker drained");
  draining_ = true;
  plan_sync(milliseconds(1));
  const std::uint64_t life = life_;
  events_.after(time, [this, life] {
    draining_ = false;
    if (life == life_) plan_sync(milliseconds(1));
  });
}

}  // namespace weft::sim
