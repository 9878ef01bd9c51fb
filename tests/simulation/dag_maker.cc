#include "tests/simulation/dag_maker.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "server/core/dag/parse.h"

namespace weft::sim {
namespace {

using nlohmann::json;

const std::vector<std::string> rules{"all_success",
                                     "all_success",
                                     "all_success",
                                     "all_failed",
                                     "all_done",
                                     "all_done_min_one_success",
                                     "one_success",
                                     "one_failed",
                                     "one_done",
                                     "none_failed",
                                     "none_failed_min_one_success",
                                     "none_skipped",
                                     "all_skipped",
                                     "always"};
const std::vector<std::string> pools{"default_pool", "default_pool", "small", "narrow"};
const std::vector<std::string> queues{"default", "default", "default", "big"};

/// Keys are shared between DAGs; one of them can't be rendered, and one is empty: no limit.
const std::vector<std::string> keys{"lock", "flag-{{ params.flag }}", "{{ ds_nodash }}",
                                    "{{ '' if params.flag else 'lock' }}",
                                    "{{ 1 / (1 if params.flag else 0) }}"};

void add_limits(Random& random, json& task) {
  if (random.one_in(4)) {
    task["concurrency_key"] = random.pick(keys);
    if (random.one_in(2)) task["concurrency_limit"] = random.between(1, 3);
  }
  if (random.one_in(8)) task["depends_on_past"] = true;
  if (random.one_in(16)) task["wait_for_downstream"] = true;
  if (random.one_in(6)) task["max_active_tis_per_dagrun"] = 1;
  if (random.one_in(6)) task["max_infrastructure_retries"] = random.between(0, 2);
  if (random.one_in(5)) {
    task["queued_timeout"] = std::to_string(random.between(5, 60)) + "s";
    if (random.one_in(2)) task["on_queued_timeout"] = "fail";
  }
}

/// Of the types that wait. DAGs trigger only those of a higher number mostly:
/// the rest are cycles, which must be refused.
void make_waiting(Random& random, json& task, int dag) {
  switch (random.between(0, 5)) {
    case 0:
      task["type"] = "sensor.time";
      task["with"]["until"] =
          random.one_in(4) ? "{{ logical_date }}"
                           : "2026-01-01T00:" + std::to_string(random.between(10, 21)) + ":00Z";
      break;
    case 1:
      task["type"] = "sensor.task";
      task["with"]["dag_id"] = "dag" + std::to_string(random.between(0, 4));
      if (random.one_in(2)) task["with"]["task_id"] = "t" + std::to_string(random.between(0, 2));
      if (random.one_in(2)) task["with"]["failed_states"] = json::array({"failed"});
      break;
    case 2:
      task["type"] = "trigger_dag";
      task["with"]["dag_id"] = "dag" + std::to_string(random.between(std::min(dag + 1, 4), 4));
      task["with"]["wait"] = random.one_in(2);
      if (random.one_in(2)) task["with"]["conf"] = {{"flag", "{{ params.flag }}"}};
      if (random.one_in(4)) task["with"]["logical_date"] = "{{ dag_run.run_after }}";
      break;
    case 4:
      task["type"] = "sensor.asset";
      task["with"]["asset"] = "a" + std::to_string(random.between(0, 4));
      if (random.one_in(3)) task["with"]["partition_key"] = "p0";
      if (random.one_in(4)) task["with"]["since"] = "{{ data_interval_end }}";
      break;
    case 3:
      task["type"] = "sensor.file";
      task["with"]["path"] = "/in/{{ run_id }}";
      task["poke_interval"] = std::to_string(random.between(1, 40)) + "s";
      if (random.one_in(3)) task["exponential_backoff"] = true;
      if (random.one_in(4)) task["execution_timeout"] = std::to_string(random.between(2, 30)) + "s";
      task["queue"] = random.pick(queues);
      add_limits(random, task);
      break;
    default:
      task["type"] = "approval";
      task["with"] = {{"subject", "{{ run_id }}"}};
      task["with"]["timeout"] = std::to_string(random.between(20, 300)) + "s";
      if (random.one_in(2)) task["with"]["params"] = {{"n", {{"type", "integer"}, {"default", 1}}}};
      break;
  }
  if (random.one_in(2)) task["retries"] = random.between(0, 2);
  task["retry_delay"] = std::to_string(random.between(1, 20)) + "s";
  task["pool"] = random.pick(pools);
  const bool sensor = task["type"].get<std::string>().starts_with("sensor");
  if (sensor) task["timeout"] = std::to_string(random.between(5, 400)) + "s";
  if (sensor && random.one_in(3)) task["soft_fail"] = true;
}

json numbers(Random& random, int least, int most) {
  json list = json::array();
  for (std::int64_t n = random.between(least, most); n > 0; --n) list.push_back(n);
  return list;
}

/// Maps a task over literals, a param, or what an upstream has put out.
void make_mapped(Random& random, json& task) {
  const std::string zip = random.one_in(3) ? "expand_zip" : "expand";
  json& lists = task[zip];
  switch (random.between(0, 6)) {
    case 0: lists = {{"b", numbers(random, 1, 3)}, {"a", numbers(random, 1, 3)}}; break;
    case 1:
      lists = json::array({{{"b", numbers(random, 1, 3)}}, {{"a", numbers(random, 1, 3)}}});
      break;
    case 2: lists["a"] = "{{ params.items }}"; break;
    case 3:
      lists["a"] = random.one_in(4) ? "{{ params.flag }}" : "{{ params.items | sort }}";
      break;
    case 4:
      if (task.contains("depends_on")) {
        lists["a"] = "{{ outputs." +
                     random.pick(task["depends_on"].get<std::vector<std::string>>()) + ".list }}";
        break;
      }
      [[fallthrough]];
    default: lists["a"] = numbers(random, 0, 4);
  }
  if (random.one_in(6)) task["max_map_length"] = 2;
  if (random.one_in(4)) task["when"] = "map.a != 2";
}

json make_task(Random& random, int index, int tasks_before, int dag) {
  json task{{"task_id", "t" + std::to_string(index)}};
  json upstream = json::array();
  for (int i = 0; i < tasks_before; ++i)
    if (random.one_in(tasks_before < 4 ? 2 : tasks_before / 2 + 1))
      upstream.push_back("t" + std::to_string(i));
  const int kind = static_cast<int>(random.between(0, 9));
  const bool waits = random.one_in(6);
  if (waits)
    make_waiting(random, task, dag);
  else if (kind == 0)
    task["type"] = "noop";
  else if (kind <= 2)
    task["command"] = json{"true", "x"};
  else
    task["command"] = "true";
  if (!upstream.empty()) {
    task["depends_on"] = upstream;
    task["trigger_rule"] = random.pick(rules);
  }
  if (kind != 0 && !waits) {
    if (random.one_in(2)) task["retries"] = random.between(0, 3);
    task["retry_delay"] = std::to_string(random.between(1, 20)) + "s";
    if (random.one_in(3)) task["retry_exponential_backoff"] = 2;
    if (random.one_in(4)) task["retry_jitter"] = 0.5;
    if (random.one_in(4)) task["execution_timeout"] = std::to_string(random.between(2, 30)) + "s";
    task["pool"] = random.pick(pools);
    if (random.one_in(4)) task["pool_slots"] = random.between(1, 2);
    task["queue"] = random.pick(queues);
    if (random.one_in(3)) task["priority_weight"] = random.between(1, 5);
    if (random.one_in(6)) task["max_active_tis_per_dag"] = 1;
    if (random.one_in(5)) task["retry_on_exit_codes"] = json::array({1});
    add_limits(random, task);
  }
  if (random.one_in(4)) make_mapped(random, task);
  if (random.one_in(10)) task["when"] = random.one_in(2) ? "params.flag" : "not params.flag";
  return task;
}

/// Turns a task into a branch over tasks that come after it.
json make_branch(Random& random, int index, int tasks) {
  json next = json::array(), otherwise = json::array();
  for (int i = index + 1; i < tasks; ++i)
    (random.one_in(2) ? next : otherwise).push_back("t" + std::to_string(i));
  return json{{"task_id", "t" + std::to_string(index)},
              {"type", "branch"},
              {"with",
               {{"cases", json::array({{{"when", "params.flag"}, {"next", next}}})},
                {"default", otherwise}}}};
}

/// Puts neighbours into groups: mapped, with retries, or plain.
void make_groups(Random& random, json& dag) {
  json& tasks = dag["tasks"];
  const auto count = static_cast<std::int64_t>(tasks.size());
  std::int64_t next = random.between(0, 3);
  for (int group = 0; next < count && group < 3; ++group) {
    const std::string id = "g" + std::to_string(group);
    const std::int64_t end = std::min(count, next + random.between(1, 4));
    json& spec = dag["task_groups"][id] = json::object();
    if (next > 0 && random.one_in(2))
      spec["depends_on"] = json::array({"t" + std::to_string(random.between(0, next - 1))});
    const int kind = static_cast<int>(random.between(0, 2));
    if (kind == 0) spec["retries"] = random.between(1, 2);
    if (kind == 1) make_mapped(random, spec);
    if (spec.contains("expand_zip")) {
      spec["expand"] = spec["expand_zip"];
      spec.erase("expand_zip");
    }
    spec.erase("max_map_length");
    spec.erase("when");
    for (; next < end; ++next) {
      json& task = tasks[static_cast<std::size_t>(next)];
      if (task.value("type", "") == "branch") continue;
      task["group"] = id;
      if (kind != 1) continue;
      for (const char* key : {"expand", "expand_zip"})
        if (task.erase(key) > 0) task.erase("when");
    }
    const bool empty = std::none_of(tasks.begin(), tasks.end(), [&](const json& task) {
      return task.value("group", "") == id;
    });
    if (empty) dag["task_groups"].erase(id);
    for (std::int64_t after = end; !empty && after < count; ++after)
      if (random.one_in(3)) tasks[static_cast<std::size_t>(after)]["depends_on"].push_back(id);
    next += random.between(0, 2);
  }
}

/// A teardown of some task, and plain ones.
void make_teardowns(Random& random, json& tasks) {
  for (std::size_t i = 1; i < tasks.size(); ++i) {
    json& task = tasks[i];
    if (task.value("type", "") == "branch" || !task.contains("depends_on")) continue;
    if (!random.one_in(5)) continue;
    task.erase("trigger_rule");
    if (random.one_in(4)) task["on_failure_fail_dagrun"] = true;
    if (random.one_in(3))
      task["teardown"] = true;
    else
      task["teardown_of"] =
          json::array({"t" + std::to_string(random.between(0, static_cast<std::int64_t>(i) - 1))});
  }
}

json make_schedule(Random& random) {
  switch (random.between(0, 6)) {
    case 0: return "*/5 * * * *";
    case 1: return json{{"every", "90s"}};
    case 2: return "@once";
    case 3: return json::array({"1-59/7 * * * *", "*/11 * * * *"});
    case 4: return "@continuous";
    default: return nullptr;
  }
}

json random_calendar(Random& random) {
  const json days = random.one_in(2) ? json::array({"sat", "sun"}) : json::array({"2026-01-01"});
  return {{random.one_in(3) ? "include" : "exclude", json::array({{{"days", days}}})},
          {"shift", random.one_in(2) ? "none" : "previous_business_day"}};
}

std::string asset(std::int64_t i) {
  return "a" + std::to_string(i);
}

/// DAG k makes a<k> and waits for those below, so that what follows ends; now and then it doesn't.
void add_assets(Random& random, int number, json& dag) {
  for (json& task : dag["tasks"]) {
    if (!random.one_in(4)) continue;
    task["outlets"] = json::array({asset(number)});
    if (random.one_in(3)) task["outlets"].push_back({{"uri", asset(number) + "/more"}});
    if (random.one_in(2)) task["inlets"] = json::array({asset(0)});
  }
  if (!random.one_in(3)) return;
  const std::int64_t highest = random.one_in(15) ? 4 : number - 1;
  if (highest < 0) return;
  const auto any_asset = [&] { return asset(random.between(0, highest)); };
  json tree{{random.one_in(2) ? "all" : "any", json::array({any_asset()})}};
  json& parts = tree.begin().value();
  if (random.one_in(2)) parts.push_back(any_asset() + "/more");
  if (random.one_in(3)) parts.push_back({{"any", json::array({any_asset(), any_asset()})}});
  json by_assets{{"assets", tree}};
  json& schedule = dag["schedule"];
  const bool ticks = !schedule.is_null() && schedule != "@once" && schedule != "@continuous";
  schedule = ticks ? json{{"any", json::array({schedule, by_assets})}} : by_assets;
}

}  // namespace

std::shared_ptr<const Dag> make_dag(Random& random, const std::string& dag_id) {
  const int tasks = static_cast<int>(random.between(1, 9));
  const int branch = random.one_in(2) && tasks > 3 ? 0 : -1;
  json list = json::array();
  for (int i = 0; i < tasks; ++i) list.push_back(make_task(random, i, i, dag_id.back() - '0'));
  if (branch == 0) {
    list[0] = make_branch(random, 0, tasks);
    for (int i = 1; i < tasks; ++i) {  // what it names must be its direct downstream
      json& upstream = list[static_cast<std::size_t>(i)]["depends_on"];
      if (upstream.is_null()) upstream = json::array();
      bool there = false;
      for (const json& id : upstream) there = there || id == "t0";
      if (!there) upstream.push_back("t0");
    }
  }
  json dag{{"dag_id", dag_id},
           {"schedule", make_schedule(random)},
           {"max_active_runs", random.between(1, 3)},
           {"max_active_tasks", random.between(1, 6)},
           {"params",
            {{"flag", {{"type", "boolean"}, {"default", random.one_in(2)}}},
             {"items", {{"type", "array"}, {"default", numbers(random, 0, 3)}}}}},
           {"tasks", list}};
  make_teardowns(random, dag["tasks"]);
  if (random.one_in(2)) make_groups(random, dag);
  dag["catchup"] = random.one_in(2) ? "latest" : random.one_in(2) ? "all" : "none";
  if (dag["catchup"] == "all" && random.one_in(3)) dag["catchup_limit"] = random.between(1, 5);
  const bool has_ticks =
      dag["schedule"].is_array() || dag["schedule"].is_object() || dag["schedule"] == "*/5 * * * *";
  if (has_ticks && random.one_in(4)) {  // it is a Thursday
    dag["calendar"] = random_calendar(random);
    dag["timezone"] = random.one_in(2) ? "Europe/Berlin" : "UTC";
  }
  if (random.one_in(4)) dag["fail_fast"] = true;
  if (random.one_in(4)) dag["run_fails_on"] = "any";
  if (random.one_in(4)) dag["dagrun_timeout"] = std::to_string(random.between(20, 300)) + "s";
  if (random.one_in(6)) dag["on_overlap"] = random.one_in(2) ? "skip" : "cancel_running";
  add_assets(random, dag_id.back() - '0', dag);
  ParseInput input;
  input.path = dag_id + ".dag.json";
  input.text = dag.dump();
  ParseOutput output = parse_dag(input);
  if (output.dag == nullptr) {
    std::fprintf(stderr, "the generator made a bad DAG:\n%s\n", dag.dump(1).c_str());
    for (const Diagnostic& diagnostic : output.diagnostics)
      std::fprintf(stderr, "%s\n", diagnostic.to_string().c_str());
    std::abort();
  }
  return output.dag;
}

}  // namespace weft::sim
