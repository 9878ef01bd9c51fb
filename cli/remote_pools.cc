#include "cli/remote_pools.h"

#include <fmt/format.h>

#include "cli/exit_code.h"
#include "cli/remote_print.h"
#include "cli/text.h"

namespace weft::cli {

int list_pools(const ServerOptions& server, const ListOptions& list) {
  auto path = api_path({"pools"}) + fmt::format("?limit={}&offset={}", list.limit, list.offset);
  if (!list.filter.empty()) path += "&pool_name_pattern=" + escaped(list.filter);
  return print_list(server, Client(server).get(path), "pools", [](const nlohmann::json& pools) {
    Table table({"POOL", "SLOTS", "OPEN", "RUNNING", "QUEUED", "DESCRIPTION"});
    for (const auto& pool : pools)
      table.add({cell(pool, "name"), cell(pool, "slots"), cell(pool, "open_slots"),
                 cell(pool, "running_slots"), cell(pool, "queued_slots"),
                 cell(pool, "description")});
    return table.to_text();
  });
}

int show_pool(const ServerOptions& server, const std::string& name) {
  return print_object(server, Client(server).get(api_path({"pools", name})),
                      {"name", "description", "slots", "open_slots", "occupied_slots",
                       "running_slots", "queued_slots", "scheduled_slots", "deferred_slots"});
}

int set_pool(const ServerOptions& server, const PoolOptions& options) {
  nlohmann::json body{{"slots", options.slots}};
  if (!options.description.empty()) body["description"] = options.description;
  Client client(server);
  const std::string path = api_path({"pools", options.name});
  if (client.get(path))
    return print_done(server, client.send("PATCH", path, body),
                      "pool " + options.name + " changed");
  body["name"] = options.name;
  return print_done(server, client.send("POST", api_path({"pools"}), body),
                    "pool " + options.name + " created");
}

int delete_pool(const ServerOptions& server, const std::string& name) {
  return print_done(server, Client(server).send("DELETE", api_path({"pools", name}), {}),
                    "pool " + name + " deleted");
}

}  // namespace weft::cli
