#include "cli/remote_records.h"

#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <iterator>

#include "cli/exit_code.h"
#include "cli/remote_print.h"
#include "cli/text.h"
#include "server/secrets/connection.h"

namespace weft::cli {
namespace {

using nlohmann::json;

constexpr std::size_t max_input = 1 << 20;

/// All of stdin without the newline at its end.
std::string read_stdin() {
  std::string text;
  char c = 0;
  while (text.size() < max_input && std::cin.get(c)) text += c;
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

std::string page_of(const ListOptions& list, const char* pattern) {
  std::string query = fmt::format("?limit={}&offset={}", list.limit, list.offset);
  if (!list.filter.empty()) query += fmt::format("&{}={}", pattern, escaped(list.filter));
  return query;
}

/// What the options say, over what the URI says.
CallResult<json> connection_body(const ConnectionOptions& options) {
  secrets::Connection connection;
  if (!options.uri.empty()) {
    auto parsed = secrets::connection_from_text(options.uri);
    if (!parsed)
      return tl::make_unexpected(
          CallFailure{exit_code::usage, "--conn-uri: " + parsed.error().message});
    connection = std::move(*parsed);
  }
  const auto take = [](std::string& target, const std::string& given) {
    if (!given.empty()) target = given;
  };
  take(connection.conn_type, options.type);
  take(connection.host, options.host);
  take(connection.login, options.login);
  take(connection.password, options.password);
  take(connection.schema, options.schema);
  take(connection.extra, options.extra);
  if (options.port >= 0) connection.port = options.port;
  if (options.password_from_stdin) connection.password = read_stdin();
  if (connection.conn_type.empty())
    return tl::make_unexpected(CallFailure{
        exit_code::usage, "name what it is with --conn-type, or all of it with --conn-uri"});
  json body{{"connection_id", options.id}, {"conn_type", connection.conn_type}};
  const auto put = [&](const char* name, const std::string& value) {
    body[name] = value.empty() ? json() : json(value);
  };
  put("host", connection.host);
  put("login", connection.login);
  put("password", connection.password);
  put("schema", connection.schema);
  put("extra", connection.extra);
  put("description", options.description);
  body["port"] = connection.port ? json(*connection.port) : json();
  if (!options.allowed_dags.empty()) body["allowed_dags"] = options.allowed_dags;
  return body;
}

}  // namespace

int list_variables(const ServerOptions& server, const ListOptions& list) {
  const auto path = api_path({"variables"}) + page_of(list, "variable_key_pattern");
  return print_list(server, Client(server).get(path), "variables", [](const json& variables) {
    Table table({"KEY", "VALUE", "DESCRIPTION"});
    for (const auto& one : variables)
      table.add({cell(one, "key"), cell(one, "value"), cell(one, "description")});
    return table.to_text();
  });
}

int get_variable(const ServerOptions& server, const std::string& key) {
  const auto variable = Client(server).get(api_path({"variables", key}));
  if (!variable) return complain(variable.error());
  if (server.is_data()) return print_data(server, *variable);
  std::printf("%s\n", variable->value("value", "").c_str());
  return exit_code::ok;
}

int set_variable(const ServerOptions& server, const VariableOptions& options) {
  json body{{"key", options.key}, {"value", options.from_stdin ? read_stdin() : options.value}};
  if (!options.description.empty()) body["description"] = options.description;
  if (options.secret) body["is_secret"] = true;
  Client client(server);
  const std::string path = api_path({"variables", options.key});
  const bool is_there = client.get(path).has_value();
  return print_done(server,
                    is_there ? client.send("PATCH", path, body)
                             : client.send("POST", api_path({"variables"}), body),
                    fmt::format("variable {} {}", options.key, is_there ? "changed" : "created"));
}

int delete_variable(const ServerOptions& server, const std::string& key) {
  return print_done(server, Client(server).send("DELETE", api_path({"variables", key}), json()),
                    "variable " + key + " deleted");
}

int list_connections(const ServerOptions& server, const ListOptions& list) {
  const auto path = api_path({"connections"}) + page_of(list, "connection_id_pattern");
  return print_list(server, Client(server).get(path), "connections", [](const json& connections) {
    Table table({"CONNECTION", "TYPE", "HOST", "PORT", "LOGIN", "SCHEMA", "DESCRIPTION"});
    for (const auto& one : connections)
      table.add({cell(one, "connection_id"), cell(one, "conn_type"), cell(one, "host"),
                 cell(one, "port"), cell(one, "login"), cell(one, "schema"),
                 cell(one, "description")});
    return table.to_text();
  });
}

int show_connection(const ServerOptions& server, const std::string& id) {
  const auto connection = Client(server).get(api_path({"connections", id}));
  if (!connection) return complain(connection.error());
  if (server.is_data()) return print_data(server, *connection);
  Table table({"FIELD", "VALUE"});
  for (const char* name : {"connection_id", "conn_type", "description", "host", "port", "login",
                           "password", "schema", "extra"})
    table.add({name, cell(*connection, name)});
  std::fputs(table.to_text().c_str(), stdout);
  return exit_code::ok;
}

int add_connection(const ServerOptions& server, const ConnectionOptions& options) {
  const auto body = connection_body(options);
  if (!body) return complain(body.error());
  Client client(server);
  const std::string path = api_path({"connections", options.id});
  if (options.replace && client.get(path))
    return print_done(server, client.send("PATCH", path, *body),
                      "connection " + options.id + " changed");
  return print_done(server, client.send("POST", api_path({"connections"}), *body),
                    "connection " + options.id + " created");
}

int delete_connection(const ServerOptions& server, const std::string& id) {
  return print_done(server, Client(server).send("DELETE", api_path({"connections", id}), json()),
                    "connection " + id + " deleted");
}

}  // namespace weft::cli
