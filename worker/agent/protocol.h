#pragma once

// The worker's side of the protocol as a state machine without I/O, clock or threads:
//
//   inputs:  what the runner says, answers and failures of calls, requests to stop, the time
//   outputs: calls to make, words to the runner, results to spool, the end
//
//   no runner ─► registering ─► handing in what dead sessions finished ─► active
//                    ▲                                                       │
//                    └── a runner died, the server forgot the session or the key ◄┘
//
// While active there is at most one `results` and one `sync` call in flight. Results gather while
// one is in flight. A free worker holds a waiting sync; a full one lives by the answers to its
// results and syncs only when none came for a while. All times are boottime microseconds.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proto/wire/worker.h"
#include "worker/agent/backoff.h"
#include "worker/duration_units.h"
#include "worker/runner/arrived_leases.h"
#include "worker/runner/messages.h"
#include "worker/runner/seen_attempts.h"

namespace weft::worker {

enum class CallKind : std::uint8_t { registration, sync, results };

/// One POST to make. `serial` comes back with the answer.
struct ProtocolCall {
  CallKind kind{};
  std::string path;
  std::string body;
  std::int64_t timeout_us = 0;
  std::uint64_t serial = 0;
};

/// What came of a call: status 0 is a failure of the network.
struct CallAnswer {
  CallKind kind{};
  std::uint64_t serial = 0;
  int status = 0;
  std::string body;  ///< or the words for the failure
};

/// The agent shall end.
struct AgentExit {
  int code = 0;
  std::string message;  ///< "" when all is well
};

struct SpooledResult {
  std::string session;
  wire::AttemptResult result;
};

/// What a turn asks for.
struct ProtocolOutput {
  std::vector<ProtocolCall> calls;
  RunnerCommand runner;
  bool clear_spool = false;             ///< all that was spooled before is handed in: first this
  std::vector<SpooledResult> to_spool;  ///< the server or the runner is gone: keep them on disk
  bool clear_dead_sessions = false;     ///< the server knows of them now
  bool abort_calls = false;             ///< what is in flight is of no use any more
  std::vector<std::int64_t> settled;    ///< attempts whose result the server has judged
  std::string new_key;                  ///< for all further calls, to be kept; "": as before
  bool use_join_token = false;          ///< the key is taken no more: join again
  std::vector<std::string> notes;       ///< for the operator
  std::optional<AgentExit> exit;
};

/// Who this worker is.
struct WorkerIdentity {
  std::string name;
  std::string host;
  std::string version;
  int slots = 8;
  std::vector<std::string> queues;
  std::string database_id;  ///< of the server it worked for before, or empty
  bool has_key = false;     ///< from when it joined; calls show it
  bool has_token = true;    ///< with which it may join, when it has no key or that is refused
};

class Protocol {
 public:
  Protocol(WorkerIdentity identity, std::uint64_t seed)
      : identity_(std::move(identity)), backoff_(seed) {}

  /// What earlier lives left: sessions of which no process is alive but the server doesn't know
  /// it yet, and results on disk. Before the first runner_up.
  void restore(std::vector<std::string> dead_sessions, std::vector<SpooledResult> spooled);

  /// A runner said hello: a new one, or the same on a new connection.
  void runner_up(const RunnerHello& hello);
  /// The runner and all of its attempts are surely dead.
  void runner_lost();
  /// A session of which surely no process is left, to be told to the server. Once is enough.
  void add_dead_session(const std::string& session);
  void attempt_started(const StartedAttempt& started, std::int64_t now);
  void attempt_finished(wire::AttemptResult result);

  /// These could not be put on disk: they are asked for again.
  void not_spooled(const std::vector<SpooledResult>& results);

  void answered(const CallAnswer& answer, std::int64_t now);

  /// No new leases; end once all is handed in. After `limit_us` what still runs is cancelled.
  void drain(std::int64_t now, std::int64_t limit_us);
  /// As drain, but cancels what runs now.
  void cancel_all();
  bool draining() const { return draining_; }

  /// Decides what to do at `now`, and takes it out.
  ProtocolOutput advance(std::int64_t now);
  /// When advance must be called if nothing happens before.
  std::int64_t wakeup() const { return wakeup_; }

  /// Facts of the server's answer to the registration; zero ids before it came.
  const wire::RegisterResponse& server() const { return server_; }
  /// When the runner kills all attempts if the lease is not renewed, in boottime µs; 0 = not known.
  std::int64_t lease_end() const { return lease_end_; }
  bool is_active() const { return phase_ == Phase::active; }
  bool holds_nothing() const {
    return held_.empty() && waiting_results_.empty() && old_.empty() && aside_.empty();
  }

 private:
  enum class Phase : std::uint8_t { no_runner, registering, handing_in, active };

  struct Held {
    bool cancel_sent = false;
    bool finished = false;
  };
  struct Flight {
    std::uint64_t serial = 0;
    bool draining = false;
    std::int64_t sent_at = 0;
    std::string dead_session;  ///< whose results it hands in; "" = of the living one
    std::vector<wire::AttemptResult> results;
    std::vector<std::int64_t> starts;
  };

  void decide(std::int64_t now);
  void decide_active(std::int64_t now);
  void decide_end(std::int64_t now);
  void send_register(std::int64_t now);
  void send_old_results(std::int64_t now);
  void send_results(std::int64_t now);
  void send_sync(std::int64_t now);
  void call(CallKind kind, std::string body, std::int64_t now, std::int64_t timeout_us);
  void fill_starts(std::vector<std::int64_t>& started, std::vector<std::int64_t>& started_at,
                   const std::map<std::int64_t, std::int64_t>& starts, Flight& flight);
  std::vector<wire::AttemptResult> take_batch(std::vector<wire::AttemptResult>& from) const;

  void on_registered(const CallAnswer& answer, const Flight& flight, std::int64_t now);
  void on_synced(const CallAnswer& answer, Flight& flight, std::int64_t now);
  void on_results(const CallAnswer& answer, Flight& flight, std::int64_t now);
  void on_failed(const CallAnswer& answer, Flight& flight, std::int64_t now);
  void refuse_results(const CallAnswer& answer, const std::string& dead_session,
                      std::size_t carried, std::int64_t now);
  void put_aside(const CallAnswer& answer, const std::string& dead_session, std::int64_t now);
  void take_up_aside(std::int64_t now);
  void cannot_use(const std::string& why, std::int64_t now);
  bool is_fatal(const CallAnswer& answer);
  bool joins_again(const CallAnswer& answer);
  std::vector<wire::AttemptResult>& queue_of(const std::string& dead_session);
  void give_back(Flight& flight);
  void settle_all(Flight& flight);
  void forget_if_empty(const std::string& dead_session);
  void went_well(const Flight& flight, std::int64_t now);
  void try_later(std::int64_t now);
  void settle(const wire::AttemptResult& result);
  void take_leases(std::vector<wire::Lease>& leases);
  void take_cancels(const std::vector<std::int64_t>& cancels);
  void renew_lease(std::int64_t sent_at, std::int64_t lease_ms);
  void spool_waiting();
  void end(AgentExit exit);
  void wake_at(std::int64_t at) { wakeup_ = std::min(wakeup_, at); }
  bool in_flight(CallKind kind) const { return flights_.contains(kind); }

  WorkerIdentity identity_;
  Backoff backoff_;
  wire::RegisterResponse server_;
  Phase phase_ = Phase::no_runner;
  std::string session_;
  std::vector<std::string> dead_sessions_;
  std::map<std::string, std::vector<wire::AttemptResult>> old_;  ///< results of dead sessions
  ArrivedLeases arrived_;
  SeenAttempts seen_;
  std::map<std::int64_t, Held> held_;
  std::vector<wire::AttemptResult> waiting_results_;
  std::map<std::int64_t, std::int64_t> starts_to_tell_;  ///< attempt → when; by any call
  std::map<std::int64_t, std::int64_t> starts_to_sync_;  ///< the same, until a sync told it
  std::int64_t starts_due_ = 0;
  std::map<CallKind, Flight> flights_;
  std::uint64_t last_serial_ = 0;
  std::int64_t retry_at_ = 0;
  std::int64_t offline_since_ = 0;  ///< 0 = the last call was answered
  std::int64_t stuck_since_ = 0;    ///< 0 = the last results were judged
  /// Too large for something between the server and us: tried again at aside_until_.
  std::vector<wire::AttemptResult> aside_;
  std::int64_t aside_until_ = 0;
  std::int64_t last_answer_ = 0;
  std::int64_t last_sync_ = 0;
  bool one_by_one_ = false;  ///< a batch was refused: find the result that is to blame
  std::int64_t lease_sent_at_ = 0;
  std::int64_t lease_end_ = 0;
  std::int64_t told_lease_end_ = 0;
  bool draining_ = false;
  bool drain_told_ = false;
  bool cancel_when_up_ = false;
  std::int64_t drain_until_ = 0;
  std::set<std::int64_t> spooled_;
  std::int64_t wakeup_ = 0;
  std::string key_refusal_;  ///< why the server did not take the key
  ProtocolOutput out_;
};

}  // namespace weft::worker
