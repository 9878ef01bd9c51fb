#pragma once

// The worker protocol's server side (/api/worker/v1): turns calls into commands of the engine,
// holds waiting polls, and answers them in the turn in which a commit made work ready.
//
//   call ─► checks ─► engine.post ─► commit ─► effects ─► render ─► session ─┬─► waiting poll
//                                        └────► reply ──────────────────────┴─► the call's answer
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

#include "server/dispatch/render.h"
#include "server/dispatch/session.h"
#include "server/engine/engine.h"
#include "server/net/http.h"
#include "server/net/loop.h"

namespace weft::dispatch {

inline constexpr std::string_view worker_api = "/api/worker/v1";
inline constexpr std::size_t max_results_bytes = 32 << 20;
inline constexpr std::size_t max_log_call_bytes = 2 << 20;

/// Where the logs of attempts go. Called in the background, from several threads at once.
class AttemptLogs {
 public:
  virtual ~AttemptLogs() = default;
  /// As storage::LogStore::append. Errors: not_found for an attempt that was never leased,
  /// unavailable when the disk is full.
  virtual Result<std::int64_t> append(AttemptId attempt, std::int64_t offset,
                                      std::string_view bytes) = 0;
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

/// Loop thread only, but for on_effects. Engine, loop and logs must outlive the last call.
class Dispatch {
 public:
  Dispatch(DispatchOptions options, http::Loop& loop, AttemptLogs& logs);
  ~Dispatch();

  /// Before the first call.
  void attach(Engine& engine) { engine_ = &engine; }

  /// The EffectSink of the engine; from its thread.
  void on_effects(std::vector<Effect> effects);

  /// A call beneath worker_api, which the caller may make.
  void handle(http::Request request, http::Respond respond);

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
    bool is_counted = false;  ///< in Session::results_in_work
    std::vector<AttemptId> large_logs;
  };

  void handle_register(const http::Request& request, http::Respond respond);
  void handle_sync(const http::Request& request, http::Respond respond);
  void handle_results(const http::Request& request, http::Respond respond);
  void handle_log(AttemptId attempt, http::Request request, http::Respond respond);
  void write_logs(wire::ResultsRequest results, Call call);
  void post_results(wire::ResultsRequest results, Call call);
  void on_sync_reply(Call call, Result<Answer> answer);
  void on_results_reply(Call call, Result<Answer> answer);
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
  Engine* engine_ = nullptr;
  Renderer renderer_;
  std::unordered_map<std::string, Session> sessions_;
  Moment moment_ = 0;
  bool releasing_ = false;
};

}  // namespace weft::dispatch
