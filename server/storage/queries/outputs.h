#pragma once

#include <optional>
#include <string>

#include "server/core/scheduler/change.h"
#include "server/storage/queries/list.h"

namespace weft::storage {

/// One key that a task wrote to its outputs.
struct OutputRecord {
  std::string key;
  std::string value;  ///< JSON; only find_output and the run's fill it
  Instant at{};
  std::string task_id;
  std::int32_t map_index = -1;
  std::string run_id;
  std::optional<Instant> logical_date;
  Instant run_after{};
  std::string dag_id, dag_display_name;
  VersionId version;
};

/// Filters over `o.` output, `ti.`, `r.`, `d.`, `v.`; without a run: of the DAG, or of all.
struct OutputQuery {
  std::optional<DagKey> dag;
  std::optional<RunId> run;
  Filter filter;
  Page page;
};
Result<Listing<OutputRecord>> list_outputs(Reader& reader, const OutputQuery& query);
Result<std::optional<OutputRecord>> find_output(Reader& reader, InstanceId instance,
                                                std::string_view key);
/// Key → JSON text of all that an instance wrote.
Result<std::vector<std::pair<std::string, std::string>>> outputs_of(Reader& reader,
                                                                    InstanceId instance);

}  // namespace weft::storage
