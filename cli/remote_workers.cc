#include "cli/remote_workers.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>

#include "base/instant.h"
#include "cli/exit_code.h"
#include "cli/remote_print.h"
#include "cli/text.h"

namespace weft::cli {
namespace {

using nlohmann::json;

std::string queues_of(const json& one) {
  std::string queues;
  for (const auto& queue : one.value("queues", json::array()))
    queues += (queues.empty() ? "" : ", ") + cell(queue);
  return queues.empty() ? "-" : queues;
}

std::string page_of(const char* path, const ListOptions& list) {
  return fmt::format("{}?limit={}&offset={}", path, list.limit, list.offset);
}

}  // namespace

int list_workers(const ServerOptions& server, const ListOptions& list) {
  const auto path = page_of(api_path({"workers"}).c_str(), list);
  return print_list(server, Client(server).get(path), "workers", [](const json& workers) {
    Table table({"WORKER", "STATE", "BUSY", "SLOTS", "QUEUES", "KEY", "LAST SEEN", "VERSION"});
    for (const auto& worker : workers)
      table.add({cell(worker, "name"), cell(worker, "state"), cell(worker, "occupied_slots"),
                 cell(worker, "slots"), queues_of(worker), cell(worker, "key"),
                 cell(worker, "last_seen"), cell(worker, "version")});
    return table.to_text();
  });
}

int invite_worker(const ServerOptions& server, const InviteOptions& options) {
  json body = json::object();
  if (!options.name.empty()) body["worker_name"] = options.name;
  if (!options.queues.empty()) body["queues"] = options.queues;
  if (options.hours > 0) {
    const auto now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
    body["is_single_use"] = false;
    body["expires_at"] = format_instant_z(now + std::chrono::hours(options.hours));
  }
  const auto made = Client(server).send("POST", api_path({"workers", "joinTokens"}), body);
  if (!made) return complain(made.error());
  if (server.is_data()) return print_data(server, *made);
  std::fprintf(stderr, "join token %s, until %s; it is shown this once:\n",
               made->value("id", "").c_str(), made->value("expires_at", "").c_str());
  std::printf("%s\n", made->value("token", "").c_str());
  return exit_code::ok;
}

int list_invites(const ServerOptions& server, const ListOptions& list) {
  const auto path = page_of(api_path({"workers", "joinTokens"}).c_str(), list);
  return print_list(server, Client(server).get(path), "join_tokens", [](const json& tokens) {
    Table table({"INVITE", "WORKER", "QUEUES", "USE", "EXPIRES", "USED", "BY"});
    for (const auto& one : tokens)
      table.add({cell(one, "id"), cell(one, "worker_name"), queues_of(one),
                 one.value("is_single_use", true) ? "once" : "many", cell(one, "expires_at"),
                 cell(one, "used_at"), cell(one, "used_by")});
    return table.to_text();
  });
}

int delete_invite(const ServerOptions& server, const std::string& id) {
  return print_done(server,
                    Client(server).send("DELETE", api_path({"workers", "joinTokens", id}), {}),
                    "join token " + id + " deleted");
}

int drain_worker(const ServerOptions& server, const DrainOptions& options) {
  const auto path = api_path({"workers", options.name});
  Client client(server);
  auto worker = client.send("PATCH", path, {{"is_drained", options.is_drained}});
  if (worker && options.wait)
    worker =
        client.get_until(path, [](const json& now) { return now.value("occupied_slots", 0) == 0; });
  if (!worker) return complain(worker.error());
  const int busy = worker->value("occupied_slots", 0);
  return print_done(
      server, worker,
      fmt::format("worker {} {}", options.name,
                  !options.is_drained ? "gets work again"
                  : busy == 0         ? "is drained: it runs nothing, and gets nothing new"
                                      : fmt::format("gets nothing new; it still runs {}", busy)));
}

int revoke_worker(const ServerOptions& server, const std::string& name) {
  return print_done(server, Client(server).send("DELETE", api_path({"workers", name, "key"}), {}),
                    "worker " + name + " revoked; what it holds is lost when its lease ends");
}

}  // namespace weft::cli
