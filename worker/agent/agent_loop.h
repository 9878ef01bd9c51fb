#pragma once

// The I/O of the agent: one thread, one epoll loop around the protocol's state machine.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "worker/agent/agent.h"
#include "worker/agent/http_client.h"
#include "worker/agent/log_uploader.h"
#include "worker/agent/protocol.h"
#include "worker/agent/runner_link.h"
#include "worker/agent/spool.h"
#include "worker/runner/unique_fd.h"

namespace weft::worker {

class AgentLoop {
 public:
  /// `state_dir` is absolute and locked by the caller; `key` is the one in it, or "".
  AgentLoop(const AgentOptions& options, std::string state_dir, std::string key);

  /// Until the protocol ends. Returns the exit code.
  int run();

 private:
  struct LogInFlight {
    std::int64_t attempt = 0;
  };
  using InFlight = std::variant<ProtocolCall, LogInFlight>;

  void turn();
  void wait();
  void on_signal();
  void open_runner();
  void watch_runner();
  void hear_runner();
  void on_report(RunnerReport report);
  void on_finished(wire::AttemptResult result);
  void lose_runner(const std::string& why);
  void close_logs_of_the_lost();
  void hear_server();
  void on_log_answer(std::int64_t attempt, const HttpAnswer& answer);
  void release_results();
  void change_token(const ProtocolOutput& output);
  void keep(ProtocolOutput& output);
  void keep_results(ProtocolOutput& output);
  void apply(ProtocolOutput output);
  void send_logs();
  bool read_log(const LogCall& call, std::string& bytes);
  void remove_done_logs();
  void adopt_forgotten_logs();
  void remember_server();
  void save_dead_sessions();
  void end(AgentExit exit);
  void begin_end(AgentExit exit);

  std::string state_dir_;
  const std::string name_;
  const std::string join_token_;
  std::chrono::seconds drain_limit_;
  UniqueFd epoll_;
  UniqueFd signals_;
  HttpClient http_;
  Protocol protocol_;
  LogUploader logs_;
  Spool spool_;
  RunnerLink runner_;
  std::vector<std::string> dead_sessions_;
  std::map<std::int64_t, wire::AttemptResult> waiting_for_log_;
  std::map<std::uint64_t, InFlight> in_flight_;
  std::uint64_t last_request_ = 0;
  std::string database_id_;
  int signals_seen_ = 0;
  bool said_registered_ = false;
  bool waits_for_room_ = false;
  bool spool_failed_ = false;
  std::int64_t now_ = 0;
  std::optional<AgentExit> exit_;
  std::int64_t end_by_ = 0;  ///< when an exit waits for logs no longer
  bool ended_ = false;
};

}  // namespace weft::worker
