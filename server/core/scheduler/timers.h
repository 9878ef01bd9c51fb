#pragma once

// Deadlines in order. An entry is only a hint to look: whoever handles it checks the state, so
// nothing is ever removed from the middle.

#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

#include "server/core/scheduler/scheduler.h"

namespace weft {

struct Timer {
  enum class Kind : std::uint8_t {
    retry,           ///< id: run, sub: its instance: up_for_retry is over
    session,         ///< name: a session's liveness
    run_timeout,     ///< id: run: dagrun_timeout
    tick,            ///< id: dag: the schedule (wall)
    run_after,       ///< id: dag: a queued run may start (wall)
    assets,          ///< id: dag: the condition of its asset schedule
    queued_timeout,  ///< id: run, sub: its instance: nobody took it in time
    backfill,        ///< id: backfill: it goes on
    run_gone,        ///< id: run: it was deleted
    waiting,         ///< id: run, sub: its instance: what it waits for may be here (wall)
    poke,            ///< id: run, sub: its instance: a sensor looks again
    given_up,        ///< id: attempt: somebody ended it while its worker is lost
    wait_timeout,    ///< id: run, sub: its instance: it has waited for long enough
  };
  Kind kind = Kind::retry;
  std::int64_t id = 0;
  std::int32_t sub = 0;         ///< an InstanceIndex
  std::int32_t generation = 0;  ///< the try number it was set for; of a session the newest counts
  std::string name;
};

class Timers {
 public:
  void at_steady(Duration at, Timer timer);
  void at_wall(Instant at, Timer timer);
  /// Takes the next one that is due, steady ones first; nullopt when none is.
  std::optional<Timer> pop_due(Now now);
  Deadline next() const;

 private:
  template <class Time>
  struct Entry {
    Time at;
    std::uint64_t sequence;
    Timer timer;
    bool operator<(const Entry& other) const {  // for a heap with the earliest on top
      if (at != other.at) return at > other.at;
      return sequence > other.sequence;
    }
  };
  std::priority_queue<Entry<Duration>> steady_;
  std::priority_queue<Entry<Instant>> wall_;
  std::uint64_t sequence_ = 0;
};

}  // namespace weft
