#pragma once

// What people do to task instances, and to runs that are over. Part of the list in command.h.

#include <cstdint>
#include <string>

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

/// Forgets a run that is over, with all that came of it. Answers EditAnswer.
/// Errors: not_found, conflict (it isn't over, or an attempt of it lives).
struct DeleteRun {
  std::string dag_id, run_id;
  Actor actor;
};

/// What an edit has done by now.
struct EditAnswer {
  JobId job;                   ///< that goes on with it; 0: all is done
  std::int64_t runs = 0;       ///< looked at
  std::int64_t instances = 0;  ///< changed
};

}  // namespace weft
