// variables and connections: what DAGs read and no file should hold.

#include "cli/client_verb.h"

namespace weft::cli {

void add_variables(CLI::App& app, Exit& exit) {
  CLI::App& group = add_group(app, "variables", "Values that DAGs read as {{ var.value.KEY }}");
  const Verb list = add_verb(group, exit, "list", "List variables",
                             [](const Words& w) { return list_variables(w.server, w.list); });
  list.with_page();
  list.app->add_option("--search", list.words->list.filter, "only keys with this in them");
  const auto keyed = [&](const char* name, const char* help, std::function<int(const Words&)> act) {
    const Verb verb = add_verb(group, exit, name, help, std::move(act));
    verb.app->add_option("KEY", verb.words->variable.key, "the variable's key")->required();
    return verb;
  };
  keyed("get", "Print a variable's value; *** for a secret",
        [](const Words& w) { return get_variable(w.server, w.variable.key); });
  const Verb set = keyed("set", "Make or change a variable",
                         [](const Words& w) { return set_variable(w.server, w.variable); });
  VariableOptions& variable = set.words->variable;
  auto* value = set.app->add_option("VALUE", variable.value, "its value: text, or JSON as text");
  auto* from_stdin = set.app->add_flag("--stdin", variable.from_stdin,
                                       "read the value from stdin: it stands in no history");
  value->excludes(from_stdin);
  set.app->add_option("--description", variable.description, "what it is for");
  set.app->add_flag("--secret", variable.secret,
                    "nobody can read it back; the default for keys such as api_key, db_password");
  keyed("delete", "Delete a variable",
        [](const Words& w) { return delete_variable(w.server, w.variable.key); });
}

void add_connections(CLI::App& app, Exit& exit) {
  CLI::App& group =
      add_group(app, "connections", "Systems outside, read as {{ conn.ID.password }}");
  const Verb list = add_verb(group, exit, "list", "List connections",
                             [](const Words& w) { return list_connections(w.server, w.list); });
  list.with_page();
  list.app->add_option("--search", list.words->list.filter, "only ids with this in them");
  const auto named = [&](const char* name, const char* help, std::function<int(const Words&)> act) {
    const Verb verb = add_verb(group, exit, name, help, std::move(act));
    verb.app->add_option("ID", verb.words->connection.id, "the connection's id")->required();
    return verb;
  };
  named("get", "Show a connection; secrets are ***",
        [](const Words& w) { return show_connection(w.server, w.connection.id); });
  const Verb add = named("add", "Add a connection",
                         [](const Words& w) { return add_connection(w.server, w.connection); });
  ConnectionOptions& connection = add.words->connection;
  add.app->add_option("--conn-uri", connection.uri,
                      "all of it: TYPE://LOGIN:PASSWORD@HOST:PORT/SCHEMA?EXTRA=…, or JSON");
  add.app->add_option("--conn-type", connection.type, "what it is: postgres, http, …");
  add.app->add_option("--conn-host", connection.host);
  add.app->add_option("--conn-port", connection.port)->check(CLI::Range(0, 65'535));
  add.app->add_option("--conn-login", connection.login);
  add.app->add_option("--conn-password", connection.password,
                      "stands in the shell's history: better --password-stdin");
  add.app->add_flag("--password-stdin", connection.password_from_stdin,
                    "read the password from stdin");
  add.app->add_option("--conn-schema", connection.schema, "a database's name, as a rule");
  add.app->add_option("--conn-extra", connection.extra, "what else there is, a JSON object");
  add.app->add_option("--conn-description", connection.description);
  add.app
      ->add_option("--allowed-dag", connection.allowed_dags,
                   "only tasks of this DAG may read it; may be repeated")
      ->allow_extra_args(false);
  add.app->add_flag("--replace", connection.replace, "change it if it is there already");
  named("delete", "Delete a connection",
        [](const Words& w) { return delete_connection(w.server, w.connection.id); });
}

}  // namespace weft::cli
