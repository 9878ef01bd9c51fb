#pragma once

// What the verbs that ask a server are made of: the words that they may be told, and the options
// that all of them have.

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "cli/api_call.h"
#include "cli/remote.h"
#include "cli/remote_accounts.h"
#include "cli/remote_audit.h"
#include "cli/remote_backfill.h"
#include "cli/remote_edits.h"
#include "cli/remote_pools.h"
#include "cli/remote_records.h"
#include "cli/remote_workers.h"
#include "cli/verbs.h"

namespace weft::cli {

/// All that a client verb may be told.
struct Words {
  ServerOptions server;
  std::string context;  ///< --context
  std::string watch;    ///< seconds; "": once
  ListOptions list;
  TriggerOptions trigger;
  LogOptions log;
  BackfillOptions backfill;
  EventOptions event;
  ApprovalOptions approval;
  VariableOptions variable;
  ConnectionOptions connection;
  PoolOptions pool;
  InviteOptions invite;
  DrainOptions drain;
  std::string worker;
  ApiOptions api;
  UserOptions user;
  TokenOptions token;
  AuditOptions audit;
  bool all = false;
  int number = 0;     ///< a backfill's
  bool flag = false;  ///< whatever the verb's one flag is
  ClearOptions clear;
  MarkOptions mark;
  std::string dag, run, task, job, asset;
};

/// A verb and what it is told. Each has words of its own: the environment also sets those of verbs
/// that were not called.
struct Verb {
  CLI::App* app = nullptr;
  std::shared_ptr<Words> words = std::make_shared<Words>();

  const Verb& with_dag() const {
    app->add_option("DAG", words->dag, "the DAG's id")->required();
    return *this;
  }
  const Verb& with_run() const {
    with_dag();
    app->add_option("RUN", words->run, "the run's id")->required();
    return *this;
  }
  /// Prints again and again, if asked to.
  const Verb& with_watch() const;
  const Verb& with_page() const {
    with_watch();
    app->add_option("--limit", words->list.limit, "how many at most")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    app->add_option("--offset", words->list.offset, "leave so many out first")
        ->check(CLI::Range(0, 1'000'000'000));
    return *this;
  }
};

/// A verb with the options that all of them have; `act` gives the exit code.
Verb add_verb(CLI::App& parent, Exit& exit, const char* name, const char* help,
              std::function<int(const Words&)> act);
/// A verb that only has verbs of its own.
CLI::App& add_group(CLI::App& app, const char* name, const char* help);

/// assets, backfill, approvals: what makes runs, and what holds them.
void add_assets(CLI::App& app, Exit& exit);
void add_backfill(CLI::App& app, Exit& exit);
void add_approvals(CLI::App& app, Exit& exit);
/// variables, connections: what DAGs read and no file should hold.
void add_variables(CLI::App& app, Exit& exit);
void add_connections(CLI::App& app, Exit& exit);
/// pools, workers: where tasks find room, and run.
void add_pools(CLI::App& app, Exit& exit);
void add_workers(CLI::App& app, Exit& exit);
/// api: any call.
void add_api(CLI::App& app, Exit& exit);
/// users, tokens, whoami: who may do what.
void add_users(CLI::App& app, Exit& exit);
void add_tokens(CLI::App& app, Exit& exit);
void add_whoami(CLI::App& app, Exit& exit);
/// audit: who did what.
void add_audit(CLI::App& app, Exit& exit);

}  // namespace weft::cli
