#include <fmt/format.h>

#include "proto/wire/json_reader.h"
#include "proto/wire/worker.h"
#include "proto/wire/worker_fields.h"

namespace weft::wire {
namespace {

constexpr std::size_t max_attempts = 20'000;  // twice the slots that a worker may have
constexpr std::size_t max_words = 100'000;    // argv, env, queues: far above what exec takes

bool read_leases(JsonReader& in, std::vector<Lease>& leases) {
  leases.clear();
  return in.array(max_attempts, [&] { return read_lease(in, leases.emplace_back()); });
}

/// No error of these may quote the value.
bool read_secrets(JsonReader& in, std::vector<std::string>& secrets) {
  secrets.clear();
  return in.array(SIZE_MAX, [&] {
    if (secrets.size() == max_secrets)
      return in.error(fmt::format("a lease carries at most {} secrets", max_secrets));
    if (!in.read(secrets.emplace_back())) return false;
    return secrets.back().size() <= max_secret_bytes ||
           in.error(fmt::format("a secret has at most {} bytes", max_secret_bytes));
  });
}

bool read_verdict(JsonReader& in, Verdict& verdict) {
  std::string name;
  if (!in.read(name)) return false;
  if (name != "accepted" && name != "superseded")
    return in.error("must be \"accepted\" or \"superseded\"");
  verdict = name == "accepted" ? Verdict::accepted : Verdict::superseded;
  return true;
}

bool check_session(JsonReader& in, const std::string& session) {
  return !session.empty() || in.error("lacks \"session\"");
}

bool check_started(JsonReader& in, const std::vector<std::int64_t>& started,
                   const std::vector<std::int64_t>& started_at) {
  return started.size() == started_at.size() ||
         in.error("has \"started\" and \"started_at\" of different lengths");
}

/// Reads one message: `read_fields` gets the reader and the message to fill.
template <class Message, class ReadFields>
Result<Message> read_message(std::string_view json, ReadFields read_fields) {
  JsonReader in(json);
  Message message;
  if (!read_fields(in, message) || !in.finish()) return tl::unexpected<Error>(in.failure());
  return message;
}

}  // namespace

bool read_lease(JsonReader& in, Lease& lease) {
  const bool fields = in.object([&](std::string_view key) {
    if (key == "after") return in.read(lease.after);
    if (key == "attempt") return in.read(lease.attempt);
    if (key == "dag_id") return in.read(lease.dag_id);
    if (key == "run_id") return in.read(lease.run_id);
    if (key == "task_id") return in.read(lease.task_id);
    if (key == "map_index") return in.read(lease.map_index);
    if (key == "try_number") return in.read(lease.try_number);
    if (key == "argv") return in.read(lease.argv, max_words);
    if (key == "env") return in.read(lease.env, max_words);
    if (key == "cwd") return in.read(lease.cwd);
    if (key == "timeout_ms") return in.read(lease.timeout_ms);
    if (key == "kill_grace_ms") return in.read(lease.kill_grace_ms);
    if (key == "skip_exit_code") return in.read(lease.skip_exit_code);
    if (key == "poke") return in.read(lease.poke);
    if (key == "secrets") return read_secrets(in, lease.secrets);
    return in.skip();
  });
  if (!fields) return false;
  if (lease.attempt <= 0) return in.error("needs an \"attempt\" above 0");
  return lease.after >= 0 || in.error("has a negative \"after\"");
}

bool read_attempt_result(JsonReader& in, AttemptResult& result) {
  std::string outcome;
  const bool fields = in.object([&](std::string_view key) {
    if (key == "attempt") return in.read(result.attempt);
    if (key == "outcome") return in.read(outcome);
    if (key == "exit_code") return in.read(result.exit_code);
    if (key == "signal") return in.read(result.signal);
    if (key == "started_at") return in.read(result.started_at);
    if (key == "ended_at") return in.read(result.ended_at);
    if (key == "outputs") return in.read(result.outputs);
    if (key == "error") return in.read(result.error);
    if (key == "log") return in.read(result.log);
    if (key == "log_bytes") return in.read(result.log_bytes);
    if (key == "cpu_us") return in.read(result.cpu_us);
    if (key == "max_rss_kb") return in.read(result.max_rss_kb);
    if (key == "pid") return in.read(result.pid);
    return in.skip();
  });
  if (!fields) return false;
  if (result.attempt <= 0) return in.error("needs an \"attempt\" above 0");
  const auto state = attempt_state_from(outcome);
  if (!state || !is_terminal(*state)) return in.error("needs a terminal \"outcome\"");
  result.outcome = *state;
  return result.outputs.is_null() || result.outputs.is_object() ||
         in.error("has \"outputs\" that are not an object");
}

Result<RegisterRequest> register_request_from(std::string_view json) {
  return read_message<RegisterRequest>(json, [](JsonReader& in, RegisterRequest& request) {
    return in.object([&](std::string_view key) {
      if (key == "protocol") return in.read(request.protocol);
      if (key == "name") return in.read(request.name);
      if (key == "host") return in.read(request.host);
      if (key == "version") return in.read(request.version);
      if (key == "slots") return in.read(request.slots);
      if (key == "queues") return in.read(request.queues, 1000);
      if (key == "session") return in.read(request.session);
      if (key == "dead_sessions") return in.read(request.dead_sessions, 1000);
      if (key == "database_id") return in.read(request.database_id);
      return in.skip();
    }) && check_session(in, request.session);
  });
}

Result<RegisterResponse> register_response_from(std::string_view json) {
  return read_message<RegisterResponse>(json, [](JsonReader& in, RegisterResponse& response) {
    return in.object([&](std::string_view key) {
      if (key == "worker_id") return in.read(response.worker_id);
      if (key == "database_id") return in.read(response.database_id);
      if (key == "lease_ms") return in.read(response.lease_ms);
      if (key == "max_log_bytes") return in.read(response.max_log_bytes);
      if (key == "max_output_bytes") return in.read(response.max_output_bytes);
      if (key == "key") return in.read(response.key);
      return in.skip();
    });
  });
}

Result<SyncRequest> sync_request_from(std::string_view json) {
  return read_message<SyncRequest>(json, [](JsonReader& in, SyncRequest& request) {
    return in.object([&](std::string_view key) {
      if (key == "session") return in.read(request.session);
      if (key == "acked") return in.read(request.acked);
      if (key == "started") return in.read(request.started, max_attempts);
      if (key == "started_at") return in.read(request.started_at, max_attempts);
      if (key == "running") return in.read(request.running, max_attempts);
      if (key == "draining") return in.read(request.draining);
      if (key == "wait_ms") return in.read(request.wait_ms);
      return in.skip();
    }) && check_session(in, request.session) &&
           check_started(in, request.started, request.started_at);
  });
}

Result<SyncResponse> sync_response_from(std::string_view json) {
  return read_message<SyncResponse>(json, [](JsonReader& in, SyncResponse& response) {
    return in.object([&](std::string_view key) {
      if (key == "leases") return read_leases(in, response.leases);
      if (key == "cancels") return in.read(response.cancels, max_attempts);
      if (key == "lease_ms") return in.read(response.lease_ms);
      return in.skip();
    });
  });
}

Result<ResultsRequest> results_request_from(std::string_view json) {
  return read_message<ResultsRequest>(json, [](JsonReader& in, ResultsRequest& request) {
    return in.object([&](std::string_view key) {
      if (key == "session") return in.read(request.session);
      if (key == "acked") return in.read(request.acked);
      if (key == "draining") return in.read(request.draining);
      if (key == "started") return in.read(request.started, max_attempts);
      if (key == "started_at") return in.read(request.started_at, max_attempts);
      if (key == "results")
        return in.array(max_batch,
                        [&] { return read_attempt_result(in, request.results.emplace_back()); });
      return in.skip();
    }) && check_session(in, request.session) &&
           check_started(in, request.started, request.started_at);
  });
}

Result<ResultsResponse> results_response_from(std::string_view json) {
  return read_message<ResultsResponse>(json, [](JsonReader& in, ResultsResponse& response) {
    return in.object([&](std::string_view key) {
      if (key == "verdicts")
        return in.array(max_batch,
                        [&] { return read_verdict(in, response.verdicts.emplace_back()); });
      if (key == "leases") return read_leases(in, response.leases);
      if (key == "cancels") return in.read(response.cancels, max_attempts);
      if (key == "lease_ms") return in.read(response.lease_ms);
      return in.skip();
    });
  });
}

Result<LogResponse> log_response_from(std::string_view json) {
  return read_message<LogResponse>(json, [](JsonReader& in, LogResponse& response) {
    return in.object([&](std::string_view key) {
      if (key == "next_offset") return in.read(response.next_offset);
      return in.skip();
    });
  });
}

Result<Lease> lease_from(const nlohmann::json& json) {
  return read_message<Lease>(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                             read_lease);
}

Result<AttemptResult> attempt_result_from(const nlohmann::json& json) {
  return read_message<AttemptResult>(
      json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), read_attempt_result);
}

}  // namespace weft::wire
