// How far down each item stands. Sweeps over the columns move each as close to what it is linked to
// as the order of its column allows (least squares, by pooling neighbours that get into each
// other's way); items of several columns are put right at the end.

#include <algorithm>

#include "server/core/dag/layout_parts.h"

namespace weft::layout {
namespace {

/// Against moving what nothing pulls, and what another column has placed in this sweep.
constexpr double at_rest = 0.01;
constexpr double already_placed = 1000;

class Placer {
 public:
  Placer(const Placing& placing, std::int64_t& work)
      : placing_(placing),
        work_(work),
        top_(placing.heights.size()),
        wish_(placing.heights.size()),
        weight_(placing.heights.size()),
        placed_(placing.heights.size(), -1),
        columns_of_(placing.heights.size()) {
    for (const auto& column : placing.columns) {
      double next = 0;
      for (const std::int32_t item : column) {
        if (columns_of_[at(item)]++ == 0) top_[at(item)] = next;
        next += placing.heights[at(item)] + placing.gap;
      }
      // Around the middle.
      for (const std::int32_t item : column)
        if (columns_of_[at(item)] == 1) top_[at(item)] -= next / 2;
    }
  }

  std::vector<double> run() {
    const auto count = static_cast<std::int32_t>(placing_.columns.size());
    // First by one side, then by both.
    for (int sweep = 0; sweep < 4; ++sweep) {
      const bool to_the_right = sweep % 2 == 0, both = sweep >= 2;
      for (std::int32_t i = 0; i < count; ++i) {
        const std::int32_t column = to_the_right ? i : count - 1 - i;
        settle(column, to_the_right || both, !to_the_right || both, sweep);
      }
    }
    if (std::any_of(columns_of_.begin(), columns_of_.end(), [](int n) { return n > 1; })) agree();
    return std::move(top_);
  }

 private:
  double height(std::int32_t item) const { return placing_.heights[at(item)]; }

  void settle(std::int32_t column, bool by_left, bool by_right, int sweep) {
    const auto& items = placing_.columns[at(column)];
    for (const std::int32_t item : items) wish_[at(item)] = weight_[at(item)] = 0;
    const auto count = static_cast<std::int32_t>(placing_.columns.size());
    if (by_left && column > 0)
      for (const auto& pull : placing_.pulls[at(column - 1)]) {
        wish_[at(pull.to)] += pull.weight * (top_[at(pull.from)] + pull.from_at - pull.to_at);
        weight_[at(pull.to)] += pull.weight;
        ++work_;
      }
    if (by_right && column + 1 < count)
      for (const auto& pull : placing_.pulls[at(column)]) {
        wish_[at(pull.from)] += pull.weight * (top_[at(pull.to)] + pull.to_at - pull.from_at);
        weight_[at(pull.from)] += pull.weight;
        ++work_;
      }
    for (const std::int32_t item : items) {
      const bool is_placed = columns_of_[at(item)] > 1 && placed_[at(item)] == sweep;
      const double rest = is_placed ? already_placed : at_rest;
      wish_[at(item)] += rest * top_[at(item)];
      weight_[at(item)] += rest;
      placed_[at(item)] = sweep;
    }
    pool(items);
  }

  /// Of places in order, the ones whose weighted squares of distances to the wishes are least.
  void pool(const std::vector<std::int32_t>& items) {
    pools_.clear();
    double above = 0;
    for (const std::int32_t item : items) {
      Pool pool{wish_[at(item)] - weight_[at(item)] * above, weight_[at(item)], 1};
      while (!pools_.empty() && pools_.back().middle() >= pool.middle()) {
        pool.sum += pools_.back().sum;
        pool.weight += pools_.back().weight;
        pool.count += pools_.back().count;
        pools_.pop_back();
      }
      pools_.push_back(pool);
      above += height(item) + placing_.gap;
    }
    std::size_t next = 0;
    above = 0;
    for (const Pool& pool : pools_)
      for (int i = 0; i < pool.count; ++i) {
        const std::int32_t item = items[next++];
        top_[at(item)] = pool.middle() + above;
        above += height(item) + placing_.gap;
      }
    work_ += static_cast<std::int64_t>(items.size());
  }

  /// What stands in several columns has one place: pushed down from the top, pushed up from below,
  /// and between the two, which keeps all distances since both do.
  void agree() {
    const auto order = from_top();
    std::vector<double> down = top_, up = top_;
    for (const std::int32_t item : order)
      for (const std::int32_t next : below_[at(item)])
        down[at(next)] = std::max(down[at(next)], down[at(item)] + height(item) + placing_.gap);
    for (auto item = order.rbegin(); item != order.rend(); ++item)
      for (const std::int32_t next : below_[at(*item)])
        up[at(*item)] = std::min(up[at(*item)], up[at(next)] - height(*item) - placing_.gap);
    for (std::size_t i = 0; i < top_.size(); ++i) top_[i] = (down[i] + up[i]) / 2;
    work_ += static_cast<std::int64_t>(4 * order.size());
  }

  /// An order in which no item comes before one that stands above it.
  std::vector<std::int32_t> from_top() {
    below_.assign(top_.size(), {});
    std::vector<std::int32_t> above(top_.size()), order;
    for (const auto& column : placing_.columns)
      for (std::size_t i = 1; i < column.size(); ++i) {
        below_[at(column[i - 1])].push_back(column[i]);
        ++above[at(column[i])];
      }
    for (std::size_t i = 0; i < top_.size(); ++i)
      if (above[i] == 0 && columns_of_[i] > 0) order.push_back(static_cast<std::int32_t>(i));
    for (std::size_t i = 0; i < order.size(); ++i)
      for (const std::int32_t next : below_[at(order[i])])
        if (--above[at(next)] == 0) order.push_back(next);
    return order;
  }

  struct Pool {
    double sum, weight;
    int count;
    double middle() const { return sum / weight; }
  };

  const Placing& placing_;
  std::int64_t& work_;
  std::vector<double> top_, wish_, weight_;
  std::vector<int> placed_;  ///< the sweep that did it
  std::vector<int> columns_of_;
  std::vector<Pool> pools_;
  std::vector<std::vector<std::int32_t>> below_;
};

}  // namespace

std::vector<double> place(const Placing& placing, std::int64_t& work) {
  return Placer(placing, work).run();
}

}  // namespace weft::layout
