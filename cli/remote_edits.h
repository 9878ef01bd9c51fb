#pragma once

// The client verbs that change runs and task instances which have begun.

#include <string>
#include <vector>

#include "cli/client.h"

namespace weft::cli {

struct ClearOptions {
  std::string dag, run;            ///< run "": all within the dates
  std::vector<std::string> tasks;  ///< "task" or "task[3]"; none: all
  std::string from, to;            ///< logical dates
  bool all_runs = false;
  bool upstream = false, downstream = false, past = false, future = false;
  bool only_failed = false, only_running = false;
  bool keep_run_state = false, latest_version = false, prevent_running = false;
  bool dry_run = false;
};
int clear_tasks(const ServerOptions& server, const ClearOptions& options);
/// Of one run, all tasks.
int clear_run(const ServerOptions& server, const ClearOptions& options);

struct MarkOptions {
  std::string dag, run, task, state, note;
  bool upstream = false, downstream = false, past = false, future = false;
  bool dry_run = false;
};
int mark_task(const ServerOptions& server, const MarkOptions& options);
int mark_run(const ServerOptions& server, const MarkOptions& options);

int cancel_task(const ServerOptions& server, const MarkOptions& options);
int cancel_run(const ServerOptions& server, const MarkOptions& options);
int delete_run(const ServerOptions& server, const std::string& dag, const std::string& run);

int list_jobs(const ServerOptions& server, int limit, int offset);
int show_job(const ServerOptions& server, const std::string& job);

}  // namespace weft::cli
