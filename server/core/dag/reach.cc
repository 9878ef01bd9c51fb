// Questions about all ancestors and descendants, answered for 256 tasks at a time with one bit
// each: memory stays linear, and the steps are edges × tasks / 64.

#include <algorithm>
#include <array>
#include <map>

#include "server/core/dag/graph.h"

#include "server/core/dag/position.h"

namespace weft {
namespace {

constexpr std::size_t words = 4;
constexpr std::size_t block_size = words * 64;
constexpr std::size_t max_exact = 10'000;
using Bits = std::array<std::uint64_t, words>;

void set_bit(Bits& bits, std::size_t bit) {
  bits[bit / 64] |= std::uint64_t{1} << (bit % 64);
}
bool has_bit(const Bits& bits, std::size_t bit) {
  return bits[bit / 64] >> (bit % 64) & 1;
}
void merge(Bits& into, const Bits& from) {
  for (std::size_t w = 0; w < words; ++w) into[w] |= from[w];
}

/// Sums the weights of the set bits, a byte at a time.
class WeightTable {
 public:
  explicit WeightTable(std::span<const int> weights) : sums_((weights.size() + 7) / 8) {
    for (std::size_t byte = 0; byte < sums_.size(); ++byte) {
      for (std::size_t value = 1; value < 256; ++value) {
        const auto lowest = static_cast<std::size_t>(__builtin_ctzll(value));
        const std::size_t member = byte * 8 + lowest;
        const std::int64_t weight = member < weights.size() ? weights[member] : 0;
        sums_[byte][value] = sums_[byte][value & (value - 1)] + weight;
      }
    }
  }

  std::int64_t sum(const Bits& bits) const {
    std::int64_t total = 0;
    for (std::size_t w = 0; w < words; ++w) {
      std::uint64_t word = bits[w];
      for (std::size_t byte = w * 8; word != 0; ++byte, word >>= 8)
        total += sums_[byte][word & 255];
    }
    return total;
  }

 private:
  std::vector<std::array<std::int64_t, 256>> sums_;
};

std::vector<std::int64_t> exact_descendants(const TaskGraph& graph, std::span<const int> own) {
  std::vector<std::int64_t> total(own.size(), 0);
  std::vector<Bits> reached(own.size());
  for (std::size_t start = 0; start < own.size(); start += block_size) {
    const std::size_t end = std::min(start + block_size, own.size());
    const WeightTable table(own.subspan(start, end - start));
    for (std::size_t i = end; i-- > 0;) {
      Bits bits{};
      if (i >= start) set_bit(bits, i - start);
      for (const std::int32_t child : graph.downstream[i]) {
        if (at(child) >= end) break;
        merge(bits, reached[at(child)]);
      }
      reached[i] = bits;
      total[i] += table.sum(bits);
    }
  }
  return total;
}

std::vector<std::int64_t> heaviest_path(const TaskGraph& graph, std::span<const int> own) {
  std::vector<std::int64_t> total(own.begin(), own.end());
  for (std::size_t i = own.size(); i-- > 0;) {
    std::int64_t best = 0;
    for (const std::int32_t child : graph.downstream[i]) best = std::max(best, total[at(child)]);
    total[i] += best;
  }
  return total;
}

/// The same graph seen from below: position i becomes size - 1 - i.
TaskGraph reversed(const TaskGraph& graph) {
  const auto mirror = [&](const std::vector<std::vector<std::int32_t>>& edges) {
    std::vector<std::vector<std::int32_t>> mirrored(edges.size());
    const auto last = static_cast<std::int32_t>(edges.size()) - 1;
    for (std::size_t i = 0; i < edges.size(); ++i) {
      std::vector<std::int32_t>& into = mirrored[edges.size() - 1 - i];
      for (auto it = edges[i].rbegin(); it != edges[i].rend(); ++it) into.push_back(last - *it);
    }
    return mirrored;
  };
  return {mirror(graph.downstream), mirror(graph.upstream)};
}

}  // namespace

std::vector<std::int64_t> descendant_weights(const TaskGraph& graph, std::span<const int> own) {
  return own.size() <= max_exact ? exact_descendants(graph, own) : heaviest_path(graph, own);
}

std::vector<std::int64_t> ancestor_weights(const TaskGraph& graph, std::span<const int> own) {
  const std::vector<int> mirrored(own.rbegin(), own.rend());
  std::vector<std::int64_t> weights = descendant_weights(reversed(graph), mirrored);
  std::reverse(weights.begin(), weights.end());
  return weights;
}

std::vector<std::pair<std::int32_t, std::int32_t>> not_upstream(
    const TaskGraph& graph, const std::vector<std::pair<std::int32_t, std::int32_t>>& pairs) {
  std::vector<std::pair<std::int32_t, std::int32_t>> open, wrong;
  for (const auto& [task, other] : pairs) {
    const std::vector<std::int32_t>& above = graph.upstream[at(task)];
    if (std::binary_search(above.begin(), above.end(), other)) continue;
    (other < task ? open : wrong).emplace_back(task, other);
  }
  std::map<std::int32_t, std::vector<std::int32_t>> readers;  // other → tasks that need it
  for (const auto& [task, other] : open) readers[other].push_back(task);
  std::vector<Bits> below(graph.size());
  for (auto next = readers.begin(); next != readers.end();) {
    const auto first = next;
    std::size_t count = 0;
    for (; next != readers.end() && count < block_size; ++next) ++count;
    auto mark = first;
    std::size_t bit = 0;
    for (std::size_t i = at(first->first); i < graph.size(); ++i) {
      Bits bits{};
      for (const std::int32_t parent : graph.upstream[i]) {
        if (parent >= first->first) merge(bits, below[at(parent)]);
      }
      below[i] = bits;
      if (mark == next || at(mark->first) != i) continue;
      set_bit(below[i], bit++);
      ++mark;
    }
    bit = 0;
    for (auto reader = first; reader != next; ++reader, ++bit) {
      for (const std::int32_t task : reader->second) {
        if (has_bit(below[at(task)], bit)) continue;
        wrong.emplace_back(task, reader->first);
      }
    }
  }
  return wrong;
}

}  // namespace weft
