#include "server/api/event_feed.h"

#include <fmt/format.h>

#include <algorithm>

#include "server/api/failure.h"
#include "server/api/forms.h"
#include "server/storage/queries/events.h"

namespace weft::api {
namespace {

using Kind = EventRow::Kind;
using storage::EventRecord;
using storage::Reader;

constexpr std::int64_t max_rows = 500;  ///< per chunk
constexpr std::size_t max_kept = 8192;  ///< events that are shared

std::string frame(const EventRecord& event, std::string_view name, const nlohmann::json& data) {
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", event.row.id, name, to_text(data));
}

std::string run_text(const EventRecord& event) {
  // A run that was just made has not been in another state.
  const bool is_new = event.row.from == event.row.to;
  return frame(event, "run",
               {{"dag_id", event.dag_id},
                {"dag_run_id", event.run_id},
                {"from", is_new ? nlohmann::json()
                                : nlohmann::json(name_of(static_cast<RunState>(event.row.from)))},
                {"to", name_of(static_cast<RunState>(event.row.to))},
                {"at", instant_json(event.row.at)}});
}

std::string task_text(const EventRecord& event) {
  return frame(event, "task_instance",
               {{"dag_id", event.dag_id},
                {"dag_run_id", event.run_id},
                {"task_id", event.task_id},
                {"map_index", event.map_index},
                {"try_number", event.try_number},
                {"from", state_json(static_cast<TaskState>(event.row.from))},
                {"to", state_json(static_cast<TaskState>(event.row.to))},
                {"at", instant_json(event.row.at)}});
}

std::string dag_text(const EventRecord& event) {
  return frame(event, "dag",
               {{"dag_id", event.dag_id},
                {"is_paused", event.row.kind == Kind::dag_paused},
                {"at", instant_json(event.row.at)}});
}

/// "" for what is not shown: other kinds, and what was deleted since.
std::string text_of(const EventRecord& event) {
  if (event.dag_id.empty()) return "";
  switch (event.row.kind) {
    case Kind::run_state: return event.run_id.empty() ? "" : run_text(event);
    case Kind::task_state:
      return event.run_id.empty() || event.task_id.empty() ? "" : task_text(event);
    case Kind::dag_paused:
    case Kind::dag_unpaused: return dag_text(event);
    default: return "";
  }
}

std::shared_ptr<const EventChunk> chunk_of(std::int64_t after,
                                           const std::vector<EventRecord>& records) {
  if (records.empty()) return nullptr;
  auto chunk = std::make_shared<EventChunk>();
  chunk->after = after;
  chunk->last = records.back().row.id;
  for (const auto& record : records)
    if (auto text = text_of(record); !text.empty())
      chunk->events.push_back({record.row.id, record.dag_id, record.run_id, std::move(text)});
  return chunk;
}

}  // namespace

Result<EventFeed::Answer> EventFeed::behind(std::int64_t position) {
  {
    const std::lock_guard lock(mutex_);
    if (position > end_) {  // nobody listened for a while
      chunks_.clear();
      kept_ = 0;
      end_ = position;
      has_read_all_ = false;
    }
    if (position == end_) return read_for_all();
    const auto next = std::partition_point(
        chunks_.begin(), chunks_.end(), [&](const auto& chunk) { return chunk->last <= position; });
    if (next != chunks_.end() && (*next)->after <= position) return Answer{*next};
  }
  return read_alone(position);
}

Result<EventFeed::Answer> EventFeed::read_alone(std::int64_t position) {
  return readers_.with([&](Reader& reader) -> Result<Answer> {
    TRY_ASSIGN(const auto range, storage::event_range(reader));
    if (position + 1 < range.first) return Answer{.is_lost = true};
    TRY_ASSIGN(const auto records, storage::list_events(reader, position, max_rows));
    return Answer{chunk_of(position, records)};
  });
}

/// With mutex_ held: whoever waits for it wants the same.
Result<EventFeed::Answer> EventFeed::read_for_all() {
  // Counted before it is read: a commit between the two is read once more, never missed.
  const auto commits = commits_.load(std::memory_order_acquire);
  if (has_read_all_ && commits == read_at_) return Answer{};
  TRY_ASSIGN(const auto records, readers_.with([&](Reader& reader) {
    return storage::list_events(reader, end_, max_rows);
  }));
  has_read_all_ = records.size() < static_cast<std::size_t>(max_rows);
  read_at_ = commits;
  auto chunk = chunk_of(end_, records);
  if (!chunk) return Answer{};
  end_ = chunk->last;
  kept_ += chunk->events.size() + 1;
  chunks_.push_back(chunk);
  while (kept_ > max_kept) {
    kept_ -= chunks_.front()->events.size() + 1;
    chunks_.pop_front();
  }
  return Answer{std::move(chunk)};
}

}  // namespace weft::api
