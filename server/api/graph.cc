// GET …/graph: the picture of a DAG version, drawn once and kept.

#include <fmt/format.h>

#include <limits>
#include <set>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"
#include "server/api/shared.h"
#include "server/core/dag/graph_view.h"

namespace weft::api {
namespace {

using storage::Reader;

constexpr std::size_t max_collapsed = 10'000;

std::string_view name_of(GraphEdge::Kind kind) {
  switch (kind) {
    case GraphEdge::Kind::branch: return "branch";
    case GraphEdge::Kind::teardown: return "teardown";
    default: return "dependency";
  }
}

std::string_view id_of(const GraphNode& node, const Dag& dag) {
  return node.is_group() ? std::string_view(dag.groups[static_cast<std::size_t>(node.group)].id)
                         : std::string_view(dag.task(node.task).id);
}

nlohmann::json task_node(const GraphNode& node, const Dag& dag) {
  const Task& task = dag.task(node.task);
  nlohmann::json parent;
  if (node.group >= 0) parent = dag.groups[static_cast<std::size_t>(node.group)].id;
  return {{"type", "task"},
          {"label", task.display_name},
          {"parent", std::move(parent)},
          {"operator", weft::name_of(task.type)},
          {"trigger_rule", weft::name_of(task.trigger_rule)},
          {"is_mapped", dag.mapping_of(task) != nullptr},
          {"is_setup", node.is_setup},
          {"is_teardown", task.teardown},
          {"is_collapsed", false},
          {"task_count", 1},
          {"tooltip", nullptr}};
}

nlohmann::json group_node(const GraphNode& node, const Dag& dag) {
  const TaskGroup& group = dag.groups[static_cast<std::size_t>(node.group)];
  return {{"type", "group"},
          {"label", group.id},
          {"parent", nullptr},
          {"operator", nullptr},
          {"trigger_rule", nullptr},
          {"is_mapped", group.mapping != nullptr},
          {"is_setup", false},
          {"is_teardown", false},
          {"is_collapsed", node.is_collapsed},
          {"task_count", group.tasks.size()},
          {"tooltip", text_or_null(group.tooltip)}};
}

nlohmann::json node_json(const GraphNode& node, const Dag& dag) {
  auto json = node.is_group() ? group_node(node, dag) : task_node(node, dag);
  json["id"] = id_of(node, dag);
  json["x"] = node.box.x;
  json["y"] = node.box.y;
  json["width"] = node.box.width;
  json["height"] = node.box.height;
  return json;
}

nlohmann::json edge_json(const GraphEdge& edge, const GraphView& view, const Dag& dag) {
  auto points = nlohmann::json::array();
  for (const auto& point : edge.route) points.push_back({point.x, point.y});
  return {{"source", id_of(view.nodes[static_cast<std::size_t>(edge.from)], dag)},
          {"target", id_of(view.nodes[static_cast<std::size_t>(edge.to)], dag)},
          {"kind", name_of(edge.kind)},
          {"label", text_or_null(edge.label)},
          {"points", std::move(points)}};
}

std::string graph_text(const Dag& dag, const storage::VersionRecord& version,
                       const std::set<std::string>& collapsed) {
  const auto view = graph_view(dag, collapsed);
  auto nodes = nlohmann::json::array(), edges = nlohmann::json::array();
  for (const auto& node : view.nodes) nodes.push_back(node_json(node, dag));
  for (const auto& edge : view.edges) edges.push_back(edge_json(edge, view, dag));
  return to_text({{"dag_id", version.dag_id},
                  {"version_number", version.number},
                  {"width", view.width},
                  {"height", view.height},
                  {"nodes", std::move(nodes)},
                  {"edges", std::move(edges)},
                  {"total_edges", view.total_edges}});
}

/// Only groups that there are, so that a key is as bounded as the version is.
std::set<std::string> known_groups(const Dag& dag, const std::vector<std::string>& wanted) {
  const std::set<std::string, std::less<>> names(wanted.begin(), wanted.end());
  std::set<std::string> known;
  for (const auto& group : dag.groups)
    if (names.contains(group.id)) known.insert(group.id);
  return known;
}

}  // namespace

Outcome<http::Response> get_graph(Call& call) {
  Query query(call.request);
  const auto number = query.integer("version_number", 1, std::numeric_limits<std::int64_t>::max());
  const auto wanted = query.texts("collapsed");
  if (wanted.size() > max_collapsed)
    query.report("collapsed", fmt::format("at most {} groups", max_collapsed), "too_long");
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto record, require_dag(reader, call.value("dag_id")));
    API_TRY_ASSIGN(const auto version,
                   require_version(reader, record, number.value_or(record.version_number)));
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, version.id));
    const auto collapsed = known_groups(*dag, wanted);
    const auto key = fmt::format("{}:{}", version.id.value, fmt::join(collapsed, ","));
    auto text = call.shared->graphs.find(key);
    if (!text) {
      text = std::make_shared<const std::string>(graph_text(*dag, version, collapsed));
      call.shared->graphs.put(key, text);
    }
    http::Response response;
    response.headers.emplace_back("content-type", "application/json");
    response.body = *text;
    return response;
  });
}

}  // namespace weft::api
