#pragma once

// variables and connections: what DAGs read and no file should hold.

#include <string>
#include <vector>

#include "cli/remote.h"

namespace weft::cli {

struct VariableOptions {
  std::string key, value, description;
  bool secret = false;      ///< else as its name says
  bool from_stdin = false;  ///< the value: it then stands in no shell's history
};

int list_variables(const ServerOptions& server, const ListOptions& list);
int get_variable(const ServerOptions& server, const std::string& key);
/// Makes or changes it.
int set_variable(const ServerOptions& server, const VariableOptions& options);
int delete_variable(const ServerOptions& server, const std::string& key);

struct ConnectionOptions {
  std::string id, uri, type, description, host, login, password, schema, extra;
  int port = -1;  ///< -1: none
  std::vector<std::string> allowed_dags;
  bool password_from_stdin = false;
  bool replace = false;  ///< one that is there already
};

int list_connections(const ServerOptions& server, const ListOptions& list);
int show_connection(const ServerOptions& server, const std::string& id);
int add_connection(const ServerOptions& server, const ConnectionOptions& options);
int delete_connection(const ServerOptions& server, const std::string& id);

}  // namespace weft::cli
