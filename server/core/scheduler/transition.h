#pragma once

// Every legal change of a task instance's state, as a table {sources, cause, destination}. A
// transition that is not in it aborts the process: it would be a bug, and the run's history is
// worth more than the next answer.

#include <span>
#include <string_view>

#include "proto/wire/vocabulary.h"

namespace weft {

/// Why an instance changes its state.
enum class Cause : std::uint8_t {
  rule_says_run,      ///< the trigger rule and `when` say run
  rule_sets,          ///< the trigger rule sets skipped or upstream_failed
  condition_false,    ///< `when` is false, or a branch did not choose it
  evaluation_failed,  ///< `when`, a case or `expand` could not be evaluated
  nothing_to_map,     ///< mapped over no element
  no_map_source,      ///< the output that it is mapped over is missing
  no_longer_mapped,   ///< mapped anew over fewer elements
  mapped_again,       ///< mapped anew over more
  finished_inline,    ///< noop and branch
  granted,            ///< admission: an attempt was made
  started,            ///< the worker said so
  succeeded,
  failed_finally,
  skipped_itself,  ///< the skip exit code
  failed_retrying,
  retry_due,
  found_nothing,  ///< a poke of a sensor
  poke_due,
  rule_waits_again,  ///< an upstream was cleared or marked before the next try began
  queued_too_long,   ///< on_queued_timeout: fail
  began_waiting,     ///< a task that needs no worker: what it waits for isn't here yet
  lost,              ///< the attempt's infrastructure is gone: a new attempt
  group_retried,     ///< a member of its group has failed: the whole group runs again
  ended_with_run,    ///< cancel, fail_fast, dagrun_timeout, a mark of the run
  cleared,           ///< by a person, or since what it followed from was marked otherwise
  restarted,         ///< cleared while it ran: its attempt has ended
  marked,            ///< by a person
  cancelled,         ///< by a person, before it ran
  task_gone,         ///< the run moved to a version without the task, or its backfill left it out
};

struct Transition {
  TaskState from;
  Cause cause;
  TaskState to;
};

/// All legal transitions.
std::span<const Transition> transitions();
bool is_legal(TaskState from, Cause cause, TaskState to);
/// Did the task do what it is there for, rather than a person say so?
bool is_work(Cause cause);

std::string_view name_of(Cause cause);

}  // namespace weft
