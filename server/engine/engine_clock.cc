#include "server/engine/engine_clock.h"

namespace weft {

namespace {
constexpr Duration tolerated_absence = std::chrono::seconds(1);
}  // namespace

Now SystemClock::now() {
  using std::chrono::time_point_cast;
  return {
      time_point_cast<Duration>(std::chrono::system_clock::now()),
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
}

Now PresentClock::read(Duration planned_wait) {
  Now now = clock_.now();
  if (last_) {
    const Duration absence = now.steady - *last_ - planned_wait;
    if (absence > tolerated_absence) held_back_ += absence;
  }
  last_ = now.steady;
  now.steady -= held_back_;
  return now;
}

}  // namespace weft
