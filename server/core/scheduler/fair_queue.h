#pragma once

// Candidates in the order in which they shall run (scheduling.md, "What runs first"): own
// priority, normal runs before backfills, round robin over DAGs, then inside a DAG by weight,
// date, and position. Used for what is ready and for what waits behind a limit alike.

#include <cstdint>
#include <list>
#include <map>
#include <set>
#include <unordered_map>

#include "base/ids.h"
#include "server/core/scheduler/instance_index.h"

namespace weft {

/// Everything the order depends on. A total order: `instance` breaks the last tie.
struct Rank {
  std::int32_t priority = 1;  ///< priority_weight, higher first
  bool backfill = false;
  DagKey dag;
  std::int64_t weight = 1;  ///< effective_weight, higher first
  std::int64_t date = 0;    ///< logical date or run_after, µs
  RunId run;
  std::int32_t task = 0;
  std::int32_t map_index = -1;
  InstanceId instance;
  InstanceIndex position{};  ///< of the instance in its run; no part of the order
};

/// O(log n) in what it holds; no operation looks at everything.
class FairQueue {
 public:
  void push(const Rank& rank);
  /// False when it isn't there. As with pop(), its DAG goes to the back of its bucket.
  bool remove(const Rank& rank);
  bool empty() const { return buckets_.empty(); }
  std::size_t size() const { return size_; }
  /// REQUIRES: !empty(). What pop() would take.
  const Rank& front() const;
  /// REQUIRES: !empty(). Takes the best; its DAG goes to the back of its bucket.
  Rank pop();

 private:
  /// Inside one DAG.
  struct ByWeight {
    bool operator()(const Rank& a, const Rank& b) const;
  };
  using Lane = std::set<Rank, ByWeight>;
  struct BucketKey {
    std::int32_t priority;
    bool backfill;
    bool operator<(const BucketKey& other) const {
      if (priority != other.priority) return priority > other.priority;
      return backfill < other.backfill;
    }
  };
  struct Bucket {
    std::list<std::pair<DagKey, Lane>> turns;  ///< front: whose turn it is
    std::unordered_map<DagKey, std::list<std::pair<DagKey, Lane>>::iterator> lanes;
  };

  std::map<BucketKey, Bucket> buckets_;
  std::size_t size_ = 0;
};

}  // namespace weft
