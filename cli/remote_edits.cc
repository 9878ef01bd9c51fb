#include "cli/remote_edits.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>

#include "base/instant.h"
#include "cli/exit_code.h"
#include "cli/remote_print.h"
#include "cli/text.h"

namespace weft::cli {
namespace {

using nlohmann::json;

/// States of what a run's end would change.
constexpr const char* unsettled_states =
    "state=none&state=scheduled&state=queued&state=running&state=restarting&state=up_for_retry&"
    "state=up_for_reschedule&state=deferred";
constexpr const char* unsuccessful_states = "&state=failed&state=upstream_failed&state=skipped";

struct EditedTask {
  std::string id;
  int map_index = -1;
  bool is_one = false;  ///< a map index was named
};

/// "load[3]" → load, 3.
EditedTask edited_task(const std::string& text) {
  const auto open = text.find('[');
  EditedTask name{text.substr(0, open), -1, false};
  if (open == std::string::npos || !text.ends_with(']')) return name;
  const char* end = text.data() + text.size() - 1;
  const auto read = std::from_chars(text.data() + open + 1, end, name.map_index);
  name.is_one = read.ec == std::errc() && read.ptr == end;
  return name;
}

std::string instance_path(const MarkOptions& options) {
  const EditedTask task = edited_task(options.task);
  std::string path =
      api_path({"dags", options.dag, "dagRuns", options.run, "taskInstances", task.id});
  return task.is_one ? path + "/" + std::to_string(task.map_index) : path;
}

std::string changes_table(const json& instances) {
  Table table({"RUN", "TASK", "MAP", "STATE", "TRY"});
  for (const auto& one : instances)
    table.add({cell(one, "dag_run_id"), cell(one, "task_id"), cell(one, "map_index"),
               cell(one, "state"), cell(one, "try_number")});
  return table.to_text();
}

/// What an edit changed, or would change: a line each, a sum, and where the rest goes on.
int print_changes(const ServerOptions& server, const CallResult<json>& answer, bool dry_run,
                  const std::string& done) {
  if (!answer) return complain(answer.error());
  if (server.is_data()) return print_data(server, *answer);
  const auto list = answer->value("task_instances", json::array());
  const auto total = answer->value("total_entries", std::int64_t{0});
  if (!list.empty()) std::fputs(changes_table(list).c_str(), stdout);
  const bool is_exact = answer->value("total_entries_exact", true);
  const std::string count = fmt::format("{}{} task instance{}", is_exact ? "" : "more than ", total,
                                        total == 1 ? "" : "s");
  if (total > static_cast<std::int64_t>(list.size()))
    std::printf("… and more; the first %zu are shown\n", list.size());
  const char* verb = dry_run ? "would be" : total == 1 ? "is" : "are";
  std::printf("%s %s %s\n", count.c_str(), verb, done.c_str());
  if (const auto job = answer->find("job_id"); job != answer->end())
    std::printf("it goes on as job %s: weft jobs show %s\n", cell(*job).c_str(),
                cell(*job).c_str());
  return exit_code::ok;
}

CallResult<json> instances_in(Client& client, const MarkOptions& options,
                              const std::string& states) {
  return client.get(api_path({"dags", options.dag, "dagRuns", options.run, "taskInstances"}) +
                    "?limit=100&" + states);
}

Result<void> add_date(json& body, const char* key, const char* option, const std::string& text) {
  if (text.empty()) return {};
  const auto date = parse_instant(text);
  if (!date)
    return fail(ErrorCode::invalid_argument, std::string(option) + ": " + date.error().message);
  body[key] = format_instant_z(*date);
  return {};
}

Result<json> clear_body(const ClearOptions& options) {
  if (options.run.empty() && options.from.empty() && options.to.empty() && !options.all_runs)
    return fail(ErrorCode::invalid_argument,
                "of which runs? Name one, give --from or --to, or say --all-runs");
  json body{{"dry_run", options.dry_run},
            {"only_failed", options.only_failed},
            {"only_running", options.only_running},
            {"reset_dag_runs", !options.keep_run_state},
            {"run_on_latest_version", options.latest_version},
            {"prevent_running_task", options.prevent_running},
            {"include_upstream", options.upstream},
            {"include_downstream", options.downstream},
            {"include_past", options.past},
            {"include_future", options.future}};
  if (!options.run.empty()) body["dag_run_id"] = options.run;
  TRY(add_date(body, "start_date", "--from", options.from));
  TRY(add_date(body, "end_date", "--to", options.to));
  for (const std::string& text : options.tasks) {
    const EditedTask task = edited_task(text);
    body["task_ids"].push_back(task.is_one ? json{task.id, task.map_index} : json(task.id));
  }
  return body;
}

}  // namespace

int clear_tasks(const ServerOptions& server, const ClearOptions& options) {
  const auto body = clear_body(options);
  if (!body) return complain(body.error(), exit_code::usage);
  return print_changes(
      server,
      Client(server).send("POST", api_path({"dags", options.dag, "clearTaskInstances"}), *body),
      options.dry_run, "cleared");
}

int clear_run(const ServerOptions& server, const ClearOptions& options) {
  const json body{{"dry_run", options.dry_run},
                  {"only_failed", options.only_failed},
                  {"run_on_latest_version", options.latest_version}};
  const auto answer = Client(server).send(
      "POST", api_path({"dags", options.dag, "dagRuns", options.run, "clear"}), body);
  if (options.dry_run) return print_changes(server, answer, true, "cleared");
  if (!answer) return complain(answer.error());
  if (server.is_data()) return print_data(server, *answer);
  std::printf("%s is cleared and %s\n", cell(*answer, "dag_run_id").c_str(),
              cell(*answer, "state").c_str());
  return exit_code::ok;
}

int mark_task(const ServerOptions& server, const MarkOptions& options) {
  json body{{"include_upstream", options.upstream},
            {"include_downstream", options.downstream},
            {"include_past", options.past},
            {"include_future", options.future},
            {"new_state", options.state}};
  if (!options.note.empty()) body["note"] = options.note;
  const std::string path = instance_path(options) + (options.dry_run ? "/dry_run" : "");
  return print_changes(server, Client(server).send("PATCH", path, body), options.dry_run,
                       "marked " + options.state);
}

int mark_run(const ServerOptions& server, const MarkOptions& options) {
  Client client(server);
  if (options.dry_run) {
    std::string states = unsettled_states;
    if (options.state == "success") states += unsuccessful_states;
    return print_changes(server, instances_in(client, options, states), true,
                         "ended with the run, which would be " + options.state);
  }
  json body{{"state", options.state}};
  if (!options.note.empty()) body["note"] = options.note;
  const auto answer =
      client.send("PATCH", api_path({"dags", options.dag, "dagRuns", options.run}), body);
  if (!answer) return complain(answer.error());
  if (server.is_data()) return print_data(server, *answer);
  std::printf("%s is %s\n", cell(*answer, "dag_run_id").c_str(), cell(*answer, "state").c_str());
  return exit_code::ok;
}

int cancel_task(const ServerOptions& server, const MarkOptions& options) {
  Client client(server);
  const std::string path = instance_path(options);
  const auto answer =
      options.dry_run ? client.get(path) : client.send("POST", path + "/cancel", json::object());
  if (!answer) return complain(answer.error());
  if (server.is_data()) return print_data(server, *answer);
  std::printf("%s of %s, %s, %s\n", cell(*answer, "task_id").c_str(),
              cell(*answer, "dag_run_id").c_str(), cell(*answer, "state").c_str(),
              options.dry_run ? "would be cancelled" : "is cancelled");
  return exit_code::ok;
}

int cancel_run(const ServerOptions& server, const MarkOptions& options) {
  Client client(server);
  if (options.dry_run)
    return print_changes(server, instances_in(client, options, unsettled_states), true,
                         "ended: what runs is killed, the rest skipped");
  const auto answer = client.send(
      "POST", api_path({"dags", options.dag, "dagRuns", options.run, "cancel"}), json::object());
  if (!answer) return complain(answer.error());
  if (server.is_data()) return print_data(server, *answer);
  std::printf("%s is being cancelled\n", cell(*answer, "dag_run_id").c_str());
  return exit_code::ok;
}

int delete_run(const ServerOptions& server, const std::string& dag, const std::string& run) {
  const auto answer =
      Client(server).send("DELETE", api_path({"dags", dag, "dagRuns", run}), json());
  if (!answer) return complain(answer.error());
  if (!server.is_data()) std::printf("%s is deleted\n", printable(run).c_str());
  return exit_code::ok;
}

int list_jobs(const ServerOptions& server, int limit, int offset) {
  const std::string path = api_path({"jobs"}) + fmt::format("?limit={}&offset={}", limit, offset);
  return print_list(server, Client(server).get(path), "jobs", [](const json& jobs) {
    Table table({"JOB", "WHAT", "STATE", "DAG", "RUNS", "OF", "TASKS", "SINCE", "BY"});
    for (const auto& job : jobs)
      table.add({cell(job, "id"), cell(job, "job_type"), cell(job, "state"), cell(job, "dag_id"),
                 cell(job, "done_runs"), cell(job, "total_runs"),
                 cell(job, "changed_task_instances"), cell(job, "start_date"),
                 cell(job, "triggering_user_name")});
    return table.to_text();
  });
}

int show_job(const ServerOptions& server, const std::string& job) {
  return print_object(server, Client(server).get(api_path({"jobs", job})),
                      {"id", "job_type", "state", "dag_id", "dag_run_id", "done_runs", "total_runs",
                       "changed_task_instances", "triggering_user_name", "start_date",
                       "latest_heartbeat", "end_date"});
}

}  // namespace weft::cli
