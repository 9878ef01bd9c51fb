#pragma once

// The readers of a lease and of a result inside of a larger message: the calls of the worker
// protocol and the words between agent and runner.

#include "proto/wire/json_reader.h"
#include "proto/wire/worker.h"

namespace weft::wire {

/// Reads one object into `lease`, which must be fresh. False leaves the reason in `in`.
bool read_lease(JsonReader& in, Lease& lease);

/// As read_lease.
bool read_attempt_result(JsonReader& in, AttemptResult& result);

}  // namespace weft::wire
