#include <fmt/format.h>

#include <cstdio>

#include "cli/exit_code.h"
#include "cli/remote.h"
#include "cli/remote_print.h"
#include "cli/text.h"

namespace weft::cli {
namespace {

std::string state_of(const nlohmann::json& dag) {
  if (dag.value("is_stale", false)) return "no file";
  if (dag.value("has_import_errors", false)) return "import error";
  return dag.value("is_paused", false) ? "paused" : "active";
}

}  // namespace

int list_dags(const ServerOptions& server, const ListOptions& list) {
  std::string path =
      api_path({"dags"}) + fmt::format("?limit={}&offset={}", list.limit, list.offset);
  if (!list.filter.empty()) path += "&dag_id_pattern=" + escaped(list.filter);
  return print_list(server, Client(server).get(path), "dags", [](const nlohmann::json& dags) {
    Table table({"DAG", "STATE", "SCHEDULE", "NEXT RUN", "DESCRIPTION"});
    for (const auto& dag : dags)
      table.add({cell(dag, "dag_id"), state_of(dag), cell(dag, "timetable_summary"),
                 cell(dag, "next_dagrun_run_after"), cell(dag, "description")});
    return table.to_text();
  });
}

int show_dag(const ServerOptions& server, const std::string& dag) {
  return print_object(
      server, Client(server).get(api_path({"dags", dag, "details"})),
      {"dag_id", "description", "is_paused", "has_import_errors", "timetable_summary", "timezone",
       "next_dagrun_run_after", "next_dagrun_logical_date", "max_active_runs", "max_active_tasks",
       "owners", "bundle_name", "relative_fileloc", "last_parsed_time"});
}

int pause_dag(const ServerOptions& server, const std::string& dag, bool is_paused) {
  const auto answer =
      Client(server).send("PATCH", api_path({"dags", dag}), {{"is_paused", is_paused}});
  if (!answer) return complain(answer.error());
  if (server.is_data()) return print_data(server, *answer);
  std::printf("%s is %s\n", cell(*answer, "dag_id").c_str(), state_of(*answer).c_str());
  return exit_code::ok;
}

}  // namespace weft::cli
