#pragma once

#include <optional>
#include <string>

#include "server/core/scheduler/change.h"
#include "server/storage/queries/list.h"

namespace weft::storage {

/// A DAG version without its text.
struct VersionRecord {
  VersionId id;
  DagKey dag;
  std::int64_t number = 0;
  Instant created_at{};
  std::string dag_id, display_name, bundle;
};

struct VersionText {
  std::string path;       ///< of the file, as its DAG has it now
  std::string canonical;  ///< what runs
  std::string source;     ///< as it was written
};

/// Of a DAG, nullopt: of all, by names `v.` and `d.`. Sorted by `order` (id, version_number,
/// bundle_name, bundle_version).
Result<Listing<VersionRecord>> list_versions(Reader& reader, std::optional<DagKey> dag,
                                             const Filter& filter, const std::vector<Order>& order,
                                             Page page);
bool is_version_order(std::string_view name);
Result<std::optional<VersionRecord>> find_version(Reader& reader, DagKey dag, std::int64_t number);
Result<std::optional<VersionRecord>> find_version(Reader& reader, VersionId id);
Result<std::optional<std::string>> version_hash(Reader& reader, VersionId id);
Result<std::optional<VersionText>> version_text(Reader& reader, VersionId id);
/// The ids of a DAG's versions, newest first, at most `limit`.
Result<std::vector<VersionId>> version_ids(Reader& reader, DagKey dag, std::int64_t limit);
/// The same of all DAGs.
Result<std::vector<VersionId>> all_version_ids(Reader& reader, std::int64_t limit);

}  // namespace weft::storage
