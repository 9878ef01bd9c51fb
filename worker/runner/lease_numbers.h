#pragma once

#include <cstdint>
#include <set>

namespace weft::worker {

/// Which lease numbers of a session have come. Numbers start at 1 and have no holes, but may come
/// twice and out of order.
class LeaseNumbers {
 public:
  explicit LeaseNumbers(std::int64_t acked = 0) : acked_(acked) {}

  /// Notes one; false when it came before.
  bool add(std::int64_t number) {
    if (number <= acked_ || !above_.insert(number).second) return false;
    while (!above_.empty() && *above_.begin() == acked_ + 1) {
      ++acked_;
      above_.erase(above_.begin());
    }
    return true;
  }

  /// The highest number such that all up to it came.
  std::int64_t acked() const { return acked_; }

 private:
  std::int64_t acked_;
  std::set<std::int64_t> above_;
};

}  // namespace weft::worker
