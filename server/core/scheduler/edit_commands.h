#pragma once

// What people do to task instances, and to runs that are over. Part of the list in command.h.

#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

#include "base/ids.h"
#include "server/core/scheduler/actor.h"
#include "server/core/scheduler/selection.h"

namespace weft {

/// Clears or marks task instances. What is more than one step may change goes on as a job.
/// Answers EditAnswer. Errors: not_found (DAG, run), invalid_argument (past or future without a
/// run that has a logical date; dates the wrong way round), conflict (prevent_running, and one of
/// them runs).
struct EditTasks {
  Edit edit;
  bool prevent_running = false;
  Actor actor;
};

/// Kills the attempt; the instance fails with reason "cancelled" and is not retried. One that waits
/// fails at once. Errors: not_found, conflict (it is over).
struct CancelTask {
  std::string dag_id, run_id, task_id;
  std::int32_t map_index = -1;
  Actor actor;
};

/// Errors: not_found.
struct SetTaskNote {
  std::string dag_id, run_id, task_id;
  std::int32_t map_index = -1;
  std::string note;
  Actor actor;
};

/// A person corrects an output of a task instance that is over: what its downstreams read from now
/// on. Errors: not_found (DAG, run, instance; update: the key), conflict (create: the key is there;
/// the instance is not over), unprocessable (the key, too large).
struct SetOutput {
  enum class Mode : std::uint8_t { create, update };
  std::string dag_id, run_id, task_id;
  std::int32_t map_index = -1;
  std::string key;
  nlohmann::json value;
  Mode mode = Mode::create;
  Actor actor;
};
/// Errors: not_found, conflict (the instance is not over).
struct DeleteOutput {
  std::string dag_id, run_id, task_id;
  std::int32_t map_index = -1;
  std::string key;
  Actor actor;
};

/// Forgets what is left in a run of a task that the run's version no longer has. Errors: not_found,
/// conflict (the task is one of the run's; elements of a map behind it are still there).
struct DeleteTask {
  std::string dag_id, run_id, task_id;
  std::int32_t map_index = -1;
  Actor actor;
};

/// Forgets a run that is over, with all that came of it. Answers EditAnswer.
/// Errors: not_found, conflict (it isn't over, or an attempt of it lives).
struct DeleteRun {
  std::string dag_id, run_id;
  Actor actor;
};

/// Forgets the runs of a DAG that ended before `before`, of those that were made up to `last`, with
/// all that came of them. What is not at rest stays. Answers EditAnswer. Errors: not_found.
struct DeleteRuns {
  std::string dag_id;
  RunId last;
  Instant before{};
  Actor actor;
};

/// Forgets a DAG with its runs, versions and backfills. While its file is there it begins anew at
/// once, as a DAG that nobody has seen before. Answers EditAnswer.
/// Errors: not_found, conflict (a run of it is not at rest, a job works on it).
struct DeleteDag {
  std::string dag_id;
  Actor actor;
};

/// What an edit has done by now.
struct EditAnswer {
  JobId job;                   ///< that goes on with it; 0: all is done
  std::int64_t runs = 0;       ///< looked at
  std::int64_t instances = 0;  ///< changed
};

}  // namespace weft
