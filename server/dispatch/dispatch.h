#pragma once

// The worker protocol's server side (/api/worker/v1): turns calls into commands of the engine,
// holds waiting polls, and answers them in the turn in which a commit made work ready.
//
//   call ─► checks ─► engine.post ─► commit ─► effects ─► render ─► session ─┬─► waiting poll
//                                        └────► reply ──────────────────────┴─► the call's answer
//
// A call speaks for one worker: its token says which, and its session and attempts must be that
// worker's (callers.cc).
//
// Runs on the event loop; blocking work (log files) goes to the background. A newcomer reads this,
// then session.h (what a worker still has to hear), then render.h.

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "server/auth/worker_keys.h"
#include "server/dispatch/render.h"
#include "server/dispatch/session.h"
#include "server/engine/engine.h"
#include "server/net/http.h"
#include "server/net/loop.h"

namespace weft::dispatch {

inline constexpr std::string_view worker_api = "/api/worker/v1";
inline constexpr std::size_t max_results_bytes = 32 << 20;
inline constexpr std::size_t max_log_call_bytes = 2 << 20;

/// May the caller speak for the worker of this name?
using MaySpeakFor = std::function<bool(const std::string& worker)>;

/// Where the logs of attempts go. Called in the background, from several threads at once.
class AttemptLogs {
 public:
  virtual ~AttemptLogs() = default;
  /// As storage::LogStore::append. Errors: not_found for an attempt that was never leased,
  /// permission_denied when it was leased to a worker that `may` says no to, unavailable when the
  /// disk is full.
  virtual Result<std::int64_t> append(AttemptId attempt, const MaySpeakFor& may,
                                      std::int64_t offset, std::string_view bytes) = 0;
  /// The name of the worker that the attempt was leased to. Errors: not_found, unavailable.
  virtual Result<std::string> worker_of(AttemptId attempt) = 0;
  /// No more is expected.
  virtual void finish(AttemptId attempt) = 0;
};

struct DispatchOptions {
  RenderOptions render;
  /// What variables and connections hold, for a task of this DAG. Called in the background; none:
  /// there are none.
  std::function<Result<secrets::Values>(const std::vector<StoredName>&, const std::string&)> stored;
  std::string database_id;
  /// Runs a task that may block on another thread; false when there is too much to do.
  std::function<bool(std::function<void()>)> background;
  /// The same for what nobody waits for, and what takes long; none: `background` does it.
  std::function<bool(std::function<void()>)> idle;
  /// The same for `stored`, which may wait for another machine; none: `background` does it.
  std::function<bool(std::function<void()>)> fetch;
};

/// Session → the name of its worker.
using SessionOwners = std::unordered_map<std::string, std::string>;

/// Loop thread only, but for on_effects. Engine, loop, logs and keys must outlive the last call.
class Dispatch {
 public:
  Dispatch(DispatchOptions options, http::Loop& loop, AttemptLogs& logs, auth::WorkerKeys& keys);
  ~Dispatch();

  /// Before the first call. `owners` has all sessions that the engine knows.
  void attach(Engine& engine, SessionOwners owners) {
    engine_ = &engine;
    owners_ = std::move(owners);
  }

  /// The EffectSink of the engine; from its thread.
  void on_effects(std::vector<Effect> effects);

  /// A call beneath worker_api of a caller whose token is valid. What the caller asks of another
  /// worker's sessions and attempts is answered with 403.
  void handle(http::Request request, const auth::WorkerCaller& caller, http::Respond respond);

  /// The worker was revoked: its waiting polls are refused, and bring no leases any more.
  void cut_off(const std::string& worker);

  /// Answers all waiting polls at once: the server stops, and `lease` is what it promised. Later
  /// polls don't wait.
  void release_polls(Duration lease);

 private:
  struct Poll {
    http::Respond respond;
    Moment arrived = 0;
    std::unique_ptr<http::Loop::Timer> timer;
  };
  struct Session {
    SessionState state;
    Duration lease{};
    std::optional<Poll> poll;
    int results_in_work = 0;  ///< their answers will carry what comes meanwhile
    /// Granted, while what their texts read is being fetched; with their wire::Lease::after.
    std::map<AttemptId, AttemptId> looked_up;

    void tell_missing() {
      state.set_missing(looked_up.empty() ? AttemptId{} : looked_up.begin()->first);
    }
  };
  struct Call {
    std::string session;
    std::int64_t acked = 0;
    std::int64_t wait_ms = 0;
    Moment arrived = 0;
    http::Respond respond;
    auth::WorkerCaller caller;
    bool is_counted = false;  ///< in Session::results_in_work
    std::vector<AttemptId> attempts, large_logs;
  };

  void handle_register(const http::Request& request, const auth::WorkerCaller& caller,
                       http::Respond respond);
  void join(wire::RegisterRequest request, const auth::WorkerCaller& caller, std::string remote,
            http::Respond respond);
  void post_register(wire::RegisterRequest request, std::string key, http::Respond respond);
  void handle_sync(const http::Request& request, const auth::WorkerCaller& caller,
                   http::Respond respond);
  void handle_results(const http::Request& request, const auth::WorkerCaller& caller,
                      http::Respond respond);
  void handle_log(AttemptId attempt, http::Request request, const auth::WorkerCaller& caller,
                  http::Respond respond);
  std::optional<http::Response> refuse(const auth::WorkerCaller& caller,
                                       const std::string& session) const;
  MaySpeakFor may_of(const auth::WorkerCaller& caller) const;
  void write_logs(wire::ResultsRequest results, Call call);
  void post_results(wire::ResultsRequest results, Call call);
  void on_sync_reply(Call call, Result<Answer> answer);
  void on_results_reply(Call call, Result<Answer> answer);
  bool look_whose(const Call& call, const Result<Answer>& answer);
  void answer_results(Call call, Result<Answer> answer);
  Session& take_answer(const Call& call, const SessionAnswer& answer);

  void apply_effects(const std::vector<Effect>& effects);
  void grant(const LeaseGranted& granted, Session& session);
  void look_up(const LeaseGranted& granted, Session& session);
  void hand_over(const LeaseGranted& granted, Session& session, Result<wire::Lease> lease);
  void close_session(const std::string& id);
  void answer_poll(Session& session);
  void release_poll(Session& session);
  void hold(const std::string& id, Session& session, Call call);
  wire::SyncResponse news_for(Session& session, Moment arrived);
  void finish_logs(std::vector<AttemptId> attempts);
  /// Hands `reply` back to the loop.
  Engine::Reply on_loop(std::function<void(Result<Answer>)> reply);

  DispatchOptions options_;
  http::Loop& loop_;
  AttemptLogs& logs_;
  auth::WorkerKeys& keys_;
  Engine* engine_ = nullptr;
  SessionOwners owners_;
  Renderer renderer_;
  std::unordered_map<std::string, Session> sessions_;
  Moment moment_ = 0;
  bool releasing_ = false;
};

}  // namespace weft::dispatch
