// What tasks that need no worker wait for, in words and as data.

#include "server/core/scheduler/step.h"
#include "server/core/scheduler/waiting.h"

namespace weft {
namespace {

using nlohmann::json;

/// The run of this id, also one that is over: its DAG and its public id; null when it was deleted.
json run_named(const Scheduler::State& s, RunId id) {
  const ActiveRun* run = s.find_run(id);
  const auto over = run == nullptr ? s.history.run(id) : std::nullopt;
  if (run == nullptr && !over) return nullptr;
  const RunRow& row = run != nullptr ? run->row : *over;
  const auto dag = s.dags.find(row.dag);
  if (dag == s.dags.end()) return nullptr;
  return {
      {"dag_id", dag->second.row.dag_id}, {"run_id", row.run_id}, {"state", name_of(row.state)}};
}

std::string words(const json& run) {
  if (run.is_null()) return "a run that was deleted";
  return "run \"" + run["run_id"].get<std::string>() + "\" of DAG \"" +
         run["dag_id"].get<std::string>() + "\"";
}

Reason awaited_task_reason(const Scheduler::State& s, const Awaited& awaited) {
  if (awaited.kind == Awaited::Kind::run_made) {
    const std::string date = format_instant(from_micros(awaited.id));
    return {"awaits_run",
            "there is no run of DAG \"" + awaited.name + "\" at " + date + " yet",
            {{"dag_id", awaited.name}, {"logical_date", date}}};
  }
  json data = run_named(s, RunId{awaited.id});
  const std::string run = words(data);
  if (awaited.kind == Awaited::Kind::run_end)
    return {"awaits_run", "it waits for the end of " + run, std::move(data)};
  if (data.is_object()) data["task_id"] = awaited.name;
  return {"awaits_task", "it waits for task \"" + awaited.name + "\" of " + run, std::move(data)};
}

Reason poke_reason(const Task& task, const Instance& instance) {
  const InstanceRow& row = instance.row;
  const std::string next = format_instant(*row.retry_at);
  const std::string last = format_instant(row.started_at.value_or(*row.retry_at) + task.timeout);
  return {"poke",
          (row.reason.empty() ? std::string("nothing came so far") : row.reason) +
              "; it looks again at " + next + " and gives up at " + last,
          {{"pokes", row.pokes}, {"next_poke", next}, {"gives_up", last}, {"found", row.reason}}};
}

Reason awaited_asset_reason(const Task& task, const Instance& instance, const Awaited& awaited) {
  const auto& sensor = std::get<SensorAsset>(task.waiting_for);
  return {"awaits_asset",
          instance.row.reason,
          {{"uri", sensor.uri},
           {"partition_key", awaited.sub == 0 ? json(awaited.name) : json(nullptr)}}};
}

}  // namespace

void explain_waiting(const Scheduler::State& s, const ActiveRun& run, const Instance& instance,
                     std::vector<Reason>& reasons) {
  const Task& task = run.task_of(instance);
  const Awaited* awaited = s.waits.awaited_by(instance.row.id);
  if (task.type == TaskType::approval) {
    const auto& people = std::get<Approval>(task.waiting_for).assigned_to;
    std::string by;
    for (const std::string& name : people) by += (by.empty() ? " of " : ", ") + name;
    reasons.push_back({"approval",
                       "it waits for the answer" + (by.empty() ? " of a person" : by),
                       {{"assigned_to", people}}});
  } else if (task.type == TaskType::sensor_time && instance.row.retry_at) {
    const std::string until = format_instant(*instance.row.retry_at);
    reasons.push_back({"awaits_time", "it waits until " + until, {{"until", until}}});
  } else if (is_poked(task.type) && instance.row.retry_at) {
    reasons.push_back(poke_reason(task, instance));
  } else if (task.type == TaskType::trigger_dag) {
    const auto row = triggered_run(s, run, instance);
    json data = row ? run_named(s, row->id) : json(nullptr);
    const std::string words_of_it = words(data);
    reasons.push_back({"triggered_run",
                       "it waits for the end of " + words_of_it +
                           ", which it "
                           "triggered",
                       std::move(data)});
  } else if (awaited != nullptr && awaited->kind == Awaited::Kind::asset) {
    reasons.push_back(awaited_asset_reason(task, instance, *awaited));
  } else if (awaited != nullptr) {
    reasons.push_back(awaited_task_reason(s, *awaited));
  }
  if (reasons.empty())
    reasons.push_back(
        {"next", "it looks again with the next step of the scheduler", json::object()});
}

}  // namespace weft
