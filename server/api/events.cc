// GET /api/v2/events: runs, task instances and DAGs as they change, as server-sent events.

#include <fmt/format.h>

#include <set>

#include "server/api/handlers.h"
#include "server/api/permission.h"
#include "server/api/shared.h"
#include "server/storage/queries/events.h"

namespace weft::api {
namespace {

using storage::Reader;

constexpr std::size_t max_filters = 100;
constexpr std::size_t max_piece = 64 << 10;
/// Of chunks that a filter lets nothing through of: then others have their turn.
constexpr int max_chunks = 8;
/// A stream is asked at least every 5 s: so one comes at least every 15.
constexpr Duration heartbeat_after = std::chrono::seconds(10);

struct EventFilter {
  std::set<std::string, std::less<>> dag_ids, run_ids;  ///< empty: any
  /// That the caller may see, as it was when the stream began; nullopt: all.
  std::optional<std::set<std::string, std::less<>>> visible;

  bool fits(const FeedEvent& event) const {
    if (visible && !visible->contains(event.dag_id)) return false;
    return (dag_ids.empty() || dag_ids.contains(event.dag_id)) &&
           (run_ids.empty() || run_ids.contains(event.run_id));
  }
};

std::string placed(std::string_view name, std::int64_t position) {
  return fmt::format("id: {0}\nevent: {1}\ndata: {{\"position\":{0}}}\n\n", position, name);
}

class EventStream final : public http::Stream {
 public:
  EventStream(const Call& call, EventFilter filter, std::int64_t position, std::string greeting)
      : deps_(call.deps),
        shared_(call.shared),
        filter_(std::move(filter)),
        position_(position),
        greeting_(std::move(greeting)),
        last_sent_(deps_.clock.now().steady) {}

  Piece poll() override {
    Piece piece{.bytes = std::exchange(greeting_, {})};
    bool has_more = true;
    for (int i = 0; i < max_chunks && has_more && piece.bytes.size() < max_piece; ++i) {
      const auto answer = shared_->events.behind(position_);
      if (!answer) return end(std::move(piece));
      if (answer->is_lost && !reset(piece)) return end(std::move(piece));
      has_more = answer->chunk != nullptr;
      if (has_more) take(*answer->chunk, piece);
    }
    const auto now = deps_.clock.now().steady;
    // The id goes with it, so that a filter that lets nothing through loses no position. Who has
    // more to look through gets one, too, since without bytes it would wait for the next commit.
    if (piece.bytes.empty() && (has_more || now - last_sent_ >= heartbeat_after))
      piece.bytes = fmt::format(": heartbeat\nid: {}\n\n", position_);
    if (!piece.bytes.empty()) last_sent_ = now;
    return piece;
  }

 private:
  void take(const EventChunk& chunk, Piece& piece) {
    for (const auto& event : chunk.events) {
      if (event.id <= position_ || !filter_.fits(event)) continue;
      piece.bytes += event.text;
    }
    position_ = chunk.last;
  }

  /// The reader was slower than what is kept: it begins anew at the present.
  bool reset(Piece& piece) {
    const auto range =
        deps_.readers.with([](Reader& reader) { return storage::event_range(reader); });
    if (!range) return false;
    position_ = range->last;
    piece.bytes += placed("reset", position_);
    return true;
  }

  /// The caller connects again, with the position that it has.
  static Piece end(Piece piece) {
    piece.done = true;
    return piece;
  }

  const ApiDependencies deps_;
  const std::shared_ptr<Shared> shared_;
  const EventFilter filter_;
  std::int64_t position_;
  std::string greeting_;
  Duration last_sent_;
};

Outcome<EventFilter> read_filter(Query& query) {
  EventFilter filter;
  const auto read = [&](std::string_view name, std::set<std::string, std::less<>>& values) {
    const auto texts = query.texts(name);
    if (texts.size() > max_filters)
      query.report(name, fmt::format("at most {} values", max_filters), "too_long");
    else
      values.insert(texts.begin(), texts.end());
  };
  read("dag_id", filter.dag_ids);
  read("dag_run_id", filter.run_ids);
  API_TRY(query.check());
  return filter;
}

/// Where a caller goes on that has been here before; the header is the newer one, since a browser
/// repeats the URL.
std::optional<std::string> resumed_from(const Call& call, const Query& query) {
  if (const auto id = call.request.header("last-event-id"); !id.empty()) return std::string(id);
  return query.text("last_event_id");
}

}  // namespace

Outcome<http::Response> get_events(Call& call) {
  if (negotiate(call.request, {"text/event-stream"}).empty())
    return refuse(ErrorCode::not_acceptable, "offered: text/event-stream");
  Query query(call.request);
  API_TRY_ASSIGN(auto filter, read_filter(query));
  API_TRY_ASSIGN(const auto range, call.read([&](Reader& reader) -> Outcome<storage::EventRange> {
    API_TRY_ASSIGN(const auto visible, visible_dags(reader, call));
    if (visible) filter.visible.emplace(visible->begin(), visible->end());
    API_TRY_ASSIGN(auto kept, storage::event_range(reader));
    return kept;
  }));
  std::int64_t position = range.last;
  std::string greeting;
  if (const auto id = resumed_from(call, query)) {
    const auto known = parse_integer(*id);
    const bool is_kept = known && *known >= 0 && *known + 1 >= range.first && *known <= range.last;
    if (is_kept)
      position = *known;
    else
      greeting = placed("reset", position);
  } else {
    greeting = "retry: 1000\n" + placed("hello", position);
  }
  http::Response response;
  response.headers.emplace_back("content-type", "text/event-stream");
  response.headers.emplace_back("cache-control", "no-store");
  response.stream =
      std::make_shared<EventStream>(call, std::move(filter), position, std::move(greeting));
  return response;
}

}  // namespace weft::api
