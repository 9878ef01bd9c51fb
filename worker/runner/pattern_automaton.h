#pragma once

// Aho-Corasick: finds any number of patterns in one pass over a text of which only the state, one
// number, must be kept.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::worker {

/// Immutable; about 20 bytes of memory per byte of the patterns that share no beginning.
class PatternAutomaton {
 public:
  using Node = std::uint32_t;
  static constexpr Node root = 0;

  /// REQUIRES: no empty pattern, none of 16 MiB or more.
  explicit PatternAutomaton(const std::vector<std::string>& patterns);

  /// The state after one byte more. Amortised constant time.
  Node step(Node node, unsigned char byte) const {
    for (; node != root; node = nodes_[node].shorter)
      if (const Node next = child(node, byte); next != root) return next;
    return first_[byte];
  }
  /// The length of the longest end of what was read that is the beginning of a pattern, or all of
  /// it: no occurrence that is still to be found begins before that.
  std::size_t depth(Node node) const { return nodes_[node].depth; }
  /// The length of the longest pattern that ends here; 0: none does.
  std::size_t match(Node node) const { return nodes_[node].match; }
  /// Whether a pattern begins with `byte`.
  bool begins(unsigned char byte) const { return first_[byte] != root; }

 private:
  struct State {
    std::uint32_t byte : 8 = 0;    ///< that leads here
    std::uint32_t depth : 24 = 0;  ///< bytes from the root
    std::uint32_t match = 0;
    Node child = root;    ///< root: none
    Node sibling = root;  ///< the next child of the same parent
    Node shorter = root;  ///< of the longest end of this state's text that is a state, too
  };

  Node child(Node node, unsigned char byte) const {
    if (node == root) return first_[byte];
    Node at = nodes_[node].child;
    while (at != root && nodes_[at].byte != byte) at = nodes_[at].sibling;
    return at;
  }
  void insert(std::string_view pattern);
  Node add_child(Node parent, unsigned char byte);
  void link();

  std::vector<State> nodes_{State{}};
  std::array<Node, 256> first_{};  ///< the children of the root
};

}  // namespace weft::worker
