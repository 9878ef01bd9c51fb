#include "server/storage/queries/attempt_logs.h"

namespace weft::storage {

Result<std::optional<AttemptLog>> find_log(Reader& reader, AttemptId attempt) {
  Statement& statement = reader.prepare(
      "SELECT r.dag, a.run, a.instance, w.name FROM attempt a JOIN run r ON r.id = a.run "
      "LEFT JOIN worker w ON w.id = a.worker WHERE a.id = ?");
  statement.bind_all(attempt);
  TRY_ASSIGN(const bool found, statement.step());
  std::optional<AttemptLog> log;
  if (found) {
    log = AttemptLog{.key = {.dag = statement.id<DagKey>(0),
                             .run = statement.id<RunId>(1),
                             .instance = statement.id<InstanceId>(2),
                             .attempt = attempt},
                     .worker = statement.string(3)};
  }
  statement.reset();
  return log;
}

}  // namespace weft::storage
