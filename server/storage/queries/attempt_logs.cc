#include "server/storage/queries/attempt_logs.h"

namespace weft::storage {

Result<std::optional<LogKey>> find_log(Reader& reader, AttemptId attempt) {
  Statement& statement = reader.prepare(
      "SELECT r.dag, a.run, a.instance FROM attempt a JOIN run r ON r.id = a.run WHERE a.id = ?");
  statement.bind_all(attempt);
  TRY_ASSIGN(const bool found, statement.step());
  std::optional<LogKey> key;
  if (found) {
    key = LogKey{.dag = statement.id<DagKey>(0),
                 .run = statement.id<RunId>(1),
                 .instance = statement.id<InstanceId>(2),
                 .attempt = attempt};
  }
  statement.reset();
  return key;
}

}  // namespace weft::storage
