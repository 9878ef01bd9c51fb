#include <algorithm>

#include "server/core/expression/syntax.h"

namespace weft::expression_detail {
namespace {

const Node& node_at(const std::vector<Node>& nodes, std::int32_t position) {
  return nodes[static_cast<std::size_t>(position)];
}

/// Follows a chain from its last link to the name that it starts with; what follows a computed
/// index is not static and left out. Appends nothing when the chain does not start with a name.
void collect_chain(const std::vector<Node>& nodes, std::int32_t position, std::vector<bool>& inside,
                   std::vector<Reference>& references) {
  std::vector<std::string> path;
  while (true) {
    inside[static_cast<std::size_t>(position)] = true;
    const Node& link = node_at(nodes, position);
    if (link.op == Op::name) {
      path.push_back(link.text);
      std::reverse(path.begin(), path.end());
      return references.push_back({std::move(path), link.offset});
    }
    if (link.op == Op::member) {
      path.push_back(link.text);
    } else if (link.op == Op::index) {
      const Node& key = node_at(nodes, link.right);
      if (key.op == Op::literal && key.value.is_string()) {
        path.push_back(key.value.get<std::string>());
      } else {
        path.clear();
      }
    } else {
      return;
    }
    position = link.left;
  }
}

}  // namespace

std::vector<Reference> collect_references(const std::vector<Node>& nodes) {
  std::vector<Reference> references;
  std::vector<bool> inside(nodes.size(), false);
  // From the end: a longer chain comes after the shorter ones that it contains.
  for (std::size_t i = nodes.size(); i-- > 0;) {
    const Op op = nodes[i].op;
    if (inside[i] || (op != Op::name && op != Op::member && op != Op::index)) continue;
    collect_chain(nodes, static_cast<std::int32_t>(i), inside, references);
  }
  std::sort(references.begin(), references.end(),
            [](const Reference& a, const Reference& b) { return a.offset < b.offset; });
  return references;
}

}  // namespace weft::expression_detail
