#include "server/storage/queries/operations.h"

#include <filesystem>
#include <system_error>

#include "server/storage/queries/keyset.h"
#include "server/storage/queries/order.h"

namespace weft::storage {
namespace {

constexpr std::string_view pool_columns = "name, slots, include_deferred, description";
constexpr std::string_view pool_from = "FROM pool";
constexpr OrderColumn pool_order[] = {{"id", "name"}, {"pool", "name"}, {"name", "name"}};

PoolRow make_pool(Statement& row) {
  return {.name = row.string(0),
          .slots = static_cast<std::int32_t>(row.integer(1)),
          .include_deferred = row.boolean(2),
          .description = row.string(3)};
}

constexpr std::string_view worker_columns =
    "id, name, host, version, session, slots, queues, state, registered_at, last_seen, "
    "is_drained";
constexpr OrderColumn worker_order[] = {{"name", "name"},
                                        {"state", "state"},
                                        {"slots", "slots"},
                                        {"registered_at", "registered_at"},
                                        {"last_seen", "last_seen"}};

WorkerRow make_worker(Statement& row) {
  WorkerRow worker{.id = row.id<WorkerId>(0),
                   .name = row.string(1),
                   .host = row.string(2),
                   .version = row.string(3),
                   .session = row.string(4),
                   .slots = static_cast<std::int32_t>(row.integer(5)),
                   .state = static_cast<WorkerRow::State>(row.integer(7)),
                   .registered_at = row.instant(8),
                   .last_seen = row.instant(9),
                   .is_drained = row.boolean(10)};
  const auto queues = nlohmann::json::parse(row.text(6), nullptr, false);
  if (queues.is_array())
    for (const auto& queue : queues)
      if (queue.is_string()) worker.queues.push_back(queue.get<std::string>());
  return worker;
}

constexpr std::string_view import_error_columns =
    "id, bundle, path, at, stack_trace, findings, (SELECT d.dag_id FROM dag d "
    "WHERE d.bundle = import_error.bundle AND d.path = import_error.path AND d.is_stale = 0)";
constexpr std::string_view import_error_from = "FROM import_error";
constexpr OrderColumn import_error_order[] = {
    {"id", "id"},         {"import_error_id", "id"}, {"timestamp", "at"},
    {"filename", "path"}, {"bundle_name", "bundle"}, {"stacktrace", "stack_trace"}};

ImportErrorRecord make_import_error(Statement& row) {
  return {.row = {.id = row.integer(0),
                  .bundle = row.string(1),
                  .path = row.string(2),
                  .at = row.instant(3),
                  .stack_trace = row.string(4),
                  .findings = row.string(5)},
          .dag_id = row.string(6)};
}

constexpr std::string_view audit_columns =
    "id, at, actor, remote, action, dag_id, run_id, task_id, detail, hash";
constexpr std::string_view audit_from = "FROM audit";
constexpr OrderColumn audit_order[] = {{"id", "id", false},
                                       {"event_log_id", "id", false},
                                       {"dttm", "at", false},
                                       {"when", "at", false},
                                       {"dag_id", "dag_id", false},
                                       {"task_id", "task_id", false},
                                       {"run_id", "run_id", false},
                                       {"event", "action", false},
                                       {"logical_date", "at", false},
                                       {"owner", "actor", false},
                                       // The beginning tells enough apart; a cursor carries it.
                                       {"extra", "substr(detail, 1, 256)"}};

constexpr OrderColumn audit_log_order[] = {
    {"audit_log_id", "id", false},   {"when", "at", false},        {"user", "actor", false},
    {"remote", "remote", false},     {"action", "action", false},  {"dag_id", "dag_id", false},
    {"dag_run_id", "run_id", false}, {"task_id", "task_id", false}};

AuditRecord make_audit(Statement& row) {
  return {.id = row.integer(0),
          .row = {.at = row.instant(1),
                  .actor = row.string(2),
                  .remote = row.string(3),
                  .action = row.string(4),
                  .dag_id = row.string(5),
                  .run_id = row.string(6),
                  .task_id = row.string(7),
                  .detail = row.string(8)},
          .hash = row.string(9)};
}

}  // namespace

bool is_pool_order(std::string_view name) {
  return has_order(pool_order, name);
}
bool is_worker_order(std::string_view name) {
  return has_order(worker_order, name);
}
bool is_import_error_order(std::string_view name) {
  return has_order(import_error_order, name);
}
bool is_audit_order(std::string_view name) {
  return has_order(audit_order, name);
}
bool is_audit_log_order(std::string_view name) {
  return has_order(audit_log_order, name);
}

Result<Listing<PoolRow>> list_pools(Reader& reader, const Filter& filter,
                                    const std::vector<Order>& order, Page page) {
  return select_page(reader, pool_columns, pool_from, filter, order_by(pool_order, order, "name"),
                     page, make_pool);
}

Result<std::int64_t> count_pools(Reader& reader) {
  return count_rows(reader, pool_from, {});
}

Result<std::optional<PoolRow>> find_pool(Reader& reader, std::string_view name) {
  Filter filter;
  filter.add_equal("name", std::string(name));
  return select_one(reader, pool_columns, pool_from, filter, make_pool);
}

Result<Listing<WorkerRow>> list_workers(Reader& reader, const Filter& filter,
                                        const std::vector<Order>& order, Page page) {
  return select_page(reader, worker_columns, "FROM worker", filter,
                     order_by(worker_order, order, "id"), page, make_worker);
}

Result<std::optional<WorkerRow>> find_worker(Reader& reader, std::string_view name) {
  return find_by(reader, worker_columns, "FROM worker", "name", name,
                 [](Statement& row, int) { return make_worker(row); });
}

Result<std::map<WorkerId, std::int64_t>> count_worker_slots(Reader& reader) {
  Statement& statement = reader.prepare(
      "SELECT a.worker, count(*) FROM run r CROSS JOIN task_instance ti ON ti.run = r.id "
      "CROSS JOIN attempt a ON a.id = ti.attempt "
      "WHERE r.state < 2 AND ti.state IN (2, 3, 12) AND a.state < 2 GROUP BY 1");
  std::map<WorkerId, std::int64_t> slots;
  TRY(statement.each([&](Statement& row) { slots[row.id<WorkerId>(0)] = row.integer(1); }));
  return slots;
}

Result<std::vector<WorkerCount>> count_workers(Reader& reader) {
  std::vector<WorkerCount> counts;
  for (const auto state :
       {WorkerRow::State::online, WorkerRow::State::draining, WorkerRow::State::unreachable,
        WorkerRow::State::lost, WorkerRow::State::gone})
    counts.push_back({.state = state});
  Statement& statement =
      reader.prepare("SELECT state, count(*), sum(slots) FROM worker GROUP BY state");
  TRY(statement.each([&](Statement& row) {
    WorkerCount& of_state = counts.at(static_cast<std::size_t>(row.integer(0)));
    of_state.count = row.integer(1);
    of_state.slots = row.integer(2);
  }));
  return counts;
}

Result<DatabaseSize> database_size(Reader& reader) {
  DatabaseSize size;
  TRY_ASSIGN(const auto pages, reader.database().query_integer("PRAGMA page_count"));
  TRY_ASSIGN(const auto page_size, reader.database().query_integer("PRAGMA page_size"));
  size.database = pages * page_size;
  const char* const name = sqlite3_db_filename(reader.database().handle(), "main");
  if (name == nullptr || *name == '\0') return size;  // in memory
  std::error_code missing;
  const auto bytes = std::filesystem::file_size(sqlite3_filename_wal(name), missing);
  size.wal = missing ? 0 : static_cast<std::int64_t>(bytes);
  return size;
}

Result<Listing<ImportErrorRecord>> list_import_errors(Reader& reader, const Filter& filter,
                                                      const std::vector<Order>& order, Page page) {
  return select_page(reader, import_error_columns, import_error_from, filter,
                     order_by(import_error_order, order, "id"), page, make_import_error);
}

void add_files_of(Filter& filter, const std::vector<std::string>& dag_ids) {
  Filter dags;
  dags.add_in("d.dag_id", dag_ids);
  filter.add_exists("dag d", "d.bundle = import_error.bundle AND d.path = import_error.path", dags);
}

static Result<Listing<AuditRecord>> read_audit(Reader& reader, const Filter& filter,
                                               const std::vector<SortTerm>& terms, Page page) {
  const Source source{.columns = audit_columns,
                      .from = std::string(audit_from),
                      .counted = std::string(audit_from),
                      .walk = "id > 0"};
  return select_sorted(reader, source, filter, terms, page, make_audit);
}

Result<Listing<AuditRecord>> list_audit(Reader& reader, const Filter& filter,
                                        const std::vector<Order>& order, Page page) {
  return read_audit(reader, filter, sort_terms(audit_order, order, "id"), page);
}

Result<Listing<AuditRecord>> list_audit_logs(Reader& reader, const Filter& filter,
                                             const std::vector<Order>& order, Page page) {
  return read_audit(reader, filter, sort_terms(audit_log_order, order, "id"), page);
}

Result<std::optional<AuditRecord>> find_audit(Reader& reader, std::int64_t id) {
  Filter filter;
  filter.add_equal("id", id);
  return select_one(reader, audit_columns, audit_from, filter, make_audit);
}

}  // namespace weft::storage
