#pragma once

#include "server/engine/engine.h"

namespace weft {

/// steady_clock and system_clock.
class SystemClock final : public Clock {
 public:
  Now now() override;
};

/// The engine's own time: that of a Clock, but its steady part stands still while the engine was
/// absent (the process stopped, a commit that hung), so that no lease ends by a time in which its
/// renewal could not be taken. worker-protocol: only the engine renews.
class PresentClock {
 public:
  explicit PresentClock(Clock& clock) : clock_(clock) {}

  /// The time now. `planned_wait` is how long the engine meant to sleep at most since the last
  /// call; what is more than a second above it was absence.
  Now read(Duration planned_wait);

 private:
  Clock& clock_;
  std::optional<Duration> last_;
  Duration held_back_{};
};

}  // namespace weft
