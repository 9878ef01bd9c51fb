#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "base/instant.h"

namespace weft::sim {

/// Virtual time: what happens next, in order; equal times in the order in which they were said.
class Events {
 public:
  Duration now() const { return now_; }
  void at(Duration time, std::function<void()> what) {
    queue_.push({std::max(time, now_), sequence_++, std::move(what)});
  }
  void after(Duration delay, std::function<void()> what) { at(now_ + delay, std::move(what)); }
  bool empty() const { return queue_.empty(); }
  Duration next() const { return queue_.top().at; }
  /// REQUIRES: !empty().
  void run_next() {
    auto what = std::move(const_cast<Entry&>(queue_.top()).what);
    now_ = queue_.top().at;
    queue_.pop();
    what();
  }

 private:
  struct Entry {
    Duration at;
    std::uint64_t sequence;
    std::function<void()> what;
    bool operator<(const Entry& other) const {
      return at != other.at ? at > other.at : sequence > other.sequence;
    }
  };
  std::priority_queue<Entry> queue_;
  std::uint64_t sequence_ = 0;
  Duration now_{};
};

}  // namespace weft::sim
