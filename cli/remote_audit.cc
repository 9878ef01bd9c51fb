#include "cli/remote_audit.h"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

#include "cli/remote_print.h"
#include "cli/text.h"

namespace weft::cli {
namespace {

/// What it was done to: `DAG RUN TASK` as far as there are such.
std::string object_of(const nlohmann::json& entry) {
  std::string object;
  for (const char* key : {"dag_id", "dag_run_id", "task_id"})
    if (const auto found = entry.find(key); found != entry.end() && found->is_string())
      object += (object.empty() ? "" : " ") + cell(*found);
  return object.empty() ? cell(entry, "detail") : object;
}

}  // namespace

int list_audit(const ServerOptions& server, const AuditOptions& options, const ListOptions& list) {
  auto path = api_path({"auditLogs"}) + fmt::format("?limit={}&offset={}", list.limit, list.offset);
  const std::array<std::pair<std::string_view, const std::string*>, 5> filters{
      {{"user", &options.user},
       {"action", &options.action},
       {"dag_id", &options.dag},
       {"when_gte", &options.since},
       {"when_lte", &options.until}}};
  for (const auto& [name, value] : filters)
    if (!value->empty()) path += fmt::format("&{}={}", name, escaped(*value));
  return print_list(server, Client(server).get(path), "audit_logs", [](const nlohmann::json& log) {
    Table table({"WHEN", "USER", "FROM", "ACTION", "WHAT"});
    for (const auto& entry : log)
      table.add({cell(entry, "when"), cell(entry, "user"), cell(entry, "remote"),
                 cell(entry, "action"), object_of(entry)});
    return table.to_text();
  });
}

}  // namespace weft::cli
