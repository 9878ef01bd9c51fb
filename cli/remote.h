#pragma once

// The verbs that ask a server. Each prints what it has to say and returns the exit code.

#include <string>

#include "cli/client.h"

namespace weft::cli {

struct ListOptions {
  int limit = 50;  ///< at most 100, which is the server's page
  int offset = 0;
  std::string filter;  ///< of DAGs: a part of the id; of runs: a state
};

int list_dags(const ServerOptions& server, const ListOptions& list);
int show_dag(const ServerOptions& server, const std::string& dag);
int pause_dag(const ServerOptions& server, const std::string& dag, bool is_paused);

struct TriggerOptions {
  std::string dag, conf, logical_date, run_id, note;
  bool wait = false;
};
/// With `wait`: 0 when the run succeeds, 1 when it fails.
int trigger_run(const ServerOptions& server, const TriggerOptions& options);
int list_runs(const ServerOptions& server, const std::string& dag, const ListOptions& list);
int show_run(const ServerOptions& server, const std::string& dag, const std::string& run);
int wait_run(const ServerOptions& server, const std::string& dag, const std::string& run);

/// A DAG's tasks, or with a run its task instances.
int list_tasks(const ServerOptions& server, const std::string& dag, const std::string& run,
               const ListOptions& list);
int show_task(const ServerOptions& server, const std::string& dag, const std::string& run,
              const std::string& task);

struct LogOptions {
  std::string dag, run, task;
  int try_number = 0;   ///< 0: the latest
  bool follow = false;  ///< also through the tries that are still to come
};
int show_log(const ServerOptions& server, const LogOptions& options);

int list_assets(const ServerOptions& server, const ListOptions& list);
/// The newest first; of all assets when `asset` is "". An asset is named by its id or its uri.
int list_asset_events(const ServerOptions& server, const std::string& asset,
                      const ListOptions& list);
struct EventOptions {
  std::string extra, partition;
};
int emit_asset_event(const ServerOptions& server, const std::string& asset,
                     const EventOptions& options);
/// Triggers the DAG that makes it.
int materialize_asset(const ServerOptions& server, const std::string& asset);

/// Approvals that wait for an answer, or all of them.
int list_approvals(const ServerOptions& server, bool all, const ListOptions& list);
struct ApprovalOptions {
  std::string dag, run, task, option, params;
  int map_index = -1;
};
int answer_approval(const ServerOptions& server, const ApprovalOptions& options);

/// Why a DAG makes no run, or a run, or a task of it, is not running.
int explain(const ServerOptions& server, const std::string& dag, const std::string& run,
            const std::string& task);

}  // namespace weft::cli
