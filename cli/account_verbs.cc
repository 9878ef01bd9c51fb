// users, tokens, whoami: who may do what.

#include "cli/client_verb.h"

namespace weft::cli {
namespace {

const Verb& with_user(const Verb& verb) {
  verb.app->add_option("USER", verb.words->user.name, "the user's name")->required();
  return verb;
}

/// What a user may do, of `add` and `set`.
void add_rights(const Verb& verb) {
  UserOptions& user = verb.words->user;
  verb.app->add_option("--role", user.role, "over everything; none for what is granted only")
      ->check(CLI::IsMember({"viewer", "operator", "editor", "admin", "none"}));
  verb.app
      ->add_option("--grant", user.grants,
                   "ROLE=DAG: a role over one DAG; may be repeated. All "
                   "grants are replaced")
      ->allow_extra_args(false);
  verb.app
      ->add_option("--grant-tag", user.tag_grants,
                   "ROLE=TAG: a role over all DAGs with a tag; may be repeated")
      ->allow_extra_args(false);
  verb.app->add_option("--display-name", user.display_name, "as the web page shows it");
}

void add_set(CLI::App& group, Exit& exit) {
  const Verb set = add_verb(group, exit, "set", "Change what a user may do",
                            [](const Words& w) { return set_user(w.server, w.user); });
  add_rights(with_user(set));
  UserOptions& user = set.words->user;
  set.app->add_flag("--no-grants", user.no_grants, "take all grants away");
  auto* disable = set.app->add_flag("--disable", user.disable, "refuse this user from now on");
  set.app->add_flag("--enable", user.enable, "let this user in again")->excludes(disable);
}

}  // namespace

void add_users(CLI::App& app, Exit& exit) {
  CLI::App& group = add_group(app, "users", "Who may sign in, and do what");
  const Verb list = add_verb(group, exit, "list", "List users",
                             [](const Words& w) { return list_users(w.server, w.list); });
  list.with_page();
  list.app->add_option("--search", list.words->list.filter, "only names with this in them");
  const Verb add =
      add_verb(group, exit, "add", "Add a user; the password is asked for, or a line of stdin",
               [](const Words& w) { return add_user(w.server, w.user); });
  add_rights(with_user(add));
  add.app->add_flag("--no-password", add.words->user.no_password,
                    "nobody can sign in as this user with a password");
  add_set(group, exit);
  with_user(add_verb(group, exit, "delete", "Delete a user and all of the user's tokens",
                     [](const Words& w) { return delete_user(w.server, w.user.name); }));
  const Verb password =
      add_verb(group, exit, "password", "Change a password; sessions end, API tokens stay",
               [](const Words& w) { return set_password(w.server, w.user.name); });
  password.app->add_option("USER", password.words->user.name, "another user's; else the own one");
}

void add_tokens(CLI::App& app, Exit& exit) {
  CLI::App& group = add_group(app, "tokens", "What scripts show instead of a password");
  const Verb list = add_verb(group, exit, "list", "List the own tokens and sessions",
                             [](const Words& w) { return list_tokens(w.server, w.token, w.list); });
  list.with_page();
  list.app->add_option("--user", list.words->token.user, "another user's; ~ for all");
  const Verb create = add_verb(group, exit, "create", "Make a token and print it, this once",
                               [](const Words& w) { return create_token(w.server, w.token); });
  TokenOptions& token = create.words->token;
  create.app->add_option("NAME", token.name, "what it is for")->required();
  create.app->add_option("--role", token.role, "no more than this, whatever you may do")
      ->check(CLI::IsMember({"viewer", "operator", "editor", "admin"}));
  auto* days = create.app
                   ->add_option("--days", token.days,
                                "how long it is valid; else 90, or as long as the token in use")
                   ->check(CLI::Range(1, 36'500));
  create.app->add_flag("--forever", token.forever, "until it is deleted")->excludes(days);
  const Verb remove = add_verb(group, exit, "delete", "Delete a token: it is refused at once",
                               [](const Words& w) { return delete_token(w.server, w.token.id); });
  remove.app->add_option("TOKEN", remove.words->token.id, "its id, as in the list")->required();
}

void add_whoami(CLI::App& app, Exit& exit) {
  add_verb(app, exit, "whoami", "Print whose token is used, and what it may",
           [](const Words& w) { return whoami(w.server); });
}

}  // namespace weft::cli
