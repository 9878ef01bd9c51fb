#pragma once

// What the people who run the server look at: pools, workers, import errors, the audit.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/core/scheduler/change.h"
#include "server/storage/queries/list.h"

namespace weft::storage {

bool is_pool_order(std::string_view name);
Result<Listing<PoolRow>> list_pools(Reader& reader, const Filter& filter,
                                    const std::vector<Order>& order, Page page);
/// Also the cheapest way to see that the database answers.
Result<std::int64_t> count_pools(Reader& reader);
Result<std::optional<PoolRow>> find_pool(Reader& reader, std::string_view name);

bool is_worker_order(std::string_view name);
Result<Listing<WorkerRow>> list_workers(Reader& reader, const Filter& filter,
                                        const std::vector<Order>& order, Page page);
Result<std::optional<WorkerRow>> find_worker(Reader& reader, std::string_view name);
/// Attempts of active runs that each worker holds.
Result<std::map<WorkerId, std::int64_t>> count_worker_slots(Reader& reader);

struct WorkerCount {
  WorkerRow::State state = WorkerRow::State::online;
  std::int64_t count = 0, slots = 0;
};
/// By state; of each state, also where there is none.
Result<std::vector<WorkerCount>> count_workers(Reader& reader);

/// In bytes.
struct DatabaseSize {
  std::int64_t database = 0, wal = 0;
};
Result<DatabaseSize> database_size(Reader& reader);

/// Only import errors of files that these DAGs came from.
void add_files_of(Filter& filter, const std::vector<std::string>& dag_ids);
struct ImportErrorRecord {
  ImportErrorRow row;
  std::string dag_id;  ///< whose file it is; "": no DAG's that is known
};
bool is_import_error_order(std::string_view name);
Result<Listing<ImportErrorRecord>> list_import_errors(Reader& reader, const Filter& filter,
                                                      const std::vector<Order>& order, Page page);

struct AuditRecord {
  std::int64_t id = 0;
  AuditRow row;
  std::string hash;  ///< "": from before there was a chain
};
bool is_audit_order(std::string_view name);      ///< as eventLogs calls them
bool is_audit_log_order(std::string_view name);  ///< as auditLogs does
Result<Listing<AuditRecord>> list_audit(Reader& reader, const Filter& filter,
                                        const std::vector<Order>& order, Page page);
Result<Listing<AuditRecord>> list_audit_logs(Reader& reader, const Filter& filter,
                                             const std::vector<Order>& order, Page page);
Result<std::optional<AuditRecord>> find_audit(Reader& reader, std::int64_t id);

}  // namespace weft::storage
