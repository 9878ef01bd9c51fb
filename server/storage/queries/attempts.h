#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/core/scheduler/change.h"
#include "server/storage/readers.h"

namespace weft::storage {

struct AttemptRecord {
  AttemptRow row;
  std::string worker;  ///< its name
};

/// The tries of a task instance, each by its latest attempt, oldest first; at most `limit`.
Result<std::vector<AttemptRecord>> list_attempts(Reader& reader, InstanceId instance,
                                                 std::int64_t limit);
/// The latest attempt with that try number.
Result<std::optional<AttemptRecord>> find_attempt(Reader& reader, InstanceId instance,
                                                  std::int64_t try_number);
Result<std::optional<AttemptState>> attempt_state(Reader& reader, AttemptId attempt);

}  // namespace weft::storage
