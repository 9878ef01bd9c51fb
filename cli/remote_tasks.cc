#include <fmt/format.h>

#include <cstdio>
#include <thread>

#include "cli/exit_code.h"
#include "cli/remote.h"
#include "cli/remote_print.h"
#include "cli/text.h"

namespace weft::cli {
namespace {

std::string instance_path(const std::string& dag, const std::string& run, const std::string& task) {
  return api_path({"dags", dag, "dagRuns", run, "taskInstances", task});
}

std::string instances_table(const nlohmann::json& instances) {
  Table table({"TASK", "STATE", "TRY", "STARTED", "TOOK", "WORKER", "REASON"});
  for (const auto& one : instances)
    table.add({cell(one, "task_id"), cell(one, "state"), cell(one, "try_number"),
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
};

CallResult<Standing> standing_of(Client& client, const std::string& path) {
  auto instance = client.get(path);
  if (!instance) return tl::make_unexpected(instance.error());
  const auto state = instance->value("state", nlohmann::json());
  return Standing{instance->value("try_number", 0),
                  state.is_string() && is_over(state.get<std::string>())};
}

CallResult<void> print_log(Client& client, const std::string& path, const ServerOptions& server,
                           int try_number, bool follow) {
  const std::string url =
      fmt::format("{}/logs/{}{}", path, try_number, follow ? "?follow=true" : "");
  return client.stream(url, server.json ? "application/x-ndjson" : "text/plain",
                       [](std::string_view bytes) {
                         std::fwrite(bytes.data(), 1, bytes.size(), stdout);
                         std::fflush(stdout);
                       });
}

/// The log of each try from the latest on, until the task has ended.
CallResult<void> follow_log(Client& client, const std::string& path, const ServerOptions& server) {
  for (int shown = 0;;) {
    const auto now = standing_of(client, path);
    if (!now) return tl::make_unexpected(now.error());
    const bool is_new = now->try_number > shown;
    if (is_new) {
      if (const auto done = print_log(client, path, server, now->try_number, true); !done)
        return done;
      shown = now->try_number;
    } else if (now->is_over) {
      return {};
    } else {
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
  if (code != exit_code::ok || server.json) return code;
  return print_list(server, client.get(path + "/tries"), "task_instances", tries_table);
}

int show_log(const ServerOptions& server, const LogOptions& options) {
  Client client(server);
  const std::string path = instance_path(options.dag, options.run, options.task);
  CallResult<void> done;
  if (options.try_number > 0) {
    done = print_log(client, path, server, options.try_number, options.follow);
  } else if (options.follow) {
    done = follow_log(client, path, server);
  } else {
    const auto now = standing_of(client, path);
    if (!now) return complain(now.error());
    if (now->try_number == 0) {
      std::fprintf(stderr, "weft: the task has not started; -f waits for it\n");
      return exit_code::ok;
    }
    done = print_log(client, path, server, now->try_number, false);
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
  if (server.json) return print_json(*answer);
  if (!run.empty()) std::printf("state: %s\n", cell(*answer, "state").c_str());
  const auto reasons = answer->value("reasons", nlohmann::json::array());
  const bool has_ended = is_over(cell(*answer, "state"));
  if (reasons.empty()) std::printf("%s\n", has_ended ? "it has ended" : "nothing holds it up");
  for (const auto& reason : reasons)
    std::printf("%s: %s\n", cell(reason, "code").c_str(), cell(reason, "message").c_str());
  return exit_code::ok;
}

}  // namespace weft::cli
