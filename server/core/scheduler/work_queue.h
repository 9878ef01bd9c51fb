#pragma once

// What steps leave for later ones. What a step adds is done in that step as far as it may; of what
// is left, runs take turns, so that a cascade of one holds up nobody else.

#include <deque>
#include <map>
#include <optional>

#include "base/ids.h"
#include "server/core/scheduler/instance_index.h"

namespace weft {

/// Something to go on with in this or a later step: `instance` is evaluated; -1 makes more of the
/// run's instances, or ends more of them.
struct WorkItem {
  RunId run;
  InstanceIndex instance;
};

class WorkQueue {
 public:
  void push_back(WorkItem item) { fresh_.push_back(item); }
  bool empty() const { return fresh_.empty() && turns_.empty(); }

  bool has(RunId run) const;

  /// Of what this step has added.
  std::optional<WorkItem> next_fresh();
  /// Of what earlier steps have left.
  std::optional<WorkItem> next_left();
  /// The step is over: what it has added and not done is left.
  void put_off();

 private:
  std::deque<WorkItem> fresh_;
  std::map<RunId, std::deque<WorkItem>> left_;
  std::deque<RunId> turns_;  ///< the runs in left_
};

}  // namespace weft
