#include "server/dispatch/checks.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "server/auth/worker_join.h"
#include "server/net/problem.h"

namespace weft::dispatch {
namespace {

constexpr int oldest_protocol = 1;
constexpr int max_slots = 10'000;
constexpr std::size_t max_queues = 100;
constexpr std::size_t max_dead_sessions = 1'000;

bool is_id(std::string_view text) {
  const auto is_id_char = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  };
  return !text.empty() && text.size() <= 250 && text != "." && text != ".." &&
         std::all_of(text.begin(), text.end(), is_id_char);
}

bool is_session(std::string_view text) {
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == 32 && std::all_of(text.begin(), text.end(), is_hex);
}

/// Shown in problems: at most a line's worth of it.
std::string in_quotes(std::string_view text) {
  return "\"" + std::string(text.substr(0, 80)) + (text.size() > 80 ? "…\"" : "\"");
}

std::optional<std::string> wrong_field(const wire::RegisterRequest& request) {
  if (!is_id(request.name)) {
    return "name: " + in_quotes(request.name) +
           " is not a worker's name: 1 to 250 of the characters A-Z a-z 0-9 _ . -";
  }
  if (request.slots < 1 || request.slots > max_slots) {
    return "slots: " + std::to_string(request.slots) + " is not between 1 and 10000";
  }
  if (!is_session(request.session)) return "session: expected 32 lower case hex digits";
  if (request.queues.empty() || request.queues.size() > max_queues) {
    return "queues: expected 1 to 100 names";
  }
  for (const std::string& queue : request.queues) {
    if (!is_id(queue)) return "queues: " + in_quotes(queue) + " is not the name of a queue";
  }
  if (request.host.size() > 255) return "host: longer than 255 bytes";
  if (request.version.size() > 100) return "version: longer than 100 bytes";
  if (request.dead_sessions.size() > max_dead_sessions) {
    return "dead_sessions: more than 1000";
  }
  return std::nullopt;
}

}  // namespace

std::optional<http::Response> check_register(const wire::RegisterRequest& request,
                                             std::string_view database_id) {
  if (request.protocol < oldest_protocol || request.protocol > wire::protocol_version) {
    const bool is_older = request.protocol < oldest_protocol;
    http::Response refused =
        http::problem(426, "protocol_version",
                      "the worker speaks version " + std::to_string(request.protocol) +
                          " of the worker protocol, this server version " +
                          std::to_string(wire::protocol_version) + ": update the " +
                          (is_older ? "worker" : "server"));
    refused.headers.emplace_back("upgrade",
                                 "weft-worker/" + std::to_string(wire::protocol_version));
    return refused;
  }
  if (const auto wrong = wrong_field(request)) {
    return http::problem(422, "unprocessable", *wrong);
  }
  if (!request.database_id.empty() && request.database_id != database_id) {
    return http::problem(409, "conflict",
                         "the worker " + in_quotes(request.name) +
                             " belongs to another database: its attempts are not known here; give "
                             "it a state folder of its own for this server");
  }
  return std::nullopt;
}

std::optional<http::Response> check_key(const wire::RegisterRequest& request,
                                        const auth::WorkerCaller& caller) {
  if (caller.by != auth::WorkerCaller::By::key) return std::nullopt;
  if (request.name != caller.worker) {
    return http::problem(403, "permission_denied",
                         "the key is that of the worker " + in_quotes(caller.worker) + ", not of " +
                             in_quotes(request.name) +
                             ": give each worker a state folder of its own");
  }
  if (const auto foreign = auth::foreign_queue(caller.queues, request.queues)) {
    return http::problem(403, "permission_denied",
                         "the worker " + in_quotes(request.name) +
                             " was not invited to serve the queue " + in_quotes(*foreign));
  }
  return std::nullopt;
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value < 0) return std::nullopt;
  return value;
}

std::optional<AttemptId> attempt_of_log_path(std::string_view rest) {
  constexpr std::string_view before = "/attempts/", after = "/log";
  if (!rest.starts_with(before) || !rest.ends_with(after)) return std::nullopt;
  if (rest.size() <= before.size() + after.size()) return std::nullopt;
  rest.remove_prefix(before.size());
  rest.remove_suffix(after.size());
  const auto id = parse_number(rest);
  return id && *id > 0 ? std::optional(AttemptId{*id}) : std::nullopt;
}

}  // namespace weft::dispatch
