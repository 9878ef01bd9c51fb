#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "proto/wire/worker.h"

namespace weft::worker {

/// Which leases of a session have come. They may come twice and out of order; each names the one
/// before it that the server still counts on.
class ArrivedLeases {
 public:
  explicit ArrivedLeases(std::int64_t acked = 0) : acked_(acked) {}

  /// Notes one.
  void add(const wire::Lease& lease) {
    if (lease.attempt > acked_) above_.emplace(lease.after, lease.attempt);
    while (!above_.empty() && above_.begin()->first <= acked_) {
      acked_ = std::max(acked_, above_.begin()->second);
      above_.erase(above_.begin());
    }
  }

  /// The highest attempt such that all leases up to it came.
  std::int64_t acked() const { return acked_; }

 private:
  std::int64_t acked_;
  std::set<std::pair<std::int64_t, std::int64_t>> above_;  ///< (after, attempt)
};

}  // namespace weft::worker
