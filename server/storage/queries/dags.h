#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/core/scheduler/change.h"
#include "server/storage/queries/list.h"

namespace weft::storage {

/// A DAG with what its current version says.
struct DagRecord {
  DagRow row;
  std::int64_t version_number = 0;
  Instant version_created_at{};
  std::string display_name, description, owner, timezone;
  std::optional<std::string> schedule;  ///< in words; nullopt: none
  std::vector<std::string> tags;
  std::int64_t max_active_runs = 0, max_active_tasks = 0;
};

/// Names for filters: `d.` dag, `v.` its current version.
inline constexpr std::string_view dag_last_run_state =
    "(SELECT state FROM run WHERE run.dag = d.key ORDER BY run_after DESC, id DESC LIMIT 1)";
inline constexpr std::string_view dag_last_run_start =
    "(SELECT started_at FROM run WHERE run.dag = d.key ORDER BY run_after DESC, id DESC LIMIT 1)";

/// DAGs that have any, or `all`, of these tags.
void add_tags(Filter& filter, const std::vector<std::string>& tags, bool all);

bool is_dag_order(std::string_view name);
Result<Listing<DagRecord>> list_dags(Reader& reader, const Filter& filter,
                                     const std::vector<Order>& order, Page page);
/// Of DAGs whose current version has any of the tags.
Result<std::vector<std::string>> dag_ids_with_tags(Reader& reader,
                                                   const std::vector<std::string>& tags);
Result<std::optional<DagRecord>> find_dag(Reader& reader, std::string_view dag_id);

/// How many of the DAG's runs are not over.
Result<std::int64_t> count_active_runs(Reader& reader, DagKey dag);

/// Only tags (of list_tags) of these DAGs.
void add_tags_of(Filter& filter, const std::vector<std::string>& dag_ids);
/// Tags of the DAGs' current versions, without doubles.
Result<Listing<std::string>> list_tags(Reader& reader, const Filter& filter, bool descending,
                                       Page page);

/// Only owners (of list_owners) of these DAGs.
void add_owners_of(Filter& filter, const std::vector<std::string>& dag_ids);
/// Owners of the DAGs' current versions, without doubles.
Result<Listing<std::string>> list_owners(Reader& reader, const Filter& filter, bool descending,
                                         Page page);

}  // namespace weft::storage
