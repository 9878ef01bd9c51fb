#include <fmt/format.h>

#include <cstdio>

#include "cli/exit_code.h"
#include "cli/remote.h"
#include "cli/remote_print.h"
#include "cli/text.h"

namespace weft::cli {
namespace {

std::string joined(const nlohmann::json& texts) {
  std::string all;
  if (texts.is_array())
    for (const auto& text : texts)
      if (text.is_string()) all += (all.empty() ? "" : ", ") + text.get<std::string>();
  return all;
}

}  // namespace

int list_approvals(const ServerOptions& server, bool all, const ListOptions& list) {
  std::string path = api_path({"dags", "~", "dagRuns", "~", "hitlDetails"}) +
                     fmt::format("?limit={}&offset={}", list.limit, list.offset);
  if (!all) path += "&state=deferred&response_received=false";
  return print_list(
      server, Client(server).get(path), "hitl_details", [](const nlohmann::json& details) {
        Table table({"DAG", "RUN", "TASK", "SUBJECT", "OPTIONS", "ANSWER", "BY"});
        for (const auto& detail : details) {
          const auto instance = detail.value("task_instance", nlohmann::json::object());
          const auto by = detail.value("responded_by_user", nlohmann::json());
          table.add({cell(instance, "dag_id"), cell(instance, "dag_run_id"),
                     cell(instance, "task_id"), cell(detail, "subject"),
                     joined(detail.value("options", nlohmann::json())),
                     joined(detail.value("chosen_options", nlohmann::json())),
                     by.is_object() ? cell(by, "name") : ""});
        }
        return table.to_text();
      });
}

int answer_approval(const ServerOptions& server, const ApprovalOptions& options) {
  nlohmann::json body{{"chosen_options", {options.option}}, {"params_input", nullptr}};
  if (!options.params.empty()) {
    auto params = nlohmann::json::parse(options.params, nullptr, false);
    if (!params.is_object())
      return complain(Error{ErrorCode::invalid_argument,
                            "--params: must be a JSON object, for example '{\"reason\": \"ok\"}'"},
                      exit_code::usage);
    body["params_input"] = std::move(params);
  }
  const auto answer = Client(server).send(
      "PATCH",
      api_path({"dags", options.dag, "dagRuns", options.run, "taskInstances", options.task,
                std::to_string(options.map_index), "hitlDetails"}),
      body);
  if (!answer) return complain(answer.error());
  if (server.is_data()) return print_data(server, *answer);
  std::printf("answered: %s\n", printable(joined((*answer)["chosen_options"])).c_str());
  return exit_code::ok;
}

}  // namespace weft::cli
