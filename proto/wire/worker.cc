#include "proto/wire/worker.h"

#include "proto/wire/json_writer.h"

namespace weft::wire {
namespace {

constexpr std::string_view verdict_name(Verdict verdict) {
  return verdict == Verdict::accepted ? "accepted" : "superseded";
}

void write_leases(ObjectWriter& object, const std::vector<Lease>& leases) {
  if (leases.empty()) return;
  append_json_array(object.field("leases"), leases,
                    [](std::string& out, const Lease& lease) { append_json(out, lease); });
}

void write_started(ObjectWriter& object, const std::vector<std::int64_t>& started,
                   const std::vector<std::int64_t>& started_at) {
  if (started.empty()) return;
  object.integers("started", started);
  object.integers("started_at", started_at);
}

void write_env(ObjectWriter& object, const std::map<std::string, std::string>& env) {
  std::string& out = object.field("env");
  out += '{';
  bool first = true;
  for (const auto& [name, value] : env) {
    if (!first) out += ',';
    first = false;
    append_json_string(out, name);
    out += ':';
    append_json_string(out, value);
  }
  out += '}';
}

}  // namespace

void append_json(std::string& out, const Lease& lease) {
  static const Lease defaults;
  ObjectWriter object(out);
  object.integer("after", lease.after);
  object.integer("attempt", lease.attempt);
  object.string("dag_id", lease.dag_id);
  object.string("run_id", lease.run_id);
  object.string("task_id", lease.task_id);
  if (lease.map_index != defaults.map_index) object.integer("map_index", lease.map_index);
  if (lease.try_number != defaults.try_number) object.integer("try_number", lease.try_number);
  object.strings("argv", lease.argv);
  if (!lease.env.empty()) write_env(object, lease.env);
  if (!lease.cwd.empty()) object.string("cwd", lease.cwd);
  if (lease.timeout_ms != 0) object.integer("timeout_ms", lease.timeout_ms);
  if (lease.kill_grace_ms != defaults.kill_grace_ms)
    object.integer("kill_grace_ms", lease.kill_grace_ms);
  if (lease.skip_exit_code != defaults.skip_exit_code)
    object.integer("skip_exit_code", lease.skip_exit_code);
  if (lease.poke) object.boolean("poke", true);
  if (!lease.secrets.empty()) object.strings("secrets", lease.secrets);
  object.close();
}

void append_json(std::string& out, const AttemptResult& result) {
  ObjectWriter object(out);
  object.integer("attempt", result.attempt);
  object.string("outcome", name_of(result.outcome));
  if (result.exit_code != -1) object.integer("exit_code", result.exit_code);
  if (result.signal != 0) object.integer("signal", result.signal);
  if (result.started_at != 0) object.integer("started_at", result.started_at);
  object.integer("ended_at", result.ended_at);
  if (!result.outputs.is_null())
    object.field("outputs") +=
        result.outputs.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (!result.error.empty()) object.string("error", result.error);
  if (!result.log.empty()) object.string("log", result.log);
  if (result.log_bytes != 0) object.integer("log_bytes", result.log_bytes);
  if (result.cpu_us != 0) object.integer("cpu_us", result.cpu_us);
  if (result.max_rss_kb != 0) object.integer("max_rss_kb", result.max_rss_kb);
  if (result.pid != 0) object.integer("pid", result.pid);
  object.close();
}

std::string to_json_text(const RegisterRequest& request) {
  std::string out;
  ObjectWriter object(out);
  object.integer("protocol", request.protocol);
  object.string("name", request.name);
  object.string("host", request.host);
  object.string("version", request.version);
  object.integer("slots", request.slots);
  object.strings("queues", request.queues);
  object.string("session", request.session);
  if (!request.dead_sessions.empty()) object.strings("dead_sessions", request.dead_sessions);
  if (!request.database_id.empty()) object.string("database_id", request.database_id);
  object.close();
  return out;
}

std::string to_json_text(const RegisterResponse& response) {
  std::string out;
  ObjectWriter object(out);
  object.integer("worker_id", response.worker_id);
  object.string("database_id", response.database_id);
  object.integer("lease_ms", response.lease_ms);
  object.integer("max_log_bytes", response.max_log_bytes);
  object.integer("max_output_bytes", response.max_output_bytes);
  if (!response.key.empty()) object.string("key", response.key);
  object.close();
  return out;
}

std::string to_json_text(const SyncRequest& request) {
  std::string out;
  out.reserve(160 + request.running.size() * 8);
  ObjectWriter object(out);
  object.string("session", request.session);
  object.integer("acked", request.acked);
  write_started(object, request.started, request.started_at);
  object.integers("running", request.running);
  if (request.draining) object.boolean("draining", true);
  object.integer("wait_ms", request.wait_ms);
  object.close();
  return out;
}

std::string to_json_text(const SyncResponse& response) {
  std::string out;
  out.reserve(64 + response.leases.size() * 512);
  ObjectWriter object(out);
  write_leases(object, response.leases);
  if (!response.cancels.empty()) object.integers("cancels", response.cancels);
  object.integer("lease_ms", response.lease_ms);
  object.close();
  return out;
}

std::string to_json_text(const ResultsRequest& request) {
  std::string out;
  out.reserve(128 + request.results.size() * 256);
  ObjectWriter object(out);
  object.string("session", request.session);
  object.integer("acked", request.acked);
  if (request.draining) object.boolean("draining", true);
  write_started(object, request.started, request.started_at);
  append_json_array(
      object.field("results"), request.results,
      [](std::string& text, const AttemptResult& result) { append_json(text, result); });
  object.close();
  return out;
}

std::string to_json_text(const ResultsResponse& response) {
  std::string out;
  out.reserve(128 + response.leases.size() * 512);
  ObjectWriter object(out);
  append_json_array(
      object.field("verdicts"), response.verdicts,
      [](std::string& text, Verdict verdict) { append_json_string(text, verdict_name(verdict)); });
  write_leases(object, response.leases);
  if (!response.cancels.empty()) object.integers("cancels", response.cancels);
  object.integer("lease_ms", response.lease_ms);
  object.close();
  return out;
}

std::string to_json_text(const LogResponse& response) {
  std::string out;
  ObjectWriter object(out);
  object.integer("next_offset", response.next_offset);
  object.close();
  return out;
}

nlohmann::json to_json(const Lease& lease) {
  std::string text;
  append_json(text, lease);
  return nlohmann::json::parse(text);
}

nlohmann::json to_json(const AttemptResult& result) {
  std::string text;
  append_json(text, result);
  return nlohmann::json::parse(text);
}

}  // namespace weft::wire
