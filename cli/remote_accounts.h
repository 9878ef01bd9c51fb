#pragma once

// users, tokens, whoami: who may do what.

#include <string>
#include <vector>

#include "cli/remote.h"

namespace weft::cli {

struct UserOptions {
  std::string name, role, display_name;
  std::vector<std::string> grants, tag_grants;  ///< ROLE=DAG, ROLE=TAG
  bool no_grants = false, disable = false, enable = false;
  bool no_password = false;  ///< of a new user: signs in elsewhere, or not at all
};

int list_users(const ServerOptions& server, const ListOptions& list);
/// Asks for the password.
int add_user(const ServerOptions& server, const UserOptions& options);
/// What the options name.
int set_user(const ServerOptions& server, const UserOptions& options);
int delete_user(const ServerOptions& server, const std::string& name);
/// Of another user, or with "" the own one, which asks for the old one first.
int set_password(const ServerOptions& server, const std::string& name);

struct TokenOptions {
  std::string id, name, role, user;
  int days = 0;  ///< 0: what the server takes, 90 or until the end of the token in use
  bool forever = false;
};

/// The own ones; of `options.user`, or all with "~".
int list_tokens(const ServerOptions& server, const TokenOptions& options, const ListOptions& list);
/// Prints the token alone on stdout.
int create_token(const ServerOptions& server, const TokenOptions& options);
int delete_token(const ServerOptions& server, const std::string& id);

int whoami(const ServerOptions& server);

}  // namespace weft::cli
