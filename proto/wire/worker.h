#pragma once

// The worker protocol's messages (/api/worker/v1), used by server/dispatch and worker/. Every call
// may be repeated with the same effect. Durations are in milliseconds on the wire, sizes in bytes.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/ids.h"
#include "base/result.h"
#include "proto/wire/vocabulary.h"

namespace weft::wire {

/// The server speaks this and the one before. 2: registering with a token brings a key.
inline constexpr int protocol_version = 2;
inline constexpr std::int64_t max_output_bytes = 1 << 20;  ///< $WEFT_OUTPUT, per attempt
inline constexpr std::int64_t max_inline_log_bytes = 32 << 10;
inline constexpr std::int64_t max_log_chunk_bytes = 1 << 20;
inline constexpr int not_yet_exit_code = 75;     ///< of `weft poke`: EX_TEMPFAIL of sysexits.h
inline constexpr std::size_t max_batch = 256;    ///< results or started attempts in one call
inline constexpr std::size_t max_secrets = 256;  ///< of one lease
inline constexpr std::size_t max_secret_bytes = 64 << 10;  ///< each

/// POST /register
struct RegisterRequest {
  int protocol = protocol_version;
  std::string name;  ///< matches the id rule; one worker per name
  std::string host;
  std::string version;
  int slots = 0;  ///< 1..10,000
  std::vector<std::string> queues;
  std::string session;                     ///< a runner's life: 32 hex digits chosen by the worker
  std::vector<std::string> dead_sessions;  ///< earlier sessions of which no process is left
  std::string database_id;                 ///< the one this worker knows, or empty
};

struct RegisterResponse {
  std::int64_t worker_id = 0;
  std::string database_id;
  std::int64_t lease_ms = 60'000;
  std::int64_t max_log_bytes = 64 << 20;
  std::int64_t max_output_bytes = wire::max_output_bytes;
  std::string key;  ///< for all further calls, instead of the token of this one; "": as before
};

/// One attempt that a worker shall run. What is absent takes the default.
struct Lease {
  std::int64_t attempt = 0;  ///< AttemptId, the fence; grows from lease to lease
  /// The lease before it that the session still holds, 0: none. A worker has all leases up to this
  /// one when `after` <= acked.
  std::int64_t after = 0;
  std::string dag_id, run_id, task_id;
  int map_index = -1;
  int try_number = 1;
  /// What to exec; a shell text is already [shell…, text]. Empty: nothing to run (the server failed
  /// it already), the lease only has to be acknowledged.
  std::vector<std::string> argv;
  std::map<std::string, std::string> env;  ///< added to what the runner passes on its own
  std::string cwd;                         ///< absolute; "" = the runner's scratch folder
  std::int64_t timeout_ms = 0;             ///< execution_timeout, 0 = none
  std::int64_t kill_grace_ms = 10'000;
  int skip_exit_code = 99;  ///< -1 = none
  /// A poke of a sensor: `argv` are the arguments of the worker's own `weft poke`, whose
  /// not_yet_exit_code makes the outcome `rescheduled`.
  bool poke = false;
  std::vector<std::string> secrets;  ///< masked in the attempt's log, outputs and error
};

/// POST /sync
struct SyncRequest {
  std::string session;
  std::int64_t acked = 0;             ///< the highest attempt such that all leases up to it arrived
  std::vector<std::int64_t> started;  ///< attempts that began to run since the last answered call
  std::vector<std::int64_t> started_at;  ///< their start times, µs since 1970, same length
  std::vector<std::int64_t> running;  ///< every attempt this worker holds (queued in it or running,
                                      ///< or finished with its result not yet accepted)
  bool draining = false;
  std::int64_t wait_ms = 0;  ///< at most 5,000
};

struct SyncResponse {
  std::vector<Lease> leases;
  std::vector<std::int64_t> cancels;  ///< kill these with their grace; repeated until their result
  std::int64_t lease_ms = 60'000;  ///< from when this sync was sent; longer when the server stops
};

/// One finished attempt.
struct AttemptResult {
  std::int64_t attempt = 0;
  AttemptState outcome = AttemptState::failed;  ///< terminal
  int exit_code = -1;                           ///< -1 when it did not exit by itself
  int signal = 0;
  std::int64_t started_at = 0;  ///< µs since 1970, 0 = never started
  std::int64_t ended_at = 0;
  nlohmann::json outputs;      ///< object; null = none
  std::string error;           ///< why it failed, in words; "" = nothing to say
  std::string log;             ///< the whole log (CRI lines) when it is small and was not
                               ///< streamed; else ""
  std::int64_t log_bytes = 0;  ///< the log's full length
  std::int64_t cpu_us = 0;     ///< user + system of the tree that was reaped
  std::int64_t max_rss_kb = 0;
  int pid = 0;
};

/// POST /results
struct ResultsRequest {
  std::string session;
  std::int64_t acked = 0;
  bool draining = false;
  std::vector<std::int64_t> started;  ///< as in SyncRequest: a start may travel with either call
  std::vector<std::int64_t> started_at;
  std::vector<AttemptResult> results;  ///< at most max_batch; may be empty when starts are due
};

enum class Verdict : std::uint8_t { accepted = 0, superseded = 1 };

struct ResultsResponse {
  std::vector<Verdict> verdicts;  ///< one per result, in order
  std::vector<Lease> leases;
  std::vector<std::int64_t> cancels;
  std::int64_t lease_ms = 60'000;
};

/// PUT /attempts/{id}/log?offset=N answers this; a repeat or an overlap changes nothing.
struct LogResponse {
  std::int64_t next_offset = 0;
};

/// The JSON forms. The readers name the field that is wrong (unprocessable) and ignore unknown
/// fields, so that N and N-1 can talk.
std::string to_json_text(const RegisterRequest&);
std::string to_json_text(const RegisterResponse&);
std::string to_json_text(const SyncRequest&);
std::string to_json_text(const SyncResponse&);
std::string to_json_text(const ResultsRequest&);
std::string to_json_text(const ResultsResponse&);
std::string to_json_text(const LogResponse&);

Result<RegisterRequest> register_request_from(std::string_view json);
Result<RegisterResponse> register_response_from(std::string_view json);
Result<SyncRequest> sync_request_from(std::string_view json);
Result<SyncResponse> sync_response_from(std::string_view json);
Result<ResultsRequest> results_request_from(std::string_view json);
Result<ResultsResponse> results_response_from(std::string_view json);
Result<LogResponse> log_response_from(std::string_view json);

/// Appends the JSON text of one lease or result: what the calls above are made of.
void append_json(std::string& out, const Lease&);
void append_json(std::string& out, const AttemptResult&);

/// A lease and a result alone: also the words between agent and runner.
nlohmann::json to_json(const Lease&);
nlohmann::json to_json(const AttemptResult&);
Result<Lease> lease_from(const nlohmann::json&);
Result<AttemptResult> attempt_result_from(const nlohmann::json&);

}  // namespace weft::wire
