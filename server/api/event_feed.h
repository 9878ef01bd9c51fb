#pragma once

// The state changes that event streams send, read from the database once for all of them.
//
// A commit wakes every stream, and each asks for what is behind its position. The first one to ask
// after a commit reads what is new, in one query; the others get the same chunk. Without a commit
// nothing is read at all. A stream that is far behind reads for itself, chunk by chunk, until it
// has come to what is shared: nobody slow keeps anything in memory.

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/api/api.h"

namespace weft::api {

/// One state change, ready to be sent.
struct FeedEvent {
  std::int64_t id = 0;
  std::string dag_id, run_id;  ///< to filter by; a DAG's own have no run
  std::string text;            ///< as server-sent event
};

/// All that happened behind the event `after`, up to `last`. Immutable, shared by threads.
struct EventChunk {
  std::int64_t after = 0, last = 0;
  std::vector<FeedEvent> events;  ///< without what is not shown
};

/// Thread safe.
class EventFeed {
 public:
  explicit EventFeed(const ApiDependencies& deps)
      : readers_(deps.readers), commits_(deps.commits) {}

  struct Answer {
    std::shared_ptr<const EventChunk> chunk;  ///< null: nothing new
    bool is_lost = false;                     ///< what comes next is not kept any more
  };
  /// The next chunk for one who has seen all up to `position`, an id that the database has given.
  /// The chunk may begin before it. Not inside of Readers::with. Errors: unavailable.
  Result<Answer> behind(std::int64_t position);

 private:
  Result<Answer> read_alone(std::int64_t position);
  Result<Answer> read_for_all();

  storage::Readers& readers_;
  const std::atomic<std::uint64_t>& commits_;
  std::mutex mutex_;
  std::deque<std::shared_ptr<const EventChunk>> chunks_;  ///< each begins where the last one ends
  std::size_t kept_ = 0;                                  ///< events in them
  std::int64_t end_ = 0;                                  ///< all up to here was read
  std::uint64_t read_at_ = 0;                             ///< commits when there was no more
  bool has_read_all_ = false;
};

}  // namespace weft::api
