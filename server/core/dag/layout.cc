#include "server/core/dag/layout.h"

#include <algorithm>
#include <cmath>

#include "server/core/dag/layout_parts.h"

namespace weft {
namespace {

constexpr std::int32_t margin = 24;
constexpr std::int32_t between_layers = 72;
constexpr double between_cells = 20;
constexpr std::int32_t padding = 16;  ///< between a group's box and its nodes
constexpr std::int32_t title = 28;    ///< of a group, above its nodes

std::int32_t rounded(double value) {
  return static_cast<std::int32_t>(std::lround(value));
}

class Drawing {
 public:
  Drawing(const LayoutGraph& graph, Layout& out)
      : graph_(graph),
        out_(out),
        layers_(layout::find_layers(graph, out.work)),
        cells_(layout::split_edges(graph, layers_, out.work)),
        order_(layout::find_order(layers_, cells_, out.work)),
        y_(cells_.cells.size()),
        group_y_(at(graph.group_count)),
        group_height_(at(graph.group_count)),
        inner_(at(graph.group_count)),
        local_(cells_.cells.size()) {
    for (const auto& link : cells_.links) {
      const std::int32_t from = item_of(link.from), to = item_of(link.to);
      auto& list = from == to ? inner(from) : outer_;
      list.push_back(link);
    }
  }

  void draw() {
    set_columns();
    for (std::int32_t group = 0; group < graph_.group_count; ++group) place_inside(group);
    place_items();
    set_boxes();
    for (std::size_t i = 0; i < graph_.edges.size(); ++i)
      out_.routes.push_back(route(static_cast<std::int32_t>(i)));
  }

 private:
  // Items are the cells, then the groups.
  std::int32_t group_item(std::int32_t group) const { return cells_.cell_count() + group; }
  std::int32_t item_of(std::int32_t slot) const {
    if (!cells_.is_cell(slot)) {
      const auto& starts = cells_.group_slots;
      const auto next = std::upper_bound(starts.begin(), starts.end(), slot);
      return group_item(static_cast<std::int32_t>(next - starts.begin()) - 1);
    }
    const std::int32_t group = cells_.cells[at(slot)].group;
    return group < 0 ? slot : group_item(group);
  }
  std::vector<layout::Link>& inner(std::int32_t item) {
    return inner_[at(item - cells_.cell_count())];
  }
  std::vector<std::int32_t>& inside(std::int32_t slot) {
    return order_.inside[at(slot - cells_.cell_count())];
  }
  double height(std::int32_t cell) const { return cells_.cells[at(cell)].height; }
  double middle(std::int32_t cell) const { return y_[at(cell)] + height(cell) / 2; }

  void set_columns() {
    width_.assign(at(layers_.count), 0);
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      auto& width = width_[at(layers_.of_node[i])];
      width = std::max(width, graph_.nodes[i].width);
    }
    std::int32_t next = margin;
    for (const std::int32_t width : width_) {
      x_.push_back(next);
      next += width + between_layers;
    }
    out_.width = layers_.count == 0 ? 2 * margin : next - between_layers + margin;
  }

  /// The cells of a group among themselves: y_ is from the top of the box.
  void place_inside(std::int32_t group) {
    const std::int32_t first = layers_.first[at(group)], last = layers_.last[at(group)];
    std::vector<std::int32_t> members;  // by item; items are numbered within the group
    layout::Placing placing;
    placing.gap = between_cells;
    for (std::int32_t layer = first; layer <= last; ++layer) {
      auto& column = placing.columns.emplace_back();
      for (const std::int32_t cell : inside(cells_.group_slots[at(group)] + layer - first)) {
        local_[at(cell)] = static_cast<std::int32_t>(members.size());
        column.push_back(local_[at(cell)]);
        members.push_back(cell);
        placing.heights.push_back(height(cell));
      }
    }
    placing.pulls.resize(placing.columns.size());
    for (const auto& link : inner_[at(group)]) {
      const std::int32_t layer = cells_.cells[at(link.from)].layer - first;
      placing.pulls[at(layer)].push_back({local_[at(link.from)], local_[at(link.to)],
                                          height(link.from) / 2, height(link.to) / 2, link.weight});
    }
    const auto tops = layout::place(placing, out_.work);
    const double top = tops.empty() ? 0 : *std::min_element(tops.begin(), tops.end());
    double bottom = 0;
    for (std::size_t i = 0; i < members.size(); ++i) {
      y_[at(members[i])] = tops[i] - top + title + padding;
      bottom = std::max(bottom, y_[at(members[i])] + height(members[i]));
    }
    group_height_[at(group)] = bottom + padding;
  }

  /// Where a slot is level with, below the top of its item.
  double level(std::int32_t slot) const {
    if (!cells_.is_cell(slot)) return group_height_[at(item_of(slot) - cells_.cell_count())] / 2;
    if (cells_.cells[at(slot)].group < 0) return height(slot) / 2;
    return middle(slot);
  }

  void place_items() {
    layout::Placing placing;
    placing.gap = between_cells;
    for (const auto& cell : cells_.cells) placing.heights.push_back(cell.height);
    for (const double height : group_height_) placing.heights.push_back(height);
    for (const auto& layer : order_.layers) {
      auto& column = placing.columns.emplace_back();
      for (const std::int32_t slot : layer) column.push_back(item_of(slot));
    }
    placing.pulls.resize(placing.columns.size());
    for (const auto& link : outer_)
      placing.pulls[at(cells_.layer_of(link.from, layers_))].push_back(
          {item_of(link.from), item_of(link.to), level(link.from), level(link.to), link.weight});
    const auto tops = layout::place(placing, out_.work);
    for (std::size_t i = 0; i < y_.size(); ++i)
      if (const std::int32_t group = cells_.cells[i].group; group < 0)
        y_[i] = tops[i];
      else
        y_[i] += tops[at(group_item(group))];
    for (std::int32_t g = 0; g < graph_.group_count; ++g) group_y_[at(g)] = tops[at(group_item(g))];
    shift_to_margin();
  }

  void shift_to_margin() {
    double top = 0, bottom = 0;
    bool is_first = true;
    const auto see = [&](double y, double height) {
      top = is_first ? y : std::min(top, y);
      bottom = is_first ? y + height : std::max(bottom, y + height);
      is_first = false;
    };
    for (std::size_t i = 0; i < y_.size(); ++i) see(y_[i], cells_.cells[i].height);
    for (std::size_t g = 0; g < group_y_.size(); ++g) see(group_y_[g], group_height_[g]);
    for (double& y : y_) y += margin - top;
    for (double& y : group_y_) y += margin - top;
    out_.height = rounded(std::ceil(bottom - top)) + 2 * margin;
  }

  void set_boxes() {
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      const auto& node = graph_.nodes[i];
      const std::size_t layer = at(layers_.of_node[i]);
      out_.nodes.push_back(
          {x_[layer] + (width_[layer] - node.width) / 2, rounded(y_[i]), node.width, node.height});
    }
    for (std::size_t g = 0; g < group_y_.size(); ++g) {
      const std::size_t first = at(layers_.first[g]), last = at(layers_.last[g]);
      const std::int32_t left = x_[first] - padding;
      out_.groups.push_back({left, rounded(group_y_[g]), x_[last] + width_[last] + padding - left,
                             rounded(group_height_[g])});
    }
  }

  const LayoutBox& box(std::int32_t end) const {
    return end < 0 ? out_.groups[at(-1 - end)] : out_.nodes[at(end)];
  }
  static LayoutPoint side(const LayoutBox& box, bool right) {
    return {box.x + (right ? box.width : 0), box.y + box.height / 2};
  }

  std::vector<LayoutPoint> route(std::int32_t edge) const {
    const auto [from, to] = graph_.edges[at(edge)];
    const bool backwards = layers_.leaves(from) > layers_.enters(to);
    std::vector<LayoutPoint> points{side(box(backwards ? to : from), true)};
    const auto [first, count] = cells_.bends[at(edge)];
    for (std::int32_t bend = first; bend < first + count; ++bend) {
      const std::size_t layer = at(cells_.cells[at(bend)].layer);
      const std::int32_t y = rounded(middle(bend));
      if (points.size() > 1 && points.back().y == y)
        points.pop_back();  // goes straight on
      else
        points.push_back({x_[layer], y});
      points.push_back({x_[layer] + width_[layer], y});
    }
    points.push_back(side(box(backwards ? from : to), false));
    if (backwards) std::reverse(points.begin(), points.end());
    return points;
  }

  const LayoutGraph& graph_;
  Layout& out_;
  const layout::Layers layers_;
  const layout::Cells cells_;
  layout::Order order_;
  std::vector<std::int32_t> x_, width_;  ///< per layer
  std::vector<double> y_;                ///< per cell: its top
  std::vector<double> group_y_, group_height_;
  std::vector<layout::Link> outer_;               ///< between items
  std::vector<std::vector<layout::Link>> inner_;  ///< per group: between its cells
  std::vector<std::int32_t> local_;               ///< of a group's cells: the number in it
};

}  // namespace

Layout lay_out(const LayoutGraph& graph) {
  Layout out;
  Drawing(graph, out).draw();
  return out;
}

}  // namespace weft
