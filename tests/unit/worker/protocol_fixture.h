#pragma once

// The protocol's state machine in virtual time: no process, no socket, no clock.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "worker/agent/protocol.h"

namespace weft::worker::protocol_test {

inline wire::Lease lease(std::int64_t attempt, std::int64_t after = 0) {
  wire::Lease lease;
  lease.attempt = attempt;
  lease.after = after;
  lease.argv = {"true"};
  return lease;
}

inline wire::AttemptResult success(std::int64_t attempt) {
  wire::AttemptResult result;
  result.attempt = attempt;
  result.outcome = AttemptState::success;
  return result;
}

/// A problem in the server's own form.
inline std::string problem(int status, const std::string& code) {
  return nlohmann::json({{"type", "about:blank"},
                         {"title", "Refused"},
                         {"status", status},
                         {"detail", "no"},
                         {"code", code}})
      .dump();
}

class ProtocolTest : public testing::Test {
 protected:
  /// Advances to `now_`; keeps the calls for answering by kind.
  const ProtocolOutput& step() {
    out_ = protocol_.advance(now_);
    for (const ProtocolCall& call : out_.calls) calls_[call.kind] = call;
    return out_;
  }
  void answer(CallKind kind, const std::string& body, int status = 200) {
    protocol_.answered({kind, calls_.at(kind).serial, status, body}, now_);
  }
  void register_ok(const std::string& session = std::string(32, 'a')) {
    protocol_.runner_up({.session = session});
    step();
    answer(CallKind::registration,
           wire::to_json_text(wire::RegisterResponse{.worker_id = 1, .database_id = "db"}));
    step();
  }
  void answer_sync(wire::SyncResponse response) {
    answer(CallKind::sync, wire::to_json_text(response));
  }
  void answer_results(wire::ResultsResponse response = {}) {
    response.verdicts.resize(sent_results().results.size());
    answer(CallKind::results, wire::to_json_text(response));
  }
  wire::SyncRequest sent_sync() { return *wire::sync_request_from(calls_.at(CallKind::sync).body); }
  wire::ResultsRequest sent_results() {
    return *wire::results_request_from(calls_.at(CallKind::results).body);
  }
  wire::RegisterRequest sent_register() {
    return *wire::register_request_from(calls_.at(CallKind::registration).body);
  }
  std::vector<CallKind> kinds() const {
    std::vector<CallKind> kinds;
    for (const auto& call : out_.calls) kinds.push_back(call.kind);
    return kinds;
  }

  Protocol protocol_{{.name = "w", .slots = 2, .queues = {"default"}}, 1};
  std::int64_t now_ = 1000 * second;
  ProtocolOutput out_;
  std::map<CallKind, ProtocolCall> calls_;
};

}  // namespace weft::worker::protocol_test
