#pragma once

// The server of the simulation: the real engine core, scheduler and storage, with a virtual clock
// and a small stand-in for dispatch (which leases a session has not acked, which poll waits).

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "proto/wire/worker.h"
#include "server/engine/engine_core.h"
#include "server/storage/writer.h"
#include "tests/simulation/checker.h"
#include "tests/simulation/events.h"
#include "tests/simulation/random.h"
#include "tests/simulation/recorder.h"

namespace weft::sim {

/// What the network brings back; nullopt: the connection broke.
using Answered =
    std::function<void(std::optional<Result<wire::SyncResponse>>, std::vector<wire::Verdict>)>;

class SimServer {
 public:
  /// `recorder` may be null.
  SimServer(Events& events, Random random, Checker& checker, Report& report, Recorder* recorder);

  void post(Command command, Engine::Reply reply);
  void sync(const wire::SyncRequest& request, Answered answered);
  void results(const wire::ResultsRequest& request, Answered answered);

  enum class CrashPoint { between_batches, before_commit, after_commit };
  /// Dies at this point of its next batch (or now), comes back after `down`.
  void crash(CrashPoint point, Duration down);
  /// The next batch can't be written; the server goes on.
  void fail_next_batch();
  void jump_clock(Duration by) { wall_offset_ += by; }
  /// The next attempts that are handed out fail to render.
  void fail_renderings(int n) { failing_renderings_ += n; }

  bool up() const { return core_ != nullptr; }
  const Scheduler* scheduler() const { return core_ ? core_->scheduler() : nullptr; }
  Now now() const;

 private:
  struct Inbox {
    std::map<std::int64_t, wire::Lease> leases;  ///< by number, until acked
    std::optional<Answered> poll;                ///< a waiting sync
    std::uint64_t poll_id = 0;
  };

  void start();
  void stop();
  void turn();
  void wake();
  void tell_of_batch(bool committed);
  void on_effects(std::vector<Effect> effects);
  void answer_poll(const std::string& session);
  wire::SyncResponse response_for(const std::string& session, const SessionAnswer& answer);

  Events& events_;
  Random random_;
  Checker& checker_;
  Report& report_;
  Recorder* recorder_;
  std::unique_ptr<storage::Writer> writer_;
  std::unique_ptr<EngineCore> core_;
  std::vector<PostedCommand> inbox_;
  std::map<std::string, Inbox> sessions_;
  std::uint64_t life_ = 0;  ///< grows with each start: what belongs to an old one is dropped
  bool turn_pending_ = false;
  std::optional<CrashPoint> crash_at_;
  Duration down_for_{};
  bool fail_batch_ = false;
  int steps_before_failure_ = 0;
  bool deaf_ = false;  ///< nothing leaves any more: it is dying
  Duration wall_offset_{};
  int failing_renderings_ = 0;
  std::uint64_t next_poll_ = 0;
  std::string throw_later_;  ///< a violation seen inside a batch, which catches exceptions
};

}  // namespace weft::sim
