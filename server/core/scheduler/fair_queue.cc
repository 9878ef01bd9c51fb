#include "server/core/scheduler/fair_queue.h"

#include <tuple>

#include "base/check.h"

namespace weft {

bool FairQueue::ByWeight::operator()(const Rank& a, const Rank& b) const {
  if (a.weight != b.weight) return a.weight > b.weight;
  return std::tie(a.date, a.run, a.task, a.map_index, a.instance) <
         std::tie(b.date, b.run, b.task, b.map_index, b.instance);
}

void FairQueue::push(const Rank& rank) {
  Bucket& bucket = buckets_[{rank.priority, rank.backfill}];
  auto lane = bucket.lanes.find(rank.dag);
  if (lane == bucket.lanes.end()) {
    bucket.turns.emplace_back(rank.dag, Lane{});
    lane = bucket.lanes.emplace(rank.dag, std::prev(bucket.turns.end())).first;
  }
  if (lane->second->second.insert(rank).second) ++size_;
}

bool FairQueue::remove(const Rank& rank) {
  auto bucket = buckets_.find({rank.priority, rank.backfill});
  if (bucket == buckets_.end()) return false;
  auto lane = bucket->second.lanes.find(rank.dag);
  if (lane == bucket->second.lanes.end()) return false;
  if (lane->second->second.erase(rank) == 0) return false;
  --size_;
  if (lane->second->second.empty()) {
    bucket->second.turns.erase(lane->second);
    bucket->second.lanes.erase(lane);
    if (bucket->second.turns.empty()) buckets_.erase(bucket);
  } else {
    auto& turns = bucket->second.turns;
    turns.splice(turns.end(), turns, lane->second);
  }
  return true;
}

const Rank& FairQueue::front() const {
  WEFT_CHECK(!buckets_.empty());
  return *buckets_.begin()->second.turns.front().second.begin();
}

Rank FairQueue::pop() {
  const Rank rank = front();
  remove(rank);
  return rank;
}

}  // namespace weft
