#pragma once

// What one worker session still has to hear. Pure: no engine, no clock, no HTTP.

#include <cstdint>
#include <map>
#include <vector>

#include "base/ids.h"
#include "proto/wire/worker.h"

namespace weft::dispatch {

/// Arrivals of calls and departures of answers, in one order: tells whether an answer that is out
/// can have reached the worker before it made a call.
using Moment = std::int64_t;

/// Leases from their grant to their acknowledgement, and cancels while the engine wants them.
class SessionState {
 public:
  /// The lease is here already, or was acked: granted again, it needs no second rendering.
  bool knows(AttemptId attempt) const {
    return attempt.value <= acked_ || leases_.contains(attempt.value);
  }
  void add(wire::Lease lease);
  /// Granted again: its predecessor may be over since.
  void set_after(AttemptId attempt, AttemptId after);
  void acknowledge(std::int64_t acked);

  /// All attempts that shall end, as the engine said last.
  void set_cancels(const std::vector<AttemptId>& cancels);
  void add_cancel(AttemptId attempt) { cancels_.try_emplace(attempt.value, false); }

  /// True when there is a cancel that no answer has carried, or a lease that none has carried that
  /// left before the call which arrived at `arrived`.
  bool has_news_for(Moment arrived) const;

  /// What the answer to that call carries, the leases in order.
  std::vector<wire::Lease> take_leases(Moment arrived, Moment now);
  std::vector<std::int64_t> take_cancels();

  std::size_t unacked() const { return leases_.size(); }

  /// This lease is still to come, and until then the worker acknowledges none behind it: those are
  /// not repeated meanwhile, as each of its calls would bring them all. 0: none.
  void set_missing(AttemptId first) { missing_ = first.value; }

 private:
  struct Unacked {
    wire::Lease lease;
    Moment sent_at = 0;  ///< 0: never
  };
  bool is_due(std::int64_t attempt, const Unacked& lease, Moment arrived) const {
    const bool can_be_acked = missing_ == 0 || attempt < missing_;
    return lease.sent_at == 0 || (lease.sent_at < arrived && can_be_acked);
  }

  std::map<std::int64_t, Unacked> leases_;  ///< by attempt, all above acked_
  std::map<std::int64_t, bool> cancels_;    ///< attempt → an answer has carried it
  std::int64_t acked_ = 0;
  std::int64_t missing_ = 0;
};

}  // namespace weft::dispatch
