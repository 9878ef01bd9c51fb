#include <fmt/format.h>

#include <cstdio>
#include <thread>

#include "cli/exit_code.h"
#include "cli/remote.h"
#include "cli/remote_print.h"
#include "cli/text.h"

namespace weft::cli {
namespace {

/// A task as people name it: "load", or "load[3]" for one instance of a mapped task.
struct TaskName {
  std::string id;
  std::string map_index;  ///< "": it is not mapped

  explicit TaskName(const std::string& text) : id(text) {
    const auto open = text.find('[');
    if (open == std::string::npos || text.back() != ']') return;
    const std::string index = text.substr(open + 1, text.size() - open - 2);
    if (index.empty() || index.find_first_not_of("0123456789") != std::string::npos) return;
    id = text.substr(0, open);
    map_index = index;
  }
};

std::string task_path(const std::string& dag, const std::string& run, const std::string& task) {
  return api_path({"dags", dag, "dagRuns", run, "taskInstances", task});
}

std::string instance_path(const std::string& dag, const std::string& run, const std::string& task) {
  const TaskName name(task);
  if (name.map_index.empty()) return task_path(dag, run, name.id);
  return api_path({"dags", dag, "dagRuns", run, "taskInstances", name.id, name.map_index});
}

std::string name_of_instance(const nlohmann::json& instance) {
  const int map_index = instance.value("map_index", -1);
  const std::string id = cell(instance, "task_id");
  return map_index < 0 ? id : fmt::format("{}[{}]", id, map_index);
}

std::string instances_table(const nlohmann::json& instances) {
  Table table({"TASK", "STATE", "TRY", "STARTED", "TOOK", "WORKER", "REASON"});
  for (const auto& one : instances)
    table.add({name_of_instance(one), cell(one, "state"), cell(one, "try_number"),
               cell(one, "start_date"), duration_cell(one.value("duration", nlohmann::json())),
               cell(one, "hostname"), cell(one, "reason")});
  return table.to_text();
}

std::string tasks_table(const nlohmann::json& tasks) {
  Table table({"TASK", "TYPE", "TRIGGER RULE", "RETRIES", "QUEUE", "POOL", "AFTER"});
  for (const auto& task : tasks) {
    std::string after;
    for (const auto& id : task.value("upstream_task_ids", nlohmann::json::array()))
      after += (after.empty() ? "" : ", ") + cell(id);
    table.add({cell(task, "task_id"), cell(task, "operator_name"), cell(task, "trigger_rule"),
               cell(task, "retries"), cell(task, "queue"), cell(task, "pool"),
               after.empty() ? "-" : after});
  }
  return table.to_text();
}

std::string tries_table(const nlohmann::json& tries) {
  Table table({"TRY", "OUTCOME", "EXIT", "SIGNAL", "STARTED", "TOOK", "WORKER", "ERROR"});
  for (const auto& one : tries)
    table.add({cell(one, "try_number"), cell(one, "outcome"), cell(one, "exit_code"),
               cell(one, "signal"), cell(one, "start_date"),
               duration_cell(one.value("duration", nlohmann::json())), cell(one, "hostname"),
               cell(one, "error")});
  return table.to_text();
}

bool is_over(const std::string& state) {
  return state == "success" || state == "failed" || state == "skipped" ||
         state == "upstream_failed" || state == "removed";
}

struct Standing {
  int try_number = 0;
  bool is_over = false;
  bool looks_again = false;  ///< a sensor whose next look continues the same try
};

CallResult<Standing> standing_of(Client& client, const std::string& path) {
  auto instance = client.get(path);
  if (!instance) return tl::make_unexpected(instance.error());
  const auto state = instance->value("state", nlohmann::json());
  return Standing{instance->value("try_number", 0),
                  state.is_string() && is_over(state.get<std::string>()),
                  state == "up_for_reschedule"};
}

/// Where the tries and logs of a task instance are.
struct InstancePlace {
  std::string instance;  ///< its own path
  std::string task;      ///< its task's
  std::string map_index;
};

CallResult<void> print_log(Client& client, const InstancePlace& place, const ServerOptions& server,
                           int try_number, bool follow) {
  std::string url = fmt::format("{}/logs/{}", place.task, try_number);
  if (!place.map_index.empty()) url += "?map_index=" + place.map_index;
  if (follow) url += place.map_index.empty() ? "?follow=true" : "&follow=true";
  return client.stream(url, server.is_data() ? "application/x-ndjson" : "text/plain",
                       [](std::string_view bytes) {
                         std::fwrite(bytes.data(), 1, bytes.size(), stdout);
                         std::fflush(stdout);
                       });
}

/// The log of each try from the latest on, until the task has ended.
CallResult<void> follow_log(Client& client, const InstancePlace& place,
                            const ServerOptions& server) {
  bool looked = false;
  for (int shown = 0;;) {
    const auto now = standing_of(client, place.instance);
    if (!now) return tl::make_unexpected(now.error());
    const bool is_new = now->try_number > shown;
    if (is_new) {
      if (looked) {  // the look that ended the try before
        if (const auto done = print_log(client, place, server, shown, false); !done) return done;
      }
      if (const auto done = print_log(client, place, server, now->try_number, true); !done)
        return done;
      shown = now->try_number;
      looked = false;
    } else if (now->is_over) {
      // Looks that find nothing leave no log; that of the last one is the try's.
      return looked ? print_log(client, place, server, now->try_number, false) : CallResult<void>();
    } else {
      looked = looked || now->looks_again;
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
  }
}

}  // namespace

int list_tasks(const ServerOptions& server, const std::string& dag, const std::string& run,
               const ListOptions& list) {
  Client client(server);
  if (run.empty())
    return print_list(server, client.get(api_path({"dags", dag, "tasks"})), "tasks", tasks_table);
  const std::string path = api_path({"dags", dag, "dagRuns", run, "taskInstances"}) +
                           fmt::format("?limit={}&offset={}", list.limit, list.offset);
  return print_list(server, client.get(path), "task_instances", instances_table);
}

int show_task(const ServerOptions& server, const std::string& dag, const std::string& run,
              const std::string& task) {
  Client client(server);
  const std::string path = instance_path(dag, run, task);
  const int code =
      print_object(server, client.get(path),
                   {"dag_id", "dag_run_id", "task_id", "state", "reason", "try_number", "max_tries",
                    "next_retry_at", "operator", "pool", "queue", "priority_weight",
                    "scheduled_when", "queued_when", "start_date", "end_date", "hostname", "note"});
  if (code != exit_code::ok || server.is_data()) return code;
  return print_list(server, client.get(path + "/tries"), "task_instances", tries_table);
}

int show_log(const ServerOptions& server, const LogOptions& options) {
  if (server.form == Form::yaml)
    return complain({ErrorCode::invalid_argument, "a log has no YAML: -o json gives JSON lines"},
                    exit_code::usage);
  Client client(server);
  const TaskName name(options.task);
  const InstancePlace place{instance_path(options.dag, options.run, options.task),
                            task_path(options.dag, options.run, name.id), name.map_index};
  CallResult<void> done;
  if (options.try_number > 0) {
    done = print_log(client, place, server, options.try_number, options.follow);
  } else if (options.follow) {
    done = follow_log(client, place, server);
  } else {
    const auto now = standing_of(client, place.instance);
    if (!now) return complain(now.error());
    if (now->try_number == 0) {
      std::fprintf(stderr, "weft: the task has not started; -f waits for it\n");
      return exit_code::ok;
    }
    done = print_log(client, place, server, now->try_number, false);
  }
  return done ? exit_code::ok : complain(done.error());
}

int explain(const ServerOptions& server, const std::string& dag, const std::string& run,
            const std::string& task) {
  const std::string path = run.empty()    ? api_path({"dags", dag})
                           : task.empty() ? api_path({"dags", dag, "dagRuns", run})
                                          : instance_path(dag, run, task);
  const auto answer = Client(server).get(path + "/why");
  if (!answer) return complain(answer.error());
  if (server.is_data()) return print_data(server, *answer);
  if (!run.empty()) std::printf("state: %s\n", cell(*answer, "state").c_str());
  const auto reasons = answer->value("reasons", nlohmann::json::array());
  const bool has_ended = is_over(cell(*answer, "state"));
  if (reasons.empty()) std::printf("%s\n", has_ended ? "it has ended" : "nothing holds it up");
  for (const auto& reason : reasons)
    std::printf("%s: %s\n", cell(reason, "code").c_str(), cell(reason, "message").c_str());
  return exit_code::ok;
}

}  // namespace weft::cli
