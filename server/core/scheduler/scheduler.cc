#include "server/core/scheduler/scheduler.h"

#include "server/core/scheduler/step.h"

namespace weft {

Scheduler::Scheduler(SchedulerConfig config, const History& history, Snapshot snapshot, Now now)
    : state_(std::make_unique<State>(config, history)) {
  recover(*state_, snapshot, now);
}

Scheduler::~Scheduler() = default;

Applied Scheduler::apply(const Command& command, Now now) {
  Applied applied{Answer{Done{}}, {}};
  Step step(*state_, now, applied.changes);
  // Ticks are whole seconds: what slews by less moves none.
  if (now.wall + std::chrono::seconds(1) < state_->last_wall) step.clock_set_back();
  state_->last_wall = now.wall;
  applied.answer = std::visit([&](const auto& what) { return weft::apply(step, what); }, command);
  const bool is_timer = std::holds_alternative<FireTimers>(command);
  step.finish(is_timer ? Step::Work::all : Step::Work::own);
  return applied;
}

Deadline Scheduler::next_deadline() const {
  Deadline deadline = state_->timers.next();
  // Postponed work is due at once: long ago, yet far from where differences overflow.
  constexpr Duration long_ago = Duration::min() / 4;
  if (has_postponed_work()) deadline.steady = long_ago;
  return deadline;
}

bool Scheduler::has_postponed_work() const {
  return !state_->work.empty() || state_->more_grants || !state_->jobs.empty();
}

}  // namespace weft
