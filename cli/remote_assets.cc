#include <fmt/format.h>

#include <cstdio>

#include "cli/exit_code.h"
#include "cli/remote.h"
#include "cli/remote_print.h"
#include "cli/text.h"

namespace weft::cli {
namespace {

/// The asset's id: `asset` is that, or a uri.
CallResult<std::string> asset_id(Client& client, const std::string& asset) {
  const bool is_number =
      !asset.empty() && asset.find_first_not_of("0123456789") == std::string::npos;
  if (is_number) return asset;
  const auto found = client.get(api_path({"assets"}) + "?limit=100&uri_pattern=" + escaped(asset));
  if (!found) return tl::make_unexpected(found.error());
  for (const auto& one : found->value("assets", nlohmann::json::array()))
    if (one.value("uri", "") == asset) return std::to_string(one.value("id", std::int64_t{0}));
  return tl::make_unexpected(CallFailure{
      exit_code::refused, "no DAG names the asset " + asset + ": see weft assets list"});
}

std::string source_of(const nlohmann::json& event) {
  const std::string dag = cell(event, "source_dag_id");
  if (dag == "-") return "API";
  return dag + " " + cell(event, "source_run_id") + " " + cell(event, "source_task_id");
}

std::string dags_of(const nlohmann::json& uses) {
  std::string all, last;
  for (const auto& use : uses) {
    const std::string dag = cell(use, "dag_id");
    if (dag != last) all += (all.empty() ? "" : ", ") + dag;
    last = dag;
  }
  return all.empty() ? "-" : all;
}

}  // namespace

int list_assets(const ServerOptions& server, const ListOptions& list) {
  std::string path =
      api_path({"assets"}) + fmt::format("?limit={}&offset={}", list.limit, list.offset);
  if (!list.filter.empty()) path += "&uri_pattern=" + escaped(list.filter);
  return print_list(server, Client(server).get(path), "assets", [](const nlohmann::json& assets) {
    Table table({"ID", "URI", "MADE BY", "DAGS THAT WAIT", "LAST EVENT"});
    for (const auto& asset : assets) {
      const auto& last = asset["last_asset_event"];
      table.add({cell(asset, "id"), cell(asset, "uri"), dags_of(asset["producing_tasks"]),
                 dags_of(asset["scheduled_dags"]), last.is_null() ? "-" : cell(last, "timestamp")});
    }
    return table.to_text();
  });
}

int list_asset_events(const ServerOptions& server, const std::string& asset,
                      const ListOptions& list) {
  Client client(server);
  std::string path =
      api_path({"assets", "events"}) +
      fmt::format("?order_by=-timestamp&limit={}&offset={}", list.limit, list.offset);
  if (!asset.empty()) {
    const auto id = asset_id(client, asset);
    if (!id) return complain(id.error());
    path += "&asset_id=" + *id;
  }
  return print_list(server, client.get(path), "asset_events", [](const nlohmann::json& events) {
    Table table({"ID", "URI", "AT", "BY", "PARTITION", "RUNS"});
    for (const auto& event : events)
      table.add({cell(event, "id"), cell(event, "uri"), cell(event, "timestamp"), source_of(event),
                 cell(event, "partition_key"), std::to_string(event["created_dagruns"].size())});
    return table.to_text();
  });
}

int emit_asset_event(const ServerOptions& server, const std::string& asset,
                     const EventOptions& options) {
  nlohmann::json body = nlohmann::json::object();
  if (!options.extra.empty()) {
    body["extra"] = nlohmann::json::parse(options.extra, nullptr, false);
    if (!body["extra"].is_object())
      return complain({exit_code::usage, "--extra: must be a JSON object"});
  }
  if (!options.partition.empty()) body["partition_key"] = options.partition;
  Client client(server);
  const auto id = asset_id(client, asset);
  if (!id) return complain(id.error());
  body["asset_id"] = std::stoll(*id);
  const auto event = client.send("POST", api_path({"assets", "events"}), body);
  if (!event) return complain(event.error());
  if (server.is_data()) return print_data(server, *event);
  std::printf("%s\n", cell(*event, "id").c_str());
  return exit_code::ok;
}

int materialize_asset(const ServerOptions& server, const std::string& asset) {
  Client client(server);
  const auto id = asset_id(client, asset);
  if (!id) return complain(id.error());
  const auto run = client.send("POST", api_path({"assets", *id, "materialize"}),
                               nlohmann::json{{"logical_date", nullptr}});
  if (!run) return complain(run.error());
  if (server.is_data()) return print_data(server, *run);
  std::printf("%s %s\n", cell(*run, "dag_id").c_str(), cell(*run, "dag_run_id").c_str());
  return exit_code::ok;
}

}  // namespace weft::cli
