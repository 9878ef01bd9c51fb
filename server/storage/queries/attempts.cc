#include "server/storage/queries/attempts.h"

#include "server/storage/queries/list.h"

namespace weft::storage {
namespace {

constexpr std::string_view columns =
    "a.id, a.instance, a.run, a.try_number, a.state, a.worker, a.session, "
    "a.queued_at, a.started_at, a.ended_at, a.exit_code, a.signal, a.pid, a.cpu_us, "
    "a.max_rss_kb, a.log_bytes, a.error, (SELECT w.name FROM worker w WHERE w.id = a.worker)";

AttemptRecord make_attempt(Statement& row) {
  return {.row = {.id = row.id<AttemptId>(0),
                  .instance = row.id<InstanceId>(1),
                  .run = row.id<RunId>(2),
                  .try_number = static_cast<std::int32_t>(row.integer(3)),
                  .state = static_cast<AttemptState>(row.integer(4)),
                  .worker = row.id<WorkerId>(5),
                  .session = row.string(6),
                  .queued_at = row.instant(7),
                  .started_at = row.optional_instant(8),
                  .ended_at = row.optional_instant(9),
                  .exit_code = static_cast<std::int32_t>(row.integer(10)),
                  .signal = static_cast<std::int32_t>(row.integer(11)),
                  .pid = static_cast<std::int32_t>(row.integer(12)),
                  .cpu_us = row.integer(13),
                  .max_rss_kb = row.integer(14),
                  .log_bytes = row.integer(15),
                  .error = row.string(16)},
          .worker = row.string(17)};
}

std::string select(std::string_view rest) {
  return std::string("SELECT ").append(columns).append(" FROM attempt a ").append(rest);
}

}  // namespace

Result<std::vector<AttemptRecord>> list_attempts(Reader& reader, InstanceId instance,
                                                 std::int64_t limit) {
  Statement& statement =
      reader.prepare(select("WHERE a.id IN (SELECT max(id) FROM attempt WHERE instance = ? "
                            "GROUP BY try_number) ORDER BY a.id LIMIT ?"));
  statement.bind_all(instance, limit);
  std::vector<AttemptRecord> attempts;
  TRY(statement.each([&](Statement& row) { attempts.push_back(make_attempt(row)); }));
  return attempts;
}

Result<std::optional<AttemptRecord>> find_attempt(Reader& reader, InstanceId instance,
                                                  std::int64_t try_number) {
  Statement& statement = reader.prepare(
      select("WHERE a.instance = ? AND a.try_number = ? ORDER BY a.id DESC LIMIT 1"));
  statement.bind_all(instance, try_number);
  TRY_ASSIGN(const bool found, statement.step());
  std::optional<AttemptRecord> attempt;
  if (found) attempt = make_attempt(statement);
  statement.reset();
  return attempt;
}

Result<std::optional<AttemptState>> attempt_state(Reader& reader, AttemptId attempt) {
  Statement& statement = reader.prepare("SELECT state FROM attempt WHERE id = ?");
  statement.bind(1, attempt);
  TRY_ASSIGN(const bool found, statement.step());
  std::optional<AttemptState> state;
  if (found) state = static_cast<AttemptState>(statement.integer(0));
  statement.reset();
  return state;
}

}  // namespace weft::storage
