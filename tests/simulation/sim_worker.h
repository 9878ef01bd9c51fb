#pragma once

// A worker of the simulation: agent and runner in one, with the faults of both.

#include <map>
#include <set>
#include <string>

#include "tests/simulation/sim_server.h"

namespace weft::sim {

/// How badly the network behaves at the moment, in percent of messages.
struct Weather {
  int drop_request = 0, drop_response = 0, duplicate = 0, delay = 0;
  int lose_attempt = 0;  ///< the runner forgets an attempt
};

class SimWorker {
 public:
  SimWorker(std::string name, int slots, std::vector<std::string> queues, Events& events,
            Random random, SimServer& server, Checker& checker, Report& report, Weather& weather);

  void start();
  /// kill -9 of the runner: everything it ran dies. `tell`: the agent reports the session dead.
  void crash(bool tell);
  /// The agent is silent for so long; the runner goes on and keeps its deadlines.
  void stall(Duration time);
  /// From now on tasks don't fail and end soon.
  void heal() { healed_ = true; }
  /// Ends all work and takes no more; then comes back.
  void drain(Duration time);

 private:
  struct Held {
    wire::Lease lease;
    bool running = false;
    bool start_reported = false;
    std::int64_t started_at = 0;
    std::optional<wire::AttemptResult> result;
  };

  void enroll();
  void sync();
  void send_results();
  /// The same, called once: if no answer comes, the connection times out.
  Answered or_timeout(Answered answered);
  void on_answer(std::optional<Result<wire::SyncResponse>> answer, Duration sent,
                 std::uint64_t life);
  void take(const wire::Lease& lease);
  void begin(std::int64_t attempt);
  void finish(std::int64_t attempt, AttemptState outcome, int exit_code);
  void kill_at_lease_end();
  void plan_sync(Duration delay);
  void plan_results();
  std::string instance_of(const wire::Lease& lease) const;
  void count(const std::string& fault) { ++report_.faults[fault]; }
  bool stalled() const { return events_.now() < stalled_until_; }
  std::int64_t wall() const;

  std::string name_;
  int slots_;
  std::vector<std::string> queues_;
  Events& events_;
  Random random_;
  SimServer& server_;
  Checker& checker_;
  Report& report_;
  Weather& weather_;

  std::uint64_t life_ = 0;
  int session_number_ = 0;
  std::string session_;
  std::vector<std::string> dead_;
  bool enrolled_ = false;
  std::map<std::int64_t, Held> held_;  ///< by attempt
  std::set<std::int64_t> seen_;
  std::set<std::pair<std::int64_t, std::int64_t>> arrived_;  ///< (after, attempt) not yet acked
  std::int64_t acked_ = 0;
  Duration lease_until_{};
  Duration stalled_until_{};
  bool results_in_flight_ = false;
  bool sync_in_flight_ = false;
  bool sync_planned_ = false;
  bool draining_ = false;
  bool healed_ = false;
};

}  // namespace weft::sim
