// Ids for completion: of the server that the line names, or the usual one.

#include <chrono>
#include <cstdlib>

#include "cli/client.h"
#include "cli/completion.h"
#include "cli/context.h"
#include "cli/text.h"

namespace weft::cli {
namespace {

constexpr std::chrono::seconds longest_question{1};

/// Where the ids of something are listed.
struct Source {
  std::string path;             ///< with a query
  const char* list = nullptr;   ///< the collection's key
  const char* id = nullptr;     ///< the id's, of each
  const char* state = nullptr;  ///< what to say of it; may be null
};

std::string said(const Continuation& asked, const char* name) {
  const auto found = asked.said.find(name);
  return found == asked.said.end() ? "" : found->second;
}

/// A list of which only a page is asked for, and of that what `pattern` narrows it to.
std::string page(const Continuation& asked, const std::vector<std::string_view>& parts,
                 const char* query, const char* pattern) {
  std::string path = api_path(parts) + "?limit=100" + query;
  if (!asked.begun.empty()) path += std::string("&") + pattern + "=" + escaped(asked.begun);
  return path;
}

Source source_of_values(const Continuation& asked) {
  const std::string& value = asked.value;
  const std::string dag = said(asked, "DAG");
  if (value == "DAG")
    return {page(asked, {"dags"}, "", "dag_id_pattern"), "dags", "dag_id", "description"};
  if (value == "RUN" && !dag.empty())
    return {page(asked, {"dags", dag, "dagRuns"}, "&order_by=-run_after", "run_id_pattern"),
            "dag_runs", "dag_run_id", "state"};
  if ((value == "TASK" || value == "TASKS" || value == "--task") && !dag.empty())
    return {api_path({"dags", dag, "tasks"}), "tasks", "task_id", "operator_name"};
  if (value == "ASSET") return {page(asked, {"assets"}, "", "uri_pattern"), "assets", "uri"};
  if (value == "KEY")
    return {page(asked, {"variables"}, "", "variable_key_pattern"), "variables", "key",
            "description"};
  if (value == "ID")
    return {page(asked, {"connections"}, "", "connection_id_pattern"), "connections",
            "connection_id", "conn_type"};
  if (value == "USER" || value == "--user")
    return {page(asked, {"users"}, "", "username_pattern"), "users", "username", "role"};
  if (value == "POOL")
    return {page(asked, {"pools"}, "", "pool_name_pattern"), "pools", "name", "description"};
  if (value == "TOKEN") return {api_path({"tokens"}) + "?limit=100", "tokens", "id", "name"};
  if (value == "INVITE")
    return {api_path({"workers", "joinTokens"}) + "?limit=100", "join_tokens", "id", "worker_name"};
  if (value == "WORKER") return {api_path({"workers"}) + "?limit=100", "workers", "name", "state"};
  if (value == "BACKFILL")
    return {api_path({"backfills"}) + "?limit=100&order_by=-id", "backfills", "id", "dag_id"};
  if (value == "JOB") return {api_path({"jobs"}) + "?limit=100", "jobs", "id", "job_type"};
  return {};
}

std::vector<Candidate> context_names() {
  std::vector<Candidate> names;
  const auto path = contexts_path();
  if (!path) return names;
  const auto contexts = load_contexts(*path);
  if (!contexts) return names;
  for (const auto& [name, context] : contexts->all) names.push_back({name, context.server});
  return names;
}

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The server that the line itself would ask.
Result<ServerOptions> server_of(const Continuation& asked) {
  const auto either = [&](const char* option, const char* variable) {
    std::string given = said(asked, option);
    return given.empty() ? environment(variable) : given;
  };
  TRY_ASSIGN(const Reach reach, find_server({.server = either("--server", "WEFT_SERVER"),
                                             .token = either("--token", "WEFT_TOKEN"),
                                             .context = said(asked, "--context"),
                                             .usual_context = context_of_environment()}));
  ServerOptions options;
  if (!reach.server.empty()) options.server = reach.server;
  options.token = reach.token;
  return options;
}

std::vector<Candidate> listed(const Continuation& asked) {
  std::vector<Candidate> values;
  const Source source = source_of_values(asked);
  if (source.path.empty()) return values;
  const auto server = server_of(asked);
  if (!server) return values;
  const auto answer = Client(*server).get(source.path, longest_question);
  if (!answer || !answer->is_object()) return values;
  const auto list = answer->value(source.list, nlohmann::json::array());
  for (const auto& one : list)
    values.push_back(
        {cell(one, source.id), source.state == nullptr ? "" : cell(one, source.state)});
  return values;
}

}  // namespace

std::vector<Candidate> known_values(const Continuation& asked) {
  if (asked.value.empty()) return {};
  const bool is_context = asked.value == "CONTEXT" || asked.value == "--context";
  std::vector<Candidate> values = is_context ? context_names() : listed(asked);
  std::vector<Candidate> fitting;
  for (Candidate& one : values)
    if (one.word.starts_with(asked.begun))
      fitting.push_back({asked.prefix + one.word, std::move(one.help)});
  return fitting;
}

}  // namespace weft::cli
