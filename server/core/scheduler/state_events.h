#pragma once

// The events that say how a run or a task instance changed its state.

#include <string>

#include "server/core/scheduler/change.h"

namespace weft {

/// `from` and `to` are the same when the run was made.
inline EventRow run_event(const RunRow& run, RunState from, RunState to, std::string detail = {}) {
  EventRow event;
  event.kind = EventRow::Kind::run_state;
  event.dag = run.dag;
  event.run = run.id;
  event.from = static_cast<std::uint8_t>(from);
  event.to = static_cast<std::uint8_t>(to);
  event.detail = std::move(detail);
  return event;
}

/// REQUIRES: the instance is in its new state; its reason becomes the detail.
inline EventRow task_event(const RunRow& run, const InstanceRow& instance, TaskState from) {
  EventRow event;
  event.kind = EventRow::Kind::task_state;
  event.dag = run.dag;
  event.run = run.id;
  event.instance = instance.id;
  event.attempt = instance.attempt;
  event.from = static_cast<std::uint8_t>(from);
  event.to = static_cast<std::uint8_t>(instance.state);
  event.detail = instance.reason;
  return event;
}

}  // namespace weft
