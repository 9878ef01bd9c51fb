#pragma once

// What requests share so that each costs less: derived from the database, bounded, thread safe,
// and lost without harm.

#include "server/api/conditional.h"
#include "server/api/event_feed.h"
#include "server/api/graph_cache.h"

namespace weft::api {

struct Shared {
  explicit Shared(const ApiDependencies& deps) : events(deps) {}

  EventFeed events;
  GraphCache graphs;
  WriteTurns path_turns;    ///< of conditional writes
  WriteTurns record_turns;  ///< locks of their own: a call may hold one of each
};

}  // namespace weft::api
