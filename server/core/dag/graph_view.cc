#include "server/core/dag/graph_view.h"

#include <algorithm>
#include <unordered_map>

#include "server/core/dag/position.h"
#include "server/core/dag/rows.h"

namespace weft {
namespace {

/// More can neither be sent nor looked at.
constexpr std::size_t max_edges = 20'000;

constexpr std::int32_t node_height = 44;
constexpr std::int32_t min_width = 112, max_width = 320;
constexpr std::int32_t beside_text = 48;  ///< icon and margins
constexpr std::int32_t per_letter = 8;

std::int32_t width_of(const std::string& label) {
  const auto letters = std::count_if(label.begin(), label.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;  // not the rest of a UTF-8 letter
  });
  const auto width = beside_text + per_letter * std::min<std::int64_t>(letters, max_width);
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(width, min_width, max_width));
}

std::string branch_label(const Task& branch, TaskIndex next) {
  const auto has = [&](const std::vector<TaskIndex>& list) {
    return std::find(list.begin(), list.end(), next) != list.end();
  };
  std::string label;
  for (const BranchCase& one : branch.cases)
    if (has(one.next)) label += (label.empty() ? "" : " or ") + one.when.text();
  if (has(branch.branch_default)) label += label.empty() ? "default" : " or default";
  return label;
}

class Viewer {
 public:
  Viewer(const Dag& dag, const std::set<std::string>& collapsed)
      : dag_(dag), node_of_task_(dag.tasks.size()), node_of_group_(dag.groups.size(), -1) {
    std::vector<bool> is_setup(dag.tasks.size());
    for (const Task& task : dag.tasks)
      for (const TaskIndex setup : task.setups) is_setup[at(setup.value)] = true;
    for (const DagRowLine& line : row_lines(dag)) {
      const auto next = static_cast<std::int32_t>(view_.nodes.size());
      if (line.is_group()) {
        const bool is_collapsed = collapsed.contains(dag.groups[at(line.group)].id);
        node_of_group_[at(line.group)] = next;
        view_.nodes.push_back({TaskIndex{}, line.group, is_collapsed});
        continue;
      }
      const bool is_hidden = line.group >= 0 && is_collapsed(line.group);
      node_of_task_[at(line.task.value)] = is_hidden ? node_of_group_[at(line.group)] : next;
      if (!is_hidden)
        view_.nodes.push_back({line.task, line.group, false, is_setup[at(line.task.value)]});
    }
  }

  GraphView run() {
    add_edges();
    bundle(false);
    bundle(true);
    view_.total_edges = static_cast<std::int64_t>(view_.edges.size());
    if (view_.edges.size() > max_edges) view_.edges.resize(max_edges);
    draw();
    return std::move(view_);
  }

 private:
  bool is_collapsed(std::int32_t group) const {
    return view_.nodes[at(node_of_group_[at(group)])].is_collapsed;
  }
  /// The group that is drawn around a node; -1: none.
  std::int32_t box_of(std::int32_t node) const {
    const GraphNode& n = view_.nodes[at(node)];
    return n.is_group() ? -1 : n.group;
  }
  static std::uint64_t key(std::int32_t a, std::int32_t b) {
    return static_cast<std::uint64_t>(a) << 32U | static_cast<std::uint32_t>(b);
  }

  void add_edges() {
    std::unordered_map<std::uint64_t, std::size_t> known;
    for (const Task& task : dag_.tasks)
      for (const TaskIndex above : task.upstream) {
        GraphEdge edge{node_of_task_[at(above.value)], node_of_task_[at(task.index.value)]};
        if (edge.from == edge.to) continue;
        const Task& source = dag_.task(above);
        if (source.type == TaskType::branch) {
          edge.kind = GraphEdge::Kind::branch;
          edge.label = branch_label(source, task.index);
        } else if (std::binary_search(task.setups.begin(), task.setups.end(), above)) {
          edge.kind = GraphEdge::Kind::teardown;
        }
        const auto [place, is_new] = known.emplace(key(edge.from, edge.to), view_.edges.size());
        if (is_new)
          view_.edges.push_back(std::move(edge));
        else
          merge(view_.edges[place->second], edge);
      }
  }

  /// Several edges between two boxes: what they have in common.
  static void merge(GraphEdge& edge, const GraphEdge& other) {
    if (edge.kind != other.kind) edge.kind = GraphEdge::Kind::dependency;
    if (edge.label != other.label) edge.label.clear();
  }

  /// How many tasks of each group an edge must come to (or from) to be one of the group: those
  /// without an upstream (or downstream) in it.
  std::vector<std::int32_t> ends(bool last) {
    std::vector<std::int32_t> count(dag_.groups.size());
    is_end_.assign(view_.nodes.size(), false);
    for (const GraphNode& node : view_.nodes) {
      if (node.is_group() || node.group < 0) continue;
      const Task& task = dag_.task(node.task);
      const auto& next = last ? task.downstream : task.upstream;
      const bool is_end =
          !task.teardown && std::none_of(next.begin(), next.end(), [&](TaskIndex t) {
            return dag_.task(t).group == node.group && !dag_.task(t).teardown;
          });
      is_end_[at(node_of_task_[at(node.task.value)])] = is_end;
      count[at(node.group)] += is_end ? 1 : 0;
    }
    return count;
  }

  /// The last tasks of a group, each before every first one of the next, are m × n edges of which
  /// one tells as much.
  void bundle(bool by_source) {
    const auto wanted = ends(by_source);
    const auto inner = by_source ? &GraphEdge::from : &GraphEdge::to;
    const auto outer = by_source ? &GraphEdge::to : &GraphEdge::from;
    const auto group_of = [&](const GraphEdge& edge) {
      const std::int32_t group = box_of(edge.*inner);
      const bool may = edge.kind == GraphEdge::Kind::dependency && group >= 0 &&
                       wanted[at(group)] > 1 && is_end_[at(edge.*inner)] &&
                       box_of(edge.*outer) != group && edge.*outer != node_of_group_[at(group)];
      return may ? group : -1;
    };
    std::unordered_map<std::uint64_t, std::int32_t> count;
    for (const GraphEdge& edge : view_.edges)
      if (const std::int32_t group = group_of(edge); group >= 0) ++count[key(edge.*outer, group)];
    std::vector<GraphEdge> kept;
    for (GraphEdge& edge : view_.edges) {
      const std::int32_t group = group_of(edge);
      const auto found = group < 0 ? count.end() : count.find(key(edge.*outer, group));
      if (found == count.end() || (found->second > 0 && found->second < wanted[at(group)])) {
        kept.push_back(std::move(edge));
        continue;
      }
      if (found->second == 0) continue;  // it is there already
      found->second = 0;
      edge.*inner = node_of_group_[at(group)];
      kept.push_back(std::move(edge));
    }
    view_.edges = std::move(kept);
  }

  void draw() {
    LayoutGraph graph;
    std::vector<std::int32_t> end_of(view_.nodes.size());  // as LayoutGraph::Edge has it
    std::vector<std::int32_t> boxes(dag_.groups.size(), -1);
    for (std::size_t i = 0; i < view_.nodes.size(); ++i) {
      const GraphNode& node = view_.nodes[i];
      if (node.is_group() && !node.is_collapsed) {
        boxes[at(node.group)] = graph.group_count;
        end_of[i] = group_end(graph.group_count++);
        continue;
      }
      end_of[i] = static_cast<std::int32_t>(graph.nodes.size());
      const auto& label =
          node.is_group() ? dag_.groups[at(node.group)].id : dag_.task(node.task).display_name;
      const std::int32_t box = box_of(static_cast<std::int32_t>(i));
      graph.nodes.push_back({width_of(label), node_height, box < 0 ? -1 : boxes[at(box)]});
    }
    for (const GraphEdge& edge : view_.edges)
      graph.edges.push_back({end_of[at(edge.from)], end_of[at(edge.to)]});
    Layout layout = lay_out(graph);
    for (std::size_t i = 0; i < view_.nodes.size(); ++i)
      view_.nodes[i].box =
          end_of[i] < 0 ? layout.groups[at(-1 - end_of[i])] : layout.nodes[at(end_of[i])];
    for (std::size_t i = 0; i < view_.edges.size(); ++i)
      view_.edges[i].route = std::move(layout.routes[i]);
    view_.width = layout.width;
    view_.height = layout.height;
    view_.work = layout.work;
  }

  const Dag& dag_;
  GraphView view_;
  std::vector<std::int32_t> node_of_task_, node_of_group_;
  std::vector<bool> is_end_;  ///< per node
};

}  // namespace

GraphView graph_view(const Dag& dag, const std::set<std::string>& collapsed) {
  return Viewer(dag, collapsed).run();
}

}  // namespace weft
