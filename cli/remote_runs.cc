#include <fmt/format.h>

#include <cstdio>
#include <thread>

#include "cli/exit_code.h"
#include "cli/remote.h"
#include "cli/remote_print.h"
#include "cli/text.h"

namespace weft::cli {
namespace {

constexpr std::chrono::seconds one_wait{30};

/// Asks again and again: the server answers when the run has ended, we give up each time before a
/// proxy would.
CallResult<nlohmann::json> ended_run(Client& client, const std::string& dag,
                                     const std::string& run) {
  const std::string path = api_path({"dags", dag, "dagRuns", run});
  auto heard_at = std::chrono::steady_clock::now();
  for (;;) {
    auto state = client.get(path);
    const auto now = std::chrono::steady_clock::now();
    if (state) {
      const auto word = state->value("state", "");
      if (word == "success" || word == "failed") return state;
      heard_at = now;
      const auto waited = client.get(path + "/wait?interval=1", one_wait);
      // Without an answer it has waited already, or the server is gone.
      if (!waited) std::this_thread::sleep_for(std::chrono::milliseconds(500));
    } else if (!state.error().may_pass || now - heard_at > patience) {
      return state;
    } else {
      std::this_thread::sleep_for(std::chrono::seconds(1));
    }
  }
}

int print_end(const ServerOptions& server, const CallResult<nlohmann::json>& run) {
  if (!run) return complain(run.error());
  if (server.is_data()) {
    print_data(server, *run);
  } else {
    const std::string reason = cell(*run, "reason");
    std::printf("%s %s in %s%s\n", cell(*run, "dag_run_id").c_str(), cell(*run, "state").c_str(),
                duration_cell(run->value("duration", nlohmann::json())).c_str(),
                reason == "-" ? "" : (" (" + reason + ")").c_str());
  }
  return run->value("state", "") == "success" ? exit_code::ok : exit_code::failed;
}

Result<nlohmann::json> trigger_body(const TriggerOptions& options) {
  nlohmann::json body{{"logical_date", nullptr}};
  if (!options.conf.empty()) {
    auto conf = nlohmann::json::parse(options.conf, nullptr, false);
    if (!conf.is_object())
      return fail(ErrorCode::invalid_argument,
                  "--conf: must be a JSON object, for example '{\"name\": \"Ada\"}'");
    body["conf"] = std::move(conf);
  }
  if (!options.logical_date.empty()) {
    const auto date = parse_instant(options.logical_date);
    if (!date) return fail(ErrorCode::invalid_argument, "--logical-date: " + date.error().message);
    body["logical_date"] = format_instant_z(*date);
  }
  if (!options.run_id.empty()) body["dag_run_id"] = options.run_id;
  if (!options.note.empty()) body["note"] = options.note;
  return body;
}

}  // namespace

int trigger_run(const ServerOptions& server, const TriggerOptions& options) {
  const auto body = trigger_body(options);
  if (!body) return complain(body.error(), exit_code::usage);
  Client client(server);
  const auto run = client.send("POST", api_path({"dags", options.dag, "dagRuns"}), *body);
  if (!run) return complain(run.error());
  const std::string run_id = run->value("dag_run_id", "");
  if (options.wait) {
    if (!server.is_data()) std::fprintf(stderr, "%s\n", printable(run_id).c_str());
    return print_end(server, ended_run(client, options.dag, run_id));
  }
  if (server.is_data()) return print_data(server, *run);
  std::printf("%s\n", printable(run_id).c_str());
  return exit_code::ok;
}

int list_runs(const ServerOptions& server, const std::string& dag, const ListOptions& list) {
  std::string path =
      api_path({"dags", dag, "dagRuns"}) +
      fmt::format("?order_by=-run_after&limit={}&offset={}", list.limit, list.offset);
  if (!list.filter.empty()) path += "&state=" + escaped(list.filter);
  return print_list(server, Client(server).get(path), "dag_runs", [](const nlohmann::json& runs) {
    Table table({"RUN", "STATE", "LOGICAL DATE", "STARTED", "TOOK", "BY"});
    for (const auto& run : runs)
      table.add({cell(run, "dag_run_id"), cell(run, "state"), cell(run, "logical_date"),
                 cell(run, "start_date"), duration_cell(run.value("duration", nlohmann::json())),
                 cell(run, "triggered_by")});
    return table.to_text();
  });
}

int show_run(const ServerOptions& server, const std::string& dag, const std::string& run) {
  return print_object(
      server, Client(server).get(api_path({"dags", dag, "dagRuns", run})),
      {"dag_id", "dag_run_id", "state", "reason", "run_type", "triggered_by",
       "triggering_user_name", "logical_date", "data_interval_start", "data_interval_end",
       "run_after", "queued_at", "start_date", "end_date", "failed_tasks", "conf", "note"});
}

int wait_run(const ServerOptions& server, const std::string& dag, const std::string& run) {
  Client client(server);
  return print_end(server, ended_run(client, dag, run));
}

}  // namespace weft::cli
