#include "cli/remote_accounts.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <optional>

#include "base/instant.h"
#include "cli/exit_code.h"
#include "cli/remote_print.h"
#include "cli/secret_prompt.h"
#include "cli/text.h"

namespace weft::cli {
namespace {

using nlohmann::json;

/// ROLE=NAME → {"role", key}; nullopt after a message.
std::optional<json> grant_json(const std::string& text, const char* key) {
  const auto equals = text.find('=');
  if (equals != std::string::npos && equals > 0 && equals + 1 < text.size())
    return json{{"role", text.substr(0, equals)}, {key, text.substr(equals + 1)}};
  std::fprintf(stderr, "weft users: expected ROLE=NAME, e.g. operator=orders, not \"%s\"\n",
               text.c_str());
  return std::nullopt;
}

/// What the options name; nullopt after a message.
std::optional<json> user_json(const UserOptions& options) {
  json body = json::object();
  if (!options.display_name.empty()) body["display_name"] = options.display_name;
  if (!options.role.empty()) body["role"] = options.role == "none" ? json() : json(options.role);
  if (options.disable || options.enable) body["is_disabled"] = options.disable;
  auto grants = json::array();
  for (const auto& [texts, key] :
       {std::pair{&options.grants, "dag_id"}, std::pair{&options.tag_grants, "tag"}})
    for (const std::string& text : *texts) {
      auto grant = grant_json(text, key);
      if (!grant) return std::nullopt;
      grants.push_back(std::move(*grant));
    }
  if (!grants.empty() || options.no_grants) body["grants"] = std::move(grants);
  return body;
}

std::string grants_text(const json& user) {
  std::string text;
  for (const json& grant : user.value("grants", json::array())) {
    if (!text.empty()) text += ", ";
    text += grant.value("role", "") + " over ";
    text += grant.contains("dag_id") ? grant.value("dag_id", "") : "tag " + grant.value("tag", "");
  }
  return text;
}

}  // namespace

int list_users(const ServerOptions& server, const ListOptions& list) {
  auto path = api_path({"users"}) + fmt::format("?limit={}&offset={}", list.limit, list.offset);
  if (!list.filter.empty()) path += "&username_pattern=" + escaped(list.filter);
  return print_list(server, Client(server).get(path), "users", [](const json& users) {
    Table table({"USER", "ROLE", "GRANTS", "DISABLED", "NAME"});
    for (const json& one : users)
      table.add({cell(one, "username"), cell(one, "role"), grants_text(one),
                 one.value("is_disabled", false) ? "disabled" : "", cell(one, "display_name")});
    return table.to_text();
  });
}

int add_user(const ServerOptions& server, const UserOptions& options) {
  auto body = user_json(options);
  if (!body) return exit_code::usage;
  (*body)["username"] = options.name;
  if (!options.no_password) {
    const auto password = ask_new_secret("password of the new user");
    if (!password) return exit_code::usage;
    (*body)["password"] = *password;
  }
  return print_done(server, Client(server).send("POST", api_path({"users"}), *body),
                    "user " + options.name + " created");
}

int set_user(const ServerOptions& server, const UserOptions& options) {
  const auto body = user_json(options);
  if (!body) return exit_code::usage;
  if (body->empty()) {
    std::fprintf(stderr, "weft users set: name what shall change, e.g. --role operator\n");
    return exit_code::usage;
  }
  return print_done(server, Client(server).send("PATCH", api_path({"users", options.name}), *body),
                    "user " + options.name + " changed");
}

int delete_user(const ServerOptions& server, const std::string& name) {
  return print_done(server, Client(server).send("DELETE", api_path({"users", name}), json()),
                    "user " + name + " deleted");
}

int set_password(const ServerOptions& server, const std::string& name) {
  Client client(server);
  if (!name.empty()) {
    const auto password = ask_new_secret("new password");
    if (!password) return exit_code::usage;
    return print_done(server,
                      client.send("PATCH", api_path({"users", name}), {{"password", *password}}),
                      "password of " + name + " changed; sessions have ended");
  }
  const auto old_password = ask_secret("old password");
  if (!old_password) return exit_code::usage;
  const auto new_password = ask_new_secret("new password");
  if (!new_password) return exit_code::usage;
  return print_done(server,
                    client.send("POST", api_path({"users", "me", "password"}),
                                {{"old_password", *old_password}, {"new_password", *new_password}}),
                    "password changed; sessions have ended");
}

int list_tokens(const ServerOptions& server, const TokenOptions& options, const ListOptions& list) {
  auto path = api_path({"tokens"}) + fmt::format("?limit={}&offset={}", list.limit, list.offset);
  if (!options.user.empty()) path += "&username=" + escaped(options.user);
  return print_list(server, Client(server).get(path), "tokens", [](const json& tokens) {
    Table table({"TOKEN", "KIND", "USER", "NAME", "ROLE", "EXPIRES", "LAST USED"});
    for (const json& one : tokens)
      table.add({cell(one, "id"), cell(one, "kind"), cell(one, "username"), cell(one, "name"),
                 cell(one, "role"), cell(one, "expires_at"), cell(one, "last_used_at")});
    return table.to_text();
  });
}

int create_token(const ServerOptions& server, const TokenOptions& options) {
  json body{{"name", options.name}};
  if (!options.role.empty()) body["role"] = options.role;
  if (options.forever) {
    body["expires_at"] = nullptr;
  } else if (options.days > 0) {
    const auto now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
    body["expires_at"] = format_instant_z(now + std::chrono::hours(24 * options.days));
  }
  const auto made = Client(server).send("POST", api_path({"tokens"}), body);
  if (!made) return complain(made.error());
  if (server.is_data()) return print_data(server, *made);
  std::fprintf(stderr, "token %s of %s; it is shown this once:\n", made->value("id", "").c_str(),
               made->value("username", "").c_str());
  std::printf("%s\n", made->value("token", "").c_str());
  return exit_code::ok;
}

int delete_token(const ServerOptions& server, const std::string& id) {
  return print_done(server, Client(server).send("DELETE", api_path({"tokens", id}), json()),
                    "token " + id + " deleted");
}

int whoami(const ServerOptions& server) {
  const auto me = Client(server).get(api_path({"users", "me"}));
  if (!me) return complain(me.error());
  if (server.is_data()) return print_data(server, *me);
  Table table({"FIELD", "VALUE"});
  table.add({"user", cell(*me, "username")});
  table.add({"name", cell(*me, "display_name")});
  table.add({"role", cell(*me, "role")});
  table.add({"grants", grants_text(*me)});
  table.add({"token", cell(*me, "token_id")});
  std::fputs(table.to_text().c_str(), stdout);
  return exit_code::ok;
}

}  // namespace weft::cli
