#include "worker/runner/pattern_automaton.h"

namespace weft::worker {

PatternAutomaton::PatternAutomaton(const std::vector<std::string>& patterns) {
  for (const std::string& pattern : patterns) insert(pattern);
  nodes_.shrink_to_fit();
  link();
}

void PatternAutomaton::insert(std::string_view pattern) {
  Node node = root;
  for (const char c : pattern) {
    const auto byte = static_cast<unsigned char>(c);
    const Node next = child(node, byte);
    node = next != root ? next : add_child(node, byte);
  }
  nodes_[node].match = nodes_[node].depth;
}

PatternAutomaton::Node PatternAutomaton::add_child(Node parent, unsigned char byte) {
  const auto node = static_cast<Node>(nodes_.size());
  State& state = nodes_.emplace_back();
  state.byte = byte;
  state.depth = nodes_[parent].depth + 1;
  if (parent == root) {
    first_[byte] = node;
  } else {
    state.sibling = nodes_[parent].child;
    nodes_[parent].child = node;
  }
  return node;
}

/// Breadth first: what is shorter is linked before it is needed.
void PatternAutomaton::link() {
  std::vector<Node> queue;
  queue.reserve(nodes_.size());
  for (const Node node : first_)
    if (node != root) queue.push_back(node);
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const Node parent = queue[i];
    for (Node node = nodes_[parent].child; node != root; node = nodes_[node].sibling) {
      State& state = nodes_[node];
      state.shorter = step(nodes_[parent].shorter, static_cast<unsigned char>(state.byte));
      if (state.match == 0) state.match = nodes_[state.shorter].match;
      queue.push_back(node);
    }
  }
}

}  // namespace weft::worker
