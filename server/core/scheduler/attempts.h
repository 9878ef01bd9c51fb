#pragma once

// Attempts and the sessions that hold them: leases, liveness, retries. Knows no DAG and no run.
//
//   granted ─► queued ─► running ─► success | failed | skipped | timed_out | cancelled
//                 └─────────┴─────► lost (its session's lease ran out, or the worker dropped it)

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/instant.h"
#include "server/core/dag/dag.h"
#include "server/core/scheduler/change.h"
#include "server/core/scheduler/instance_index.h"

namespace weft {

/// An attempt without an outcome.
struct ActiveAttempt {
  AttemptRow row;
  InstanceIndex instance;
  bool cancel = false;  ///< the worker was asked to kill it
  /// Why it can't be rendered again: the reason for `cancel`, so its end is a failed try.
  std::string unrendered;
  AttemptState unrendered_as = AttemptState::failed;  ///< failed, or lost
  bool may_run = false;  ///< its lease was sent before: a worker may have it
  /// Its instance was settled without it (a mark): the outcome is recorded, nothing else.
  bool detached = false;
  OnLost on_lost = OnLost::retry;
};

/// One life of a worker's runner.
struct Session {
  std::string id;
  WorkerId worker;
  int slots = 0;
  std::vector<std::string> queues;
  Duration last_seen{};    ///< steady
  Duration lease_until{};  ///< steady
  bool draining = false;   ///< it ends when what it runs has ended
  bool drained = false;    ///< its worker's is_drained
  bool unreachable = false;
  std::int32_t timer = 0;      ///< the timer that counts; older ones are void
  bool replaced = false;       ///< a newer session of the worker exists: no new leases
  std::set<AttemptId> leases;  ///< its attempts without an outcome

  int free() const { return slots - static_cast<int>(leases.size()); }
  /// Of its worker, while it is heard of.
  WorkerRow::State state() const {
    return draining || drained ? WorkerRow::State::draining : WorkerRow::State::online;
  }
  bool open() const { return state() == WorkerRow::State::online && !unreachable && !replaced; }
};

class Attempts {
 public:
  Session* session(const std::string& id);
  const Session* session(const std::string& id) const;
  /// The worker's session that gets leases, or null.
  Session* session_of(WorkerId worker);
  Session& add_session(Session session);
  /// REQUIRES: it holds no attempt.
  void remove_session(const std::string& id);
  const std::map<std::string, Session>& sessions() const { return sessions_; }

  ActiveAttempt* find(AttemptId id);
  const ActiveAttempt* find(AttemptId id) const;
  ActiveAttempt& add(ActiveAttempt attempt);
  /// Takes it out of its session's leases too.
  void remove(AttemptId id);
  const std::unordered_map<AttemptId, ActiveAttempt>& active() const { return active_; }

  /// The live attempt that its session was given before this one; 0: none.
  AttemptId lease_before(const AttemptRow& row) const;
  /// Attempts that the worker had received (up to acked) and no longer lists.
  std::vector<AttemptId> dropped(const Session& session, std::int64_t acked,
                                 const std::vector<std::int64_t>& held) const;

 private:
  std::map<std::string, Session> sessions_;
  std::unordered_map<WorkerId, std::string> current_;
  std::unordered_map<AttemptId, ActiveAttempt> active_;
};

/// What follows a try's end.
struct AfterTry {
  TaskState state =
      TaskState::failed;  ///< success, skipped, failed, up_for_retry, or scheduled (lost)
  Duration delay{};       ///< up_for_retry: how long to wait
  bool counts_as_failure = false;
  bool counts_as_loss = false;
};

/// What identifies a try, for the jitter's hash.
struct TryIdentity {
  std::string_view dag_id, run_id, task_id;
  int map_index = -1;
  int try_number = 1;
};

/// The retry rules (scheduling.md, "Retries"). `failures` and `losses` are those before this end.
AfterTry after_try(const RetryPolicy& policy, AttemptState outcome, int exit_code, int failures,
                   int losses, int max_losses, const TryIdentity& identity);

/// The delay before try `failures + 1`, with jitter from a hash of the identity.
Duration retry_delay(const RetryPolicy& policy, int failures, const TryIdentity& identity);

}  // namespace weft
