#include "server/core/scheduler/transition.h"

#include <algorithm>
#include <array>

namespace weft {
namespace {

using S = TaskState;
using C = Cause;

constexpr Transition table[] = {
    {S::none, C::rule_says_run, S::scheduled},
    {S::none, C::rule_sets, S::skipped},
    {S::none, C::rule_sets, S::upstream_failed},
    {S::none, C::condition_false, S::skipped},
    {S::none, C::evaluation_failed, S::failed},
    {S::none, C::finished_inline, S::success},
    {S::none, C::nothing_to_map, S::skipped},
    {S::none, C::no_map_source, S::upstream_failed},
    {S::none, C::no_longer_mapped, S::removed},
    {S::removed, C::mapped_again, S::none},

    {S::scheduled, C::granted, S::queued},
    {S::queued, C::started, S::running},

    {S::queued, C::succeeded, S::success},  // its start and its result came in one call
    {S::queued, C::failed_finally, S::failed},
    {S::queued, C::skipped_itself, S::skipped},
    {S::queued, C::failed_retrying, S::up_for_retry},
    {S::queued, C::lost, S::scheduled},
    {S::queued, C::lost, S::up_for_retry},  // what its texts read can't be had: after a while
    {S::running, C::succeeded, S::success},
    {S::running, C::failed_finally, S::failed},
    {S::running, C::skipped_itself, S::skipped},
    {S::running, C::failed_retrying, S::up_for_retry},
    {S::running, C::lost, S::scheduled},
    {S::running, C::lost, S::up_for_retry},
    // A poke of a sensor found nothing; the next one continues the try.
    {S::running, C::found_nothing, S::up_for_reschedule},
    {S::up_for_reschedule, C::poke_due, S::scheduled},

    {S::up_for_retry, C::retry_due, S::scheduled},

    // Its trigger rule is asked again before each try.
    {S::scheduled, C::rule_waits_again, S::none},
    {S::up_for_retry, C::rule_waits_again, S::none},
    {S::up_for_reschedule, C::rule_waits_again, S::none},

    // Its concurrency_key can't be rendered: a try that no worker had.
    {S::scheduled, C::failed_finally, S::failed},
    {S::scheduled, C::failed_retrying, S::up_for_retry},
    {S::scheduled, C::queued_too_long, S::failed},

    // Tasks that need no worker.
    {S::scheduled, C::succeeded, S::success},
    {S::scheduled, C::skipped_itself, S::skipped},
    {S::scheduled, C::began_waiting, S::deferred},
    {S::scheduled, C::began_waiting, S::up_for_reschedule},
    {S::deferred, C::succeeded, S::success},
    {S::deferred, C::skipped_itself, S::skipped},
    {S::deferred, C::failed_finally, S::failed},
    {S::deferred, C::failed_retrying, S::up_for_retry},
    {S::up_for_reschedule, C::succeeded, S::success},
    {S::up_for_reschedule, C::skipped_itself, S::skipped},
    {S::up_for_reschedule, C::failed_finally, S::failed},
    {S::up_for_reschedule, C::failed_retrying, S::up_for_retry},

    {S::success, C::group_retried, S::none},
    {S::failed, C::group_retried, S::none},
    {S::skipped, C::group_retried, S::none},
    {S::upstream_failed, C::group_retried, S::none},
    // It was marked, and its attempt is still being killed.
    {S::success, C::group_retried, S::restarting},
    {S::failed, C::group_retried, S::restarting},
    {S::skipped, C::group_retried, S::restarting},

    {S::none, C::ended_with_run, S::skipped},
    {S::scheduled, C::ended_with_run, S::skipped},
    {S::up_for_retry, C::ended_with_run, S::skipped},
    {S::deferred, C::ended_with_run, S::skipped},
    {S::up_for_reschedule, C::ended_with_run, S::skipped},
    {S::queued, C::ended_with_run, S::failed},
    {S::running, C::ended_with_run, S::failed},
    // A person marked the whole run as a success.
    {S::none, C::ended_with_run, S::success},
    {S::scheduled, C::ended_with_run, S::success},
    {S::up_for_retry, C::ended_with_run, S::success},
    {S::deferred, C::ended_with_run, S::success},
    {S::up_for_reschedule, C::ended_with_run, S::success},
    {S::queued, C::ended_with_run, S::success},
    {S::running, C::ended_with_run, S::success},
    {S::failed, C::ended_with_run, S::success},
    {S::upstream_failed, C::ended_with_run, S::success},
    {S::skipped, C::ended_with_run, S::success},
    {S::restarting, C::ended_with_run, S::skipped},
    {S::restarting, C::ended_with_run, S::failed},
    {S::restarting, C::ended_with_run, S::success},

    {S::scheduled, C::cleared, S::none},
    {S::up_for_retry, C::cleared, S::none},
    {S::up_for_reschedule, C::cleared, S::none},
    {S::deferred, C::cleared, S::none},
    {S::success, C::cleared, S::none},
    {S::failed, C::cleared, S::none},
    {S::skipped, C::cleared, S::none},
    {S::upstream_failed, C::cleared, S::none},
    {S::removed, C::cleared, S::none},  // the task is there again
    // Its attempt lives: it runs, or it was marked and is being killed.
    {S::queued, C::cleared, S::restarting},
    {S::running, C::cleared, S::restarting},
    {S::success, C::cleared, S::restarting},
    {S::failed, C::cleared, S::restarting},
    {S::skipped, C::cleared, S::restarting},
    {S::restarting, C::restarted, S::none},

    {S::none, C::cancelled, S::failed},
    {S::scheduled, C::cancelled, S::failed},
    {S::up_for_retry, C::cancelled, S::failed},
    {S::up_for_reschedule, C::cancelled, S::failed},
    {S::deferred, C::cancelled, S::failed},
    {S::restarting, C::cancelled, S::failed},

    {S::none, C::task_gone, S::removed},
    {S::success, C::task_gone, S::removed},
    {S::failed, C::task_gone, S::removed},
    {S::skipped, C::task_gone, S::removed},
    {S::upstream_failed, C::task_gone, S::removed},

    {S::none, C::marked, S::success},
    {S::none, C::marked, S::failed},
    {S::none, C::marked, S::skipped},
    {S::scheduled, C::marked, S::success},
    {S::scheduled, C::marked, S::failed},
    {S::scheduled, C::marked, S::skipped},
    {S::queued, C::marked, S::success},
    {S::queued, C::marked, S::failed},
    {S::queued, C::marked, S::skipped},
    {S::running, C::marked, S::success},
    {S::running, C::marked, S::failed},
    {S::running, C::marked, S::skipped},
    {S::restarting, C::marked, S::success},
    {S::restarting, C::marked, S::failed},
    {S::restarting, C::marked, S::skipped},
    {S::up_for_retry, C::marked, S::success},
    {S::up_for_retry, C::marked, S::failed},
    {S::up_for_retry, C::marked, S::skipped},
    {S::up_for_reschedule, C::marked, S::success},
    {S::up_for_reschedule, C::marked, S::failed},
    {S::up_for_reschedule, C::marked, S::skipped},
    {S::deferred, C::marked, S::success},
    {S::deferred, C::marked, S::failed},
    {S::deferred, C::marked, S::skipped},
    {S::success, C::marked, S::failed},
    {S::success, C::marked, S::skipped},
    {S::failed, C::marked, S::success},
    {S::failed, C::marked, S::skipped},
    {S::skipped, C::marked, S::success},
    {S::skipped, C::marked, S::failed},
    {S::upstream_failed, C::marked, S::success},
    {S::upstream_failed, C::marked, S::failed},
    {S::upstream_failed, C::marked, S::skipped},
};

}  // namespace

std::span<const Transition> transitions() {
  return table;
}

bool is_legal(TaskState from, Cause cause, TaskState to) {
  return std::any_of(std::begin(table), std::end(table), [&](const Transition& t) {
    return t.from == from && t.cause == cause && t.to == to;
  });
}

bool is_work(Cause cause) {
  return cause == Cause::succeeded || cause == Cause::finished_inline;
}

std::string_view name_of(Cause cause) {
  constexpr std::array<std::string_view, 29> names{
      "rule_says_run",   "rule_sets",      "condition_false",  "evaluation_failed",
      "nothing_to_map",  "no_map_source",  "no_longer_mapped", "mapped_again",
      "finished_inline", "granted",        "started",          "succeeded",
      "failed_finally",  "skipped_itself", "failed_retrying",  "retry_due",
      "found_nothing",   "poke_due",       "rule_waits_again", "queued_too_long",
      "began_waiting",   "lost",           "group_retried",    "ended_with_run",
      "cleared",         "restarted",      "marked",           "cancelled",
      "task_gone"};
  return names[static_cast<std::size_t>(cause)];
}

}  // namespace weft
