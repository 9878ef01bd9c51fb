#pragma once

// The verbs of `weft backfill`. Each prints what it has to say and returns the exit code.

#include <string>
#include <vector>

#include "cli/remote.h"

namespace weft::cli {

struct BackfillOptions {
  std::string dag, from, to, conf;
  std::string reprocess = "none";
  std::vector<std::string> tasks;  ///< only these; empty: all
  bool downstream = false;         ///< and all that they lead to
  int max_active_runs = 10;
  bool backwards = false;
  bool latest = false;   ///< runs have the newest version of the DAG, not that of now
  bool dry_run = false;  ///< only say what would be done
  bool wait = false;     ///< show the progress until the end
};

int create_backfill(const ServerOptions& server, const BackfillOptions& options);
int list_backfills(const ServerOptions& server, const std::string& dag, const ListOptions& list);
/// With `wait`: 0 when all runs succeeded, 1 when one failed or it was cancelled.
int show_backfill(const ServerOptions& server, int backfill, bool wait);
int pause_backfill(const ServerOptions& server, int backfill, bool is_paused);
int cancel_backfill(const ServerOptions& server, int backfill, bool cancel_running);

/// `[######----]  60 of 100, 4 running, 1 failed` of a backfill as the server shows it.
std::string progress_line(const nlohmann::json& backfill, std::size_t width = 40);

}  // namespace weft::cli
