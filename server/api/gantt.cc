// GET …/gantt: when each task instance of a run waited and ran, and what the run's end hung on.

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"
#include "server/core/dag/critical_path.h"
#include "server/storage/queries/views.h"

namespace weft::api {
namespace {

using storage::InstanceTimes;
using storage::Reader;

constexpr std::int64_t usual_rows = 500, most_rows = 1000;

struct Gantt {
  const Dag& dag;
  std::vector<InstanceTimes> instances;
  std::vector<std::int32_t> task;  ///< of each, in the run's version; -1: not in it
  std::vector<std::size_t> path;   ///< critical, positions in `instances`
  std::vector<bool> is_critical;

  Gantt(const Dag& dag_in, std::vector<InstanceTimes> all)
      : dag(dag_in), instances(std::move(all)), is_critical(instances.size()) {
    std::vector<TimedInstance> timed;
    std::vector<std::size_t> where;
    for (std::size_t i = 0; i < instances.size(); ++i) {
      const auto& one = instances[i];
      const Task* found = dag.find_task(one.task_id);
      task.push_back(found ? found->index.value : -1);
      if (!found) continue;
      timed.push_back(
          {found->index, one.map_index, one.scheduled_at, one.started_at, one.ended_at});
      where.push_back(i);
    }
    for (const std::size_t position : critical_path(dag, timed)) {
      path.push_back(where[position]);
      is_critical[where[position]] = true;
    }
  }

  /// As they began; then what has not, in the order of the graph.
  std::vector<std::size_t> order() const {
    std::vector<std::size_t> order(instances.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto began = [&](std::size_t i) {
      const auto& one = instances[i];
      const auto at = one.started_at ? one.started_at : one.ended_at;
      return at.value_or(Instant::max());
    };
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const auto left = std::tuple(began(a), static_cast<std::uint32_t>(task[a]),
                                   instances[a].map_index, instances[a].id);
      return left < std::tuple(began(b), static_cast<std::uint32_t>(task[b]),
                               instances[b].map_index, instances[b].id);
    });
    return order;
  }
};

nlohmann::json span_json(const storage::TrySpan& span) {
  return {{"try_number", span.try_number},
          {"state", state_json(state_of(span.state))},
          {"queued_when", instant_json(span.queued_at)},
          {"start_date", instant_json(span.started_at)},
          {"end_date", instant_json(span.ended_at)}};
}

Outcome<nlohmann::json> bar_json(Reader& reader, const Gantt& gantt, std::size_t position) {
  const auto& one = gantt.instances[position];
  const std::int32_t index = gantt.task[position];
  const Task* task = index < 0 ? nullptr : &gantt.dag.task(TaskIndex{index});
  API_TRY_ASSIGN(const auto spans, storage::list_try_spans(reader, one.id));
  auto tries = nlohmann::json::array();
  for (const auto& span : spans) tries.push_back(span_json(span));
  nlohmann::json group;
  if (task && task->group >= 0) group = gantt.dag.groups[static_cast<std::size_t>(task->group)].id;
  return nlohmann::json{{"task_id", one.task_id},
                        {"task_display_name", task ? task->display_name : one.task_id},
                        {"task_group_id", std::move(group)},
                        {"map_index", one.map_index},
                        {"state", state_json(one.state)},
                        {"try_number", one.try_number},
                        {"scheduled_when", instant_json(one.scheduled_at)},
                        {"queued_when", instant_json(one.queued_at)},
                        {"start_date", instant_json(one.started_at)},
                        {"end_date", instant_json(one.ended_at)},
                        {"is_critical", static_cast<bool>(gantt.is_critical[position])},
                        {"tries", std::move(tries)}};
}

nlohmann::json path_json(const Gantt& gantt) {
  auto list = nlohmann::json::array();
  for (const std::size_t position : gantt.path) {
    const auto& one = gantt.instances[position];
    list.push_back({{"task_id", one.task_id},
                    {"map_index", one.map_index},
                    {"state", state_json(one.state)},
                    {"scheduled_when", instant_json(one.scheduled_at)},
                    {"start_date", instant_json(one.started_at)},
                    {"end_date", instant_json(one.ended_at)}});
  }
  return list;
}

}  // namespace

Outcome<http::Response> get_gantt(Call& call) {
  Query query(call.request);
  constexpr std::int64_t any = std::numeric_limits<std::int64_t>::max();
  const auto limit = std::min(query.integer("limit", 0, any).value_or(usual_rows), most_rows);
  const auto offset = query.integer("offset", 0, any).value_or(0);
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto run,
                   require_run(reader, call.value("dag_id"), call.value("dag_run_id")));
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, run.row.version));
    API_TRY_ASSIGN(auto instances, storage::list_instance_times(reader, run.row.id));
    const Gantt gantt(*dag, std::move(instances));
    const auto order = gantt.order();
    const auto total = static_cast<std::int64_t>(order.size());
    const auto begin = std::min(offset, total), end = begin + std::min(limit, total - begin);
    auto bars = nlohmann::json::array();
    for (auto i = begin; i < end; ++i) {
      API_TRY_ASSIGN(auto bar, bar_json(reader, gantt, order[static_cast<std::size_t>(i)]));
      bars.push_back(std::move(bar));
    }
    return json_response({{"dag_id", run.version.dag_id},
                          {"dag_run_id", run.row.run_id},
                          {"state", name_of(run.row.state)},
                          {"queued_at", instant_json(run.row.queued_at)},
                          {"start_date", instant_json(run.row.started_at)},
                          {"end_date", instant_json(run.row.ended_at)},
                          {"task_instances", std::move(bars)},
                          {"critical_path", path_json(gantt)},
                          {"total_entries", total}});
  });
}

}  // namespace weft::api
