#pragma once

// The table `event` as a log that is followed: what changed its state, in the order of the commits.

#include <cstdint>
#include <string>
#include <vector>

#include "server/core/scheduler/change.h"
#include "server/storage/readers.h"

namespace weft::storage {

/// An event with the names that the API shows. A name is empty where the event has no such thing,
/// or where the thing was deleted since.
struct EventRecord {
  EventRow row;  ///< without detail
  std::string dag_id, run_id, task_id;
  std::int32_t map_index = -1;
  std::int32_t try_number = 0;  ///< of the attempt; 0: before the first
};

/// The ids of the oldest and the newest event that is kept; 0, 0: none.
struct EventRange {
  std::int64_t first = 0, last = 0;
};
Result<EventRange> event_range(Reader& reader);

/// The events behind `after`, of all kinds, by id; at most `limit`.
Result<std::vector<EventRecord>> list_events(Reader& reader, std::int64_t after,
                                             std::int64_t limit);

}  // namespace weft::storage
