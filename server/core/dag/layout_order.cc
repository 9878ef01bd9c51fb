// Who stands above whom in each layer. Sweeps over the layers sort each by the middle of what its
// slots are linked to; the best order seen is kept.

#include <algorithm>
#include <numeric>

#include "server/core/dag/layout_parts.h"

namespace weft::layout {
namespace {

constexpr int usual_sweeps = 6;
/// A tangle beyond this is not worth more than one look.
constexpr std::size_t many_links = 50'000;

/// The neighbours of each slot on one side.
struct Neighbours {
  std::vector<std::int32_t> start, list;

  Neighbours(const Cells& cells, std::int32_t Link::*self, std::int32_t Link::*other)
      : start(at(cells.slot_count) + 1), list(cells.links.size()) {
    for (const Link& link : cells.links) ++start[at(link.*self) + 1];
    std::partial_sum(start.begin(), start.end(), start.begin());
    std::vector<std::int32_t> next(start.begin(), start.end() - 1);
    for (const Link& link : cells.links) list[at(next[at(link.*self)]++)] = link.*other;
  }
  std::span<const std::int32_t> of(std::int32_t slot) const {
    return std::span(list).subspan(at(start[at(slot)]), at(start[at(slot) + 1] - start[at(slot)]));
  }
};

class Sweeper {
 public:
  Sweeper(const Layers& layers, const Cells& cells, std::int64_t& work)
      : layers_(layers),
        cells_(cells),
        left_(cells, &Link::to, &Link::from),
        right_(cells, &Link::from, &Link::to),
        place_(at(cells.slot_count)),
        key_(at(cells.slot_count)),
        size_(at(layers.count)),
        work_(work) {
    order_.layers.resize(at(layers.count));
    order_.inside.resize(at(cells.slot_count - cells.cell_count()));
    const auto groups = static_cast<std::int32_t>(layers.first.size());
    for (std::int32_t group = 0; group < groups; ++group)
      for (std::int32_t layer = layers.first[at(group)]; layer <= layers.last[at(group)]; ++layer)
        order_.layers[at(layer)].push_back(slot_of(group, layer));
    for (std::int32_t cell = 0; cell < cells.cell_count(); ++cell) {
      const Cell& c = cells.cells[at(cell)];
      if (c.group < 0)
        order_.layers[at(c.layer)].push_back(cell);
      else
        inside(slot_of(c.group, c.layer)).push_back(cell);
    }
    first_order();
  }

  Order run() {
    Order best = order_;
    std::int64_t fewest = crossings();
    const int sweeps = cells_.links.size() > many_links ? 1 : usual_sweeps;
    for (int i = 0; i < sweeps && fewest > 0; ++i) {
      sweep(i % 2 == 0);
      const std::int64_t now = crossings();
      if (now >= fewest) continue;
      fewest = now;
      best = order_;
    }
    order_ = std::move(best);
    for (std::int32_t layer = 0; layer < layers_.count; ++layer) number(layer);
    keep_groups_apart();
    return std::move(order_);
  }

 private:
  std::int32_t slot_of(std::int32_t group, std::int32_t layer) const {
    return cells_.group_slots[at(group)] + layer - layers_.first[at(group)];
  }
  std::vector<std::int32_t>& inside(std::int32_t slot) {
    return order_.inside[at(slot - cells_.cell_count())];
  }
  std::int32_t group_of(std::int32_t slot) const {
    const auto& starts = cells_.group_slots;
    return static_cast<std::int32_t>(std::upper_bound(starts.begin(), starts.end(), slot) -
                                     starts.begin()) -
           1;
  }

  /// What is reached first stands first: a walk into the depth from the left.
  void first_order() {
    std::vector<std::int32_t> rank(at(cells_.slot_count), -1), stack;
    std::int32_t next = 0;
    for (const auto& layer : order_.layers)
      for (const std::int32_t root : layer) {
        stack.push_back(root);
        if (!cells_.is_cell(root))
          stack.insert(stack.end(), inside(root).rbegin(), inside(root).rend());
        while (!stack.empty()) {
          const std::int32_t slot = stack.back();
          stack.pop_back();
          if (rank[at(slot)] >= 0) continue;
          rank[at(slot)] = next++;
          const auto to = right_.of(slot);
          stack.insert(stack.end(), to.rbegin(), to.rend());
        }
      }
    const auto by_rank = [&](std::int32_t a, std::int32_t b) { return rank[at(a)] < rank[at(b)]; };
    for (auto& cells : order_.inside) std::sort(cells.begin(), cells.end(), by_rank);
    // A group comes where the first of its cells does.
    for (std::size_t i = 0; i < order_.inside.size(); ++i)
      if (!order_.inside[i].empty())
        rank[i + cells_.cells.size()] = rank[at(order_.inside[i].front())];
    for (auto& layer : order_.layers) std::stable_sort(layer.begin(), layer.end(), by_rank);
    for (std::int32_t layer = 0; layer < layers_.count; ++layer) number(layer);
    work_ += cells_.slot_count + static_cast<std::int64_t>(cells_.links.size());
  }

  /// Places from the order: a group's slot is in the middle of its cells.
  void number(std::int32_t layer) {
    std::int32_t next = 0;
    for (const std::int32_t slot : order_.layers[at(layer)]) {
      if (cells_.is_cell(slot)) {
        place_[at(slot)] = next++;
        continue;
      }
      const std::int32_t begin = next;
      for (const std::int32_t cell : inside(slot)) place_[at(cell)] = next++;
      if (next == begin) ++next;
      place_[at(slot)] = begin + (next - begin - 1) / 2.0;
    }
    size_[at(layer)] = next;
  }

  struct Sum {
    double places = 0, count = 0;
  };
  void add(Sum& sum, std::int32_t slot, const Neighbours& side) {
    for (const std::int32_t other : side.of(slot)) sum.places += place_[at(other)];
    const auto count = side.of(slot).size();
    sum.count += static_cast<double>(count);
    work_ += 1 + static_cast<std::int64_t>(count);
  }
  double middle(const Sum& sum, std::int32_t slot) const {
    return sum.count > 0 ? sum.places / sum.count : place_[at(slot)];
  }

  void sort(std::vector<std::int32_t>& slots) {
    std::sort(slots.begin(), slots.end(), [this](std::int32_t a, std::int32_t b) {
      if (key_[at(a)] != key_[at(b)]) return key_[at(a)] < key_[at(b)];
      return place_[at(a)] < place_[at(b)];
    });
  }

  void sort_layer(std::int32_t layer, const Neighbours& side) {
    for (const std::int32_t slot : order_.layers[at(layer)]) {
      Sum sum;
      add(sum, slot, side);
      if (!cells_.is_cell(slot)) {
        for (const std::int32_t cell : inside(slot)) {
          Sum own;
          add(own, cell, side);
          key_[at(cell)] = middle(own, cell);
          sum.places += own.places;
          sum.count += own.count;
        }
        sort(inside(slot));
      }
      key_[at(slot)] = middle(sum, slot);
    }
    sort(order_.layers[at(layer)]);
    number(layer);
  }

  void sweep(bool to_the_right) {
    if (to_the_right)
      for (std::int32_t layer = 1; layer < layers_.count; ++layer) sort_layer(layer, left_);
    else
      for (std::int32_t layer = layers_.count - 2; layer >= 0; --layer) sort_layer(layer, right_);
  }

  std::int64_t crossings() {
    std::int64_t total = 0;
    for (std::int32_t layer = 0; layer + 1 < layers_.count; ++layer) total += crossings(layer);
    return total;
  }

  /// Pairs of links to the next layer of which the upper one ends lower: a Fenwick tree counts the
  /// ends so far.
  std::int64_t crossings(std::int32_t layer) {
    tree_.assign(at(size_[at(layer) + 1]) + 1, 0);
    std::int64_t total = 0, seen = 0;
    const auto look = [&](std::int32_t slot) {
      ends_.clear();
      for (const std::int32_t to : right_.of(slot))
        ends_.push_back(static_cast<std::size_t>(place_[at(to)]));
      for (const std::size_t end : ends_) {
        std::int64_t above = 0;
        for (std::size_t i = end + 1; i > 0; i -= i & (~i + 1)) above += tree_[i];
        total += seen - above;
      }
      for (const std::size_t end : ends_)
        for (std::size_t i = end + 1; i < tree_.size(); i += i & (~i + 1)) ++tree_[i];
      seen += static_cast<std::int64_t>(ends_.size());
    };
    for (const std::int32_t slot : order_.layers[at(layer)]) {
      look(slot);
      if (!cells_.is_cell(slot))
        for (const std::int32_t cell : inside(slot)) look(cell);
    }
    work_ += seen + size_[at(layer)];
    return total;
  }

  /// Puts the groups into one order for all layers, so that each can be one box.
  void keep_groups_apart() {
    if (layers_.first.size() < 2) return;
    std::vector<double> height(layers_.first.size());
    for (std::size_t g = 0; g < height.size(); ++g) {
      const auto group = static_cast<std::int32_t>(g);
      const std::int32_t first = layers_.first[g], last = layers_.last[g];
      for (std::int32_t layer = first; layer <= last; ++layer)
        height[g] += place_[at(slot_of(group, layer))] / std::max(1, size_[at(layer)] - 1);
      height[g] /= last - first + 1;
    }
    std::vector<std::int32_t> groups;
    for (auto& layer : order_.layers) {
      groups.clear();
      for (const std::int32_t slot : layer)
        if (!cells_.is_cell(slot)) groups.push_back(slot);
      std::sort(groups.begin(), groups.end(), [&](std::int32_t a, std::int32_t b) {
        const std::int32_t left = group_of(a), right = group_of(b);
        if (height[at(left)] != height[at(right)]) return height[at(left)] < height[at(right)];
        return left < right;
      });
      std::size_t next = 0;
      for (auto& slot : layer)
        if (!cells_.is_cell(slot)) slot = groups[next++];
    }
  }

  const Layers& layers_;
  const Cells& cells_;
  const Neighbours left_, right_;
  Order order_;
  std::vector<double> place_, key_;
  std::vector<std::int32_t> size_;  ///< per layer: places
  std::vector<std::int32_t> tree_;
  std::vector<std::size_t> ends_;
  std::int64_t& work_;
};

}  // namespace

Order find_order(const Layers& layers, const Cells& cells, std::int64_t& work) {
  return Sweeper(layers, cells, work).run();
}

}  // namespace weft::layout
