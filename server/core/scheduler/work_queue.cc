#include "server/core/scheduler/work_queue.h"

#include <algorithm>

namespace weft {

std::optional<WorkItem> WorkQueue::next_fresh() {
  if (fresh_.empty()) return std::nullopt;
  const WorkItem item = fresh_.front();
  fresh_.pop_front();
  return item;
}

std::optional<WorkItem> WorkQueue::next_left() {
  if (turns_.empty()) return std::nullopt;
  const RunId run = turns_.front();
  turns_.pop_front();
  auto it = left_.find(run);
  const WorkItem item = it->second.front();
  it->second.pop_front();
  if (it->second.empty())
    left_.erase(it);
  else
    turns_.push_back(run);
  return item;
}

bool WorkQueue::has(RunId run) const {
  return left_.contains(run) || std::any_of(fresh_.begin(), fresh_.end(),
                                            [&](const WorkItem& item) { return item.run == run; });
}

void WorkQueue::put_off() {
  for (const WorkItem& item : fresh_) {
    auto [it, is_new] = left_.try_emplace(item.run);
    if (is_new) turns_.push_back(item.run);
    it->second.push_back(item);
  }
  fresh_.clear();
}

}  // namespace weft
