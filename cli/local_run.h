#pragma once

// A DAG run without a server: the server's own engine over a database in memory, and a runner of
// its own, both ended with the run.
//
//   TriggerRun ─► EngineCore ─► LeaseGranted ─► render ─► runner ─► result ─► FinishAttempts ─┐
//                     ▲───────────────────────────────────────────────────────────────────────┘

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/run_view.h"
#include "server/dispatch/render.h"
#include "server/engine/engine_clock.h"
#include "server/engine/engine_core.h"
#include "server/storage/writer.h"
#include "worker/runner/client.h"
#include "worker/runner/unique_fd.h"

namespace weft::cli {

enum class ShownLogs { failed, all, none };

struct LocalRunOptions {
  std::shared_ptr<const Dag> dag;
  std::string root;  ///< absolute: where relative `cwd` start
  std::optional<Instant> logical_date;
  DataInterval data_interval;
  nlohmann::json conf;
  int slots = 8;
  ShownLogs logs = ShownLogs::failed;
};

/// A copy that only runs when it is triggered: the schedule must make no runs of its own here.
std::shared_ptr<const Dag> without_schedule(const Dag& dag);

/// A copy with one task, which waits for nothing.
std::shared_ptr<const Dag> only_task(const Dag& dag, const Task& task);

/// Single-threaded. SIGINT and SIGTERM cancel the run, a second one ends it at once.
class LocalRun {
 public:
  /// Errors: unavailable (no runner, no room for its files), unprocessable (conf).
  static Result<std::unique_ptr<LocalRun>> start(LocalRunOptions options, RunView& view);
  /// Ends the runner with what it still runs, and removes its files.
  ~LocalRun();

  /// Until the run has ended and nothing of it runs. Errors: unavailable when the runner died.
  Result<RunState> finish();

 private:
  struct Folder;
  LocalRun(LocalRunOptions options, RunView& view, std::unique_ptr<Folder> folder,
           std::unique_ptr<storage::Writer> writer, worker::RunnerClient runner);

  Result<void> set_up();
  Result<Answer> call(Command command);
  void run_engine();
  void apply_effects();
  void grant(const LeaseGranted& granted);
  void on_commit();
  void show_row(const Change& row);
  Result<void> wait();
  void on_signals();
  void on_report(worker::RunnerReport report);
  void keep_log(const wire::AttemptResult& result);
  std::chrono::milliseconds until_next();
  bool is_over() const { return is_terminal(run_.state) && held_.empty(); }
  void post(Command command) { posted_.push_back({std::move(command), {}}); }

  LocalRunOptions options_;
  RunView& view_;
  std::unique_ptr<Folder> folder_;  ///< outlives the runner
  SystemClock clock_;
  std::unique_ptr<storage::Writer> writer_;
  EngineCore core_;
  dispatch::Renderer renderer_;
  worker::RunnerClient runner_;
  worker::UniqueFd signals_;
  int signals_seen_ = 0;

  std::vector<PostedCommand> posted_;
  std::vector<Change> uncommitted_;
  std::vector<Effect> effects_;
  worker::RunnerCommand to_runner_;
  RunRow run_;
  std::map<std::int64_t, std::string> task_of_;  ///< by attempt
  std::set<std::int64_t> held_;                  ///< granted, their end not yet taken
  std::int64_t acked_ = 0;
  std::vector<std::string> logs_;  ///< to be shown behind the transition that they belong to
};

}  // namespace weft::cli
