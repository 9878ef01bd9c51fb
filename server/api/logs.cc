// The log of an attempt: a page of JSON, or a stream that may follow. Never a whole file in memory.

#include <fmt/format.h>

#include <limits>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/log_lines.h"
#include "server/api/lookup.h"

namespace weft::api {
namespace {

using storage::Reader;

constexpr std::size_t max_page_bytes = 1 << 20;
constexpr std::int64_t max_tail = 10'000;
constexpr std::int64_t any_size = std::numeric_limits<std::int64_t>::max();

/// What was asked for, and where it stands.
struct LogRequest {
  LogFormat format = LogFormat::json;
  bool follow = false;
  std::optional<std::int64_t> offset, limit, tail;
  std::optional<std::int64_t> token;  ///< goes on exactly there
};

struct LogPlace {
  storage::LogKey key;
  AttemptState state = AttemptState::queued;
  std::int64_t begin = 0;
  std::int64_t end = any_size;  ///< lines that start here or later are not wanted
};

Outcome<LogFormat> read_format(const http::Request& request, bool follow) {
  const auto type = negotiate(
      request, {"application/json", "application/x-ndjson", "text/plain", "text/event-stream"});
  if (type.empty())
    return refuse(ErrorCode::not_acceptable,
                  "offered: application/json, application/x-ndjson, text/plain, "
                  "text/event-stream");
  if (type == "application/x-ndjson") return LogFormat::ndjson;
  if (type == "text/plain") return LogFormat::text;
  return type == "text/event-stream" || follow ? LogFormat::events : LogFormat::json;
}

Outcome<LogRequest> read_request(const http::Request& request) {
  Query query(request);
  LogRequest log;
  log.follow = query.boolean("follow", false);
  (void)query.boolean("full_content", false);  // pages stay bounded
  log.offset = query.integer("offset", 0, any_size);
  log.limit = query.integer("limit", 1, any_size);
  log.tail = query.integer("tail", 0, max_tail);
  API_TRY(query.check());
  API_TRY_ASSIGN(log.format, read_format(request, log.follow));
  if (log.format == LogFormat::events) log.follow = true;
  auto token = query.text("token");
  if (log.format == LogFormat::events && !request.header("last-event-id").empty())
    token = std::string(request.header("last-event-id"));
  if (token) log.token = parse_integer(*token);
  if (token && (!log.token || *log.token < 0))
    return refuse(ErrorCode::invalid_argument, "token: not one that this server gave");
  return log;
}

Outcome<LogPlace> find_log(Reader& reader, const Call& call, std::int64_t try_number,
                           int map_index) {
  API_TRY_ASSIGN(const auto instance,
                 require_instance(reader, call.value("dag_id"), call.value("dag_run_id"),
                                  call.value("task_id"), map_index));
  API_TRY_ASSIGN(const auto attempt, require_attempt(reader, instance, try_number));
  return LogPlace{.key = log_key(instance, attempt.row.id), .state = attempt.row.state};
}

Result<void> set_range(LogPlace& place, const LogRequest& log, const storage::LogStore& logs) {
  if (log.token) {
    place.begin = *log.token;
  } else if (log.tail) {
    TRY_ASSIGN(place.begin, tail_offset(logs, place.key, *log.tail));
  } else if (log.offset) {
    TRY_ASSIGN(place.begin, next_line_start(logs, place.key, *log.offset));
  }
  const auto base = log.offset && !log.token ? *log.offset : place.begin;
  if (log.limit) place.end = *log.limit > any_size - base ? any_size : base + *log.limit;
  return {};
}

/// x-ndjson, text or events, block by block.
class LogStream final : public http::Stream {
 public:
  LogStream(const ApiDependencies& deps, LogPlace place, LogFormat format, bool follow)
      : readers_(deps.readers), logs_(deps.logs), place_(place), format_(format), follow_(follow) {}

  Piece poll() override {
    Piece piece;
    // First the state, then the log: what an attempt wrote is there when it has ended.
    if (follow_ && !refresh()) return end();
    const bool is_over = is_terminal(place_.state);
    const auto block = read_log_lines(logs_, place_.key, place_.begin, is_over);
    if (!block) return end();
    bool has_reached_end = place_.begin >= place_.end;
    for_each_line(*block, [&](const LogLine& line, std::int64_t next) {
      if (place_.begin >= place_.end) return false;
      append_log_line(piece.bytes, format_, line, next);
      place_.begin = next;
      return true;
    });
    has_reached_end = has_reached_end || place_.begin >= place_.end;
    piece.done = has_reached_end || (block->at_end && (is_over || !follow_));
    if (piece.done) piece.bytes += end().bytes;
    return piece;
  }

 private:
  bool refresh() {
    if (is_terminal(place_.state)) return true;
    const auto state = readers_.with(
        [&](Reader& reader) { return storage::attempt_state(reader, place_.key.attempt); });
    if (!state || !*state) return false;
    place_.state = **state;
    return true;
  }

  Piece end() const {
    Piece piece{.done = true};
    if (format_ == LogFormat::events)
      piece.bytes =
          fmt::format("event: end\ndata: {{\"outcome\":\"{}\"}}\n\n", name_of(place_.state));
    return piece;
  }

  storage::Readers& readers_;
  const storage::LogStore& logs_;
  LogPlace place_;
  const LogFormat format_;
  const bool follow_;
};

http::Response stream_response(const Call& call, const LogPlace& place, const LogRequest& log) {
  http::Response response;
  const auto type = log.format == LogFormat::ndjson ? "application/x-ndjson"
                    : log.format == LogFormat::text ? "text/plain; charset=utf-8"
                                                    : "text/event-stream";
  response.headers.emplace_back("content-type", type);
  response.headers.emplace_back("cache-control", "no-store");
  auto stream = std::make_shared<LogStream>(call.deps, place, log.format, log.follow);
  if (log.follow) {
    response.stream = std::move(stream);
    return response;
  }
  auto first = stream->poll();
  response.body = std::move(first.bytes);
  if (first.done) return response;
  // A large one: what was read already, then the rest.
  struct Rest final : http::Stream {
    std::string head;
    std::shared_ptr<http::Stream> tail;
    Piece poll() override {
      if (head.empty()) return tail->poll();
      return {.bytes = std::exchange(head, {})};
    }
  };
  auto rest = std::make_shared<Rest>();
  rest->head = std::exchange(response.body, {});
  rest->tail = std::move(stream);
  response.stream = std::move(rest);
  return response;
}

/// {content, continuation_token}, at most max_page_bytes long.
Outcome<http::Response> page_response(const Call& call, LogPlace place) {
  constexpr std::size_t envelope = 128;
  std::string body = R"({"content":[)";
  const bool is_over = is_terminal(place.state);
  bool is_full = place.begin >= place.end;
  bool at_end = false;
  std::string message;
  while (!is_full && !at_end) {
    API_TRY_ASSIGN(const auto block,
                   read_log_lines(call.deps.logs, place.key, place.begin, is_over));
    for_each_line(block, [&](const LogLine& line, std::int64_t next) {
      message.clear();
      append_log_line(message, LogFormat::json, line, next);
      is_full =
          place.begin >= place.end || body.size() + message.size() + envelope > max_page_bytes;
      if (is_full) return false;
      if (body.back() != '[') body += ',';
      body += message;
      place.begin = next;
      return true;
    });
    at_end = block.at_end;
  }
  const bool is_read = is_over && at_end && !is_full;
  body += is_read ? R"(],"continuation_token":null})"
                  : fmt::format(R"(],"continuation_token":"{}"}})", place.begin);
  http::Response response;
  response.headers.emplace_back("content-type", "application/json");
  response.headers.emplace_back("cache-control", "no-store");
  response.body = std::move(body);
  return response;
}

}  // namespace

Outcome<http::Response> get_log(Call& call) {
  API_TRY_ASSIGN(const auto try_number, call.integer("try_number"));
  API_TRY_ASSIGN(const auto map_index, map_index_of(call));
  API_TRY_ASSIGN(const auto log, read_request(call.request));
  API_TRY_ASSIGN(auto place, call.read([&](Reader& reader) {
    return find_log(reader, call, try_number, map_index);
  }));
  API_TRY(set_range(place, log, call.deps.logs));
  if (log.format != LogFormat::json) return stream_response(call, place, log);
  return page_response(call, place);
}

}  // namespace weft::api
