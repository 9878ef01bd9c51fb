#include "server/storage/queries/events.h"

namespace weft::storage {
namespace {

EventRecord make_event(Statement& row) {
  EventRecord event;
  event.row.id = row.integer(0);
  event.row.at = row.instant(1);
  event.row.kind = static_cast<EventRow::Kind>(row.integer(2));
  event.row.dag = row.id<DagKey>(3);
  event.row.run = row.id<RunId>(4);
  event.row.instance = row.id<InstanceId>(5);
  event.row.attempt = row.id<AttemptId>(6);
  event.row.from = static_cast<std::uint8_t>(row.integer(7));
  event.row.to = static_cast<std::uint8_t>(row.integer(8));
  event.dag_id = row.string(9);
  event.run_id = row.string(10);
  event.task_id = row.string(11);
  if (!row.is_null(12)) event.map_index = static_cast<std::int32_t>(row.integer(12));
  event.try_number = static_cast<std::int32_t>(row.integer(13));
  return event;
}

}  // namespace

Result<EventRange> event_range(Reader& reader) {
  // Each of the two is one step along the key; together in one SELECT they would be a scan.
  Statement& statement = reader.prepare(
      "SELECT coalesce((SELECT min(id) FROM event), 0), coalesce((SELECT max(id) FROM event), 0)");
  EventRange range;
  TRY(statement.each([&](Statement& row) { range = {row.integer(0), row.integer(1)}; }));
  return range;
}

Result<std::vector<EventRecord>> list_events(Reader& reader, std::int64_t after,
                                             std::int64_t limit) {
  Statement& statement = reader.prepare(
      "SELECT e.id, e.at, e.kind, e.dag, e.run, e.instance, e.attempt, e.from_state, e.to_state, "
      "d.dag_id, r.run_id, ti.task_id, ti.map_index, a.try_number FROM event e "
      "LEFT JOIN dag d ON d.key = e.dag LEFT JOIN run r ON r.id = e.run "
      "LEFT JOIN task_instance ti ON ti.id = e.instance LEFT JOIN attempt a ON a.id = e.attempt "
      "WHERE e.id > ? ORDER BY e.id LIMIT ?");
  statement.bind_all(after, limit);
  std::vector<EventRecord> events;
  TRY(statement.each([&](Statement& row) { events.push_back(make_event(row)); }));
  return events;
}

}  // namespace weft::storage
