#include "server/daemon/attempt_logs.h"

#include <spdlog/spdlog.h>

#include "server/storage/queries/attempt_logs.h"

namespace weft::daemon {

Result<storage::LogKey> StoredAttemptLogs::find(AttemptId attempt) {
  TRY_ASSIGN(const auto key, readers_.with([&](storage::Reader& reader) {
    return storage::find_log(reader, attempt);
  }));
  if (!key) {
    return fail(ErrorCode::not_found, "there is no attempt " + std::to_string(attempt.value));
  }
  return *key;
}

Result<std::int64_t> StoredAttemptLogs::append(AttemptId attempt, std::int64_t offset,
                                               std::string_view bytes) {
  TRY_ASSIGN(const storage::LogKey key, find(attempt));
  return store_.append(key, offset, bytes);
}

void StoredAttemptLogs::finish(AttemptId attempt) {
  const auto key = find(attempt);
  if (!key) return;
  if (const auto finished = store_.finish(*key); !finished) {
    spdlog::warn("the log of attempt {} stays uncompressed: {}", attempt.value,
                 finished.error().message);
  }
}

}  // namespace weft::daemon
