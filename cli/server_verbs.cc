// pools, workers and api: the server itself.

#include "cli/client_verb.h"

namespace weft::cli {

void add_pools(CLI::App& app, Exit& exit) {
  CLI::App& group = add_group(app, "pools", "How many tasks of a kind run at the same time");
  const Verb list = add_verb(group, exit, "list", "List pools",
                             [](const Words& w) { return list_pools(w.server, w.list); });
  list.with_page();
  list.app->add_option("--search", list.words->list.filter, "only names with this in them");
  const auto named = [&](const char* name, const char* help, std::function<int(const Words&)> act) {
    const Verb verb = add_verb(group, exit, name, help, std::move(act));
    verb.app->add_option("POOL", verb.words->pool.name, "the pool's name")->required();
    return verb;
  };
  named("show", "Show a pool", [](const Words& w) {
    return show_pool(w.server, w.pool.name);
  }).with_watch();
  const Verb set = named("set", "Make or change a pool",
                         [](const Words& w) { return set_pool(w.server, w.pool); });
  PoolOptions& pool = set.words->pool;
  set.app->add_option("SLOTS", pool.slots, "how many; -1: no limit")
      ->required()
      ->check(CLI::Range(-1, 1'000'000'000));
  set.app->add_option("--description", pool.description, "what it is for");
  named("delete", "Delete a pool",
        [](const Words& w) { return delete_pool(w.server, w.pool.name); });
}

void add_workers(CLI::App& app, Exit& exit) {
  CLI::App& group = add_group(app, "workers", "Where tasks run");
  add_verb(group, exit, "list", "List workers, what they run, and when they were last heard of",
           [](const Words& w) { return list_workers(w.server, w.list); })
      .with_page();
  const Verb invite = add_verb(group, exit, "invite",
                               "Make a token with which a worker joins and print it, this once",
                               [](const Words& w) { return invite_worker(w.server, w.invite); });
  InviteOptions& options = invite.words->invite;
  auto* once = invite.app->add_flag("--once", options.once,
                                    "for one worker, within 24 hours; so it is unless --hours");
  invite.app->add_option("--hours", options.hours, "for any number of workers, so long")
      ->check(CLI::Range(1, 24 * 365))
      ->excludes(once);
  invite.app->add_option("--name", options.name,
                         "only for the worker of this name, also in the place of one that has it");
  invite.app->add_option("--queues", options.queues, "the only ones that it may serve, with commas")
      ->delimiter(',');
  add_verb(group, exit, "invites", "List the tokens with which workers join", [](const Words& w) {
    return list_invites(w.server, w.list);
  }).with_page();
  const Verb uninvite =
      add_verb(group, exit, "uninvite", "Delete such a token; who has joined with it stays",
               [](const Words& w) { return delete_invite(w.server, w.invite.id); });
  uninvite.app->add_option("INVITE", uninvite.words->invite.id, "its id, as in the list")
      ->required();
  const Verb drain =
      add_verb(group, exit, "drain", "Give a worker nothing new; what it runs goes on",
               [](const Words& w) { return drain_worker(w.server, w.drain); });
  drain.app->add_option("WORKER", drain.words->drain.name, "its name")->required();
  drain.app->add_flag("--wait", drain.words->drain.wait, "until it runs nothing");
  const Verb undrain = add_verb(group, exit, "undrain", "Give a drained worker work again",
                                [](const Words& w) { return drain_worker(w.server, w.drain); });
  undrain.words->drain.is_drained = false;
  undrain.app->add_option("WORKER", undrain.words->drain.name, "its name")->required();
  const Verb revoke =
      add_verb(group, exit, "revoke", "Refuse a worker from now on, until it is invited again",
               [](const Words& w) { return revoke_worker(w.server, w.worker); });
  revoke.app->add_option("WORKER", revoke.words->worker, "its name")->required();
}

void add_api(CLI::App& app, Exit& exit) {
  const Verb verb = add_verb(app, exit, "api", "Call the REST API and print the answer as it is",
                             [](const Words& w) { return call_api(w.server, w.api); });
  ApiOptions& api = verb.words->api;
  verb.app->add_option("METHOD", api.method, "GET, POST, PUT, PATCH or DELETE")
      ->required()
      ->check(CLI::IsMember({"GET", "POST", "PUT", "PATCH", "DELETE"}, CLI::ignore_case));
  verb.app
      ->add_option("PATH", api.path,
                   "with or without /api/v2 in front, such as '/dags?limit=3'; see /docs of the "
                   "server")
      ->required();
  verb.app->add_option("--data,-d", api.data, "the body: JSON, @FILE, or - for stdin");
  verb.app->add_option("-H,--header", api.headers, "\"Name: value\"; may be repeated")
      ->allow_extra_args(false);
  verb.app->add_flag("-i,--include", api.include, "print the status and the headers, too");
  verb.with_watch();
}

}  // namespace weft::cli
