#include "server/daemon/attempt_logs.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace weft::daemon {

Result<storage::AttemptLog> StoredAttemptLogs::find(AttemptId attempt) {
  TRY_ASSIGN(auto log, readers_.with([&](storage::Reader& reader) {
    return storage::find_log(reader, attempt);
  }));
  if (!log) {
    return fail(ErrorCode::not_found, "there is no attempt " + std::to_string(attempt.value));
  }
  return std::move(*log);
}

Result<std::int64_t> StoredAttemptLogs::append(AttemptId attempt, const dispatch::MaySpeakFor& may,
                                               std::int64_t offset, std::string_view bytes) {
  TRY_ASSIGN(const storage::AttemptLog log, find(attempt));
  if (!may(log.worker)) {
    return fail(ErrorCode::permission_denied,
                "the attempt " + std::to_string(attempt.value) + " was leased to another worker");
  }
  return store_.append(log.key, offset, bytes);
}

Result<std::string> StoredAttemptLogs::worker_of(AttemptId attempt) {
  TRY_ASSIGN(storage::AttemptLog log, find(attempt));
  return std::move(log.worker);
}

void StoredAttemptLogs::finish(AttemptId attempt) {
  const auto log = find(attempt);
  if (!log) return;
  if (const auto finished = store_.finish(log->key); !finished) {
    spdlog::warn("the log of attempt {} stays uncompressed: {}", attempt.value,
                 finished.error().message);
  }
}

}  // namespace weft::daemon
