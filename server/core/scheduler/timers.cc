#include "server/core/scheduler/timers.h"

namespace weft {

void Timers::at_steady(Duration at, Timer timer) {
  steady_.push({at, sequence_++, std::move(timer)});
}

void Timers::at_wall(Instant at, Timer timer) {
  wall_.push({at, sequence_++, std::move(timer)});
}

std::optional<Timer> Timers::pop_due(Now now) {
  if (!steady_.empty() && steady_.top().at <= now.steady) {
    Timer timer = steady_.top().timer;
    steady_.pop();
    return timer;
  }
  if (!wall_.empty() && wall_.top().at <= now.wall) {
    Timer timer = wall_.top().timer;
    wall_.pop();
    return timer;
  }
  return std::nullopt;
}

Deadline Timers::next() const {
  Deadline deadline;
  if (!steady_.empty()) deadline.steady = steady_.top().at;
  if (!wall_.empty()) deadline.wall = wall_.top().at;
  return deadline;
}

}  // namespace weft
