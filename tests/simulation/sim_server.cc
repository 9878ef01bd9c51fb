#include "tests/simulation/sim_server.h"

#include <stdexcept>

#include "base/check.h"

namespace weft::sim {
namespace {

constexpr Instant epoch = Instant(std::chrono::seconds(1'767'225'600));  // 2026-01-01

/// Stands for a failed write.
struct InjectedFailure : std::runtime_error {
  InjectedFailure() : std::runtime_error("injected") {}
};

wire::Lease lease_from_effect(const LeaseGranted& granted) {
  wire::Lease lease;
  lease.attempt = granted.attempt.value;
  lease.after = granted.after.value;
  lease.argv = {"true"};
  lease.dag_id = granted.facts->dag_id;
  lease.run_id = granted.facts->run.run_id;
  lease.task_id = granted.facts->dag->task(granted.task).id;
  lease.map_index = granted.map_index;
  lease.try_number = granted.try_number;
  lease.poke = is_poked(granted.facts->dag->task(granted.task).type);
  lease.timeout_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                         granted.facts->dag->task(granted.task).execution_timeout)
                         .count();
  return lease;
}

}  // namespace

SimServer::SimServer(Events& events, Random random, Checker& checker, Report& report,
                     Recorder* recorder)
    : events_(events), random_(random), checker_(checker), report_(report), recorder_(recorder) {
  auto writer = storage::Writer::open(":memory:");
  WEFT_CHECK_MSG(writer.has_value(), "no database in memory");
  writer_ = std::move(*writer);
  start();
}

Now SimServer::now() const {
  return {epoch + events_.now() + wall_offset_, events_.now()};
}

void SimServer::start() {
  ++life_;
  deaf_ = false;
  EngineOptions options;
  // Sometimes steps so small that all that is larger goes on in slices.
  // The reference does at once what an edit says.
  if (recorder_ == nullptr && random_.one_in(2))
    options.scheduler.max_changes_per_step = static_cast<std::size_t>(random_.between(4, 60));
  core_ = std::make_unique<EngineCore>(
      options, *writer_, [this](std::vector<Effect> effects) { on_effects(std::move(effects)); },
      [] {});
  core_->observe([this](const Command& command, const Applied& applied) {
    if (fail_batch_ && steps_before_failure_-- <= 0) {
      fail_batch_ = false;
      throw InjectedFailure();
    }
    try {
      checker_.step(command, applied, *core_->scheduler());
      if (recorder_ != nullptr) recorder_->step(command, applied, *core_->scheduler(), now());
    } catch (const Violation& violation) {
      throw_later_ = violation.what();
      throw;
    }
  });
  const auto snapshot = writer_->load_snapshot();
  WEFT_CHECK_MSG(snapshot.has_value(), "the snapshot can't be read");
  checker_.compare(*snapshot);
  const auto built = core_->build(now());
  WEFT_CHECK_MSG(built.has_value(), "the scheduler can't be built");
  if (recorder_ != nullptr) recorder_->restarted();
  wake();
}

void SimServer::stop() {
  core_.reset();
  inbox_.clear();
  sessions_.clear();
  ++life_;
  ++report_.restarts;
  events_.after(down_for_, [this] { start(); });
}

void SimServer::crash(CrashPoint point, Duration down) {
  if (!up() || crash_at_) return;
  down_for_ = down;
  crash_at_ = point;
  if (point == CrashPoint::between_batches) {
    crash_at_.reset();
    return stop();
  }
  wake();
}

void SimServer::fail_next_batch() {
  fail_batch_ = true;
}

void SimServer::post(Command command, Engine::Reply reply) {
  if (!up()) return;  // the connection is refused: nobody answers
  inbox_.push_back({std::move(command), std::move(reply)});
  wake();
}

void SimServer::wake() {
  if (turn_pending_) return;
  turn_pending_ = true;
  events_.after(Duration(random_.between(100, 3000)), [this] {
    turn_pending_ = false;
    if (up()) turn();
  });
}

void SimServer::turn() {
  const std::uint64_t life = life_;
  bool recovering = false;
  if (core_->scheduler() == nullptr) {
    core_->refuse(inbox_, 0);
    core_->try_to_recover(now());
    recovering = true;
  } else {
    const auto crash_at = std::exchange(crash_at_, std::nullopt);
    if (crash_at == CrashPoint::before_commit) {
      deaf_ = true;
      fail_batch_ = true;
    }
    if (crash_at == CrashPoint::after_commit) deaf_ = true;
    const Deadline deadline = core_->scheduler()->next_deadline();
    const bool due = (deadline.steady && *deadline.steady <= now().steady) ||
                     (deadline.wall && *deadline.wall <= now().wall);
    std::vector<PostedCommand> commands = std::move(inbox_);
    inbox_.clear();
    if (fail_batch_) {  // at its last step, which does nothing: all before it were applied
      commands.push_back({SetRunNote{"none", "none", "", ""}, nullptr});
      steps_before_failure_ = static_cast<int>(commands.size()) - 1;
    }
    core_->run(commands, due || crash_at.has_value(), now());
    if (!throw_later_.empty()) throw Violation(throw_later_);
    fail_batch_ = crash_at ? false : fail_batch_;
    tell_of_batch(core_->scheduler() != nullptr);
    if (crash_at) return stop();
  }
  if (life != life_ || !up()) return;
  if (core_->scheduler() == nullptr) {
    recovering = true;
    events_.at(std::max(core_->retry_at(), events_.now()), [this, life] {
      if (life == life_ && up() && core_->scheduler() == nullptr) turn();
    });
    return;
  }
  if (recovering && !inbox_.empty()) return wake();
  const Deadline deadline = core_->scheduler()->next_deadline();
  std::optional<Duration> next = deadline.steady;
  if (deadline.wall) {
    const Duration at = *deadline.wall - epoch - wall_offset_;
    next = next ? std::min(*next, at) : at;
  }
  if (next)
    events_.at(*next, [this, life] {
      if (life == life_ && up()) wake();
    });
  if (!inbox_.empty()) wake();
}

void SimServer::tell_of_batch(bool committed) {
  committed ? checker_.committed() : checker_.rolled_back();
  if (recorder_ != nullptr) committed ? recorder_->committed() : recorder_->rolled_back();
}

void SimServer::on_effects(std::vector<Effect> effects) {
  if (deaf_) return;
  for (const Effect& effect : effects) {
    if (const auto* granted = std::get_if<LeaseGranted>(&effect)) {
      if (failing_renderings_ > 0) {
        --failing_renderings_;
        ++report_.commands["FailAttempt"];
        post(FailAttempt{granted->attempt, "the template can't be rendered"}, nullptr);
        // A void lease: its number must arrive, or nothing behind it could be acknowledged.
        wire::Lease lease;
        lease.attempt = granted->attempt.value;
        lease.after = granted->after.value;
        sessions_[granted->session].leases[lease.attempt] = lease;
        continue;
      }
      sessions_[granted->session].leases[granted->attempt.value] = lease_from_effect(*granted);
    }
  }
  for (const Effect& effect : effects) {
    // What it was leased and never fetched is lost: it must not be handed out any more.
    if (const auto* closed = std::get_if<SessionClosed>(&effect))
      sessions_[closed->session].leases.clear();
    std::visit(
        [this](const auto& what) {
          if constexpr (requires { what.session; }) {
            if (sessions_.contains(what.session)) answer_poll(what.session);
          }
        },
        effect);
  }
}

wire::SyncResponse SimServer::response_for(const std::string& session,
                                           const SessionAnswer& answer) {
  wire::SyncResponse response;
  for (const auto& [id, lease] : sessions_[session].leases) response.leases.push_back(lease);
  for (const AttemptId id : answer.cancels) response.cancels.push_back(id.value);
  response.lease_ms = std::chrono::duration_cast<std::chrono::milliseconds>(answer.lease).count();
  return response;
}

/// Something came up for a session whose poll waits.
void SimServer::answer_poll(const std::string& session) {
  Inbox& inbox = sessions_[session];
  if (!inbox.poll) return;
  Answered answered = std::move(*inbox.poll);
  inbox.poll.reset();
  SessionAnswer answer;
  answer.lease = SchedulerConfig{}.lease;
  // Cancels of a waiting poll: asked of the engine by the next sync; here from its state.
  if (scheduler() != nullptr)
    if (const Session* known = scheduler()->state().attempts.session(session))
      for (const AttemptId id : known->leases)
        if (const ActiveAttempt* attempt = scheduler()->state().attempts.find(id))
          if (attempt->cancel) answer.cancels.push_back(id);
  answered(Result<wire::SyncResponse>(response_for(session, answer)), {});
}

void SimServer::sync(const wire::SyncRequest& request, Answered answered) {
  if (!up()) return answered(std::nullopt, {});
  ++report_.commands["SyncWorker"];
  const std::uint64_t life = life_;
  post(SyncWorker{request}, [this, life, request, answered](Result<Answer> answer) {
    if (deaf_ || life != life_) return answered(std::nullopt, {});
    if (!answer) return answered(Result<wire::SyncResponse>(tl::unexpected(answer.error())), {});
    Inbox& inbox = sessions_[request.session];
    std::erase_if(inbox.leases, [&](const auto& l) { return l.first <= request.acked; });
    wire::SyncResponse response = response_for(request.session, std::get<SessionAnswer>(*answer));
    if (!response.leases.empty() || !response.cancels.empty() || request.wait_ms == 0)
      return answered(Result<wire::SyncResponse>(std::move(response)), {});
    if (inbox.poll) (*inbox.poll)(std::nullopt, {});  // a newer poll replaces it
    inbox.poll = answered;
    inbox.poll_id = ++next_poll_;
    const std::uint64_t poll = inbox.poll_id;
    events_.after(std::chrono::milliseconds(request.wait_ms), [this, life, poll, request] {
      if (life != life_) return;
      auto it = sessions_.find(request.session);
      if (it != sessions_.end() && it->second.poll && it->second.poll_id == poll)
        answer_poll(request.session);
    });
  });
}

void SimServer::results(const wire::ResultsRequest& request, Answered answered) {
  if (!up()) return answered(std::nullopt, {});
  ++report_.commands["FinishAttempts"];
  const std::uint64_t life = life_;
  post(FinishAttempts{request}, [this, life, request, answered](Result<Answer> answer) {
    if (deaf_ || life != life_) return answered(std::nullopt, {});
    if (!answer) return answered(Result<wire::SyncResponse>(tl::unexpected(answer.error())), {});
    Inbox& inbox = sessions_[request.session];
    std::erase_if(inbox.leases, [&](const auto& l) { return l.first <= request.acked; });
    const auto& session = std::get<SessionAnswer>(*answer);
    answered(Result<wire::SyncResponse>(response_for(request.session, session)), session.verdicts);
  });
}

}  // namespace weft::sim
