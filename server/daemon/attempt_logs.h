#pragma once

#include "server/dispatch/dispatch.h"
#include "server/storage/log_store.h"
#include "server/storage/queries/attempt_logs.h"
#include "server/storage/readers.h"

namespace weft::daemon {

/// Logs of attempts in files; where they stand is read from the database. Thread safe.
class StoredAttemptLogs final : public dispatch::AttemptLogs {
 public:
  StoredAttemptLogs(storage::Readers& readers, const storage::LogStore& store)
      : readers_(readers), store_(store) {}

  Result<std::int64_t> append(AttemptId attempt, const dispatch::MaySpeakFor& may,
                              std::int64_t offset, std::string_view bytes) override;
  Result<std::string> worker_of(AttemptId attempt) override;
  void finish(AttemptId attempt) override;

 private:
  Result<storage::AttemptLog> find(AttemptId attempt);

  storage::Readers& readers_;
  const storage::LogStore& store_;
};

}  // namespace weft::daemon
