#pragma once

// Finding what a path names, or the 404 that names what is missing.

#include <memory>
#include <optional>
#include <string>

#include "server/api/call.h"
#include "server/storage/queries/attempts.h"
#include "server/storage/queries/dags.h"
#include "server/storage/queries/instances.h"
#include "server/storage/queries/runs.h"

namespace weft::api {

/// In a path: all of them.
inline constexpr std::string_view all_of_them = "~";

/// What is said of a DAG that is not there, or not for the caller to know.
std::string no_dag(std::string_view dag_id);
Outcome<storage::DagRecord> require_dag(storage::Reader& reader, std::string_view dag_id);
Outcome<storage::VersionRecord> require_version(storage::Reader& reader,
                                                const storage::DagRecord& dag, std::int64_t number);
Outcome<storage::RunRecord> require_run(storage::Reader& reader, std::string_view dag_id,
                                        std::string_view run_id);
Outcome<storage::InstanceRecord> require_instance(storage::Reader& reader, std::string_view dag_id,
                                                  std::string_view run_id, std::string_view task_id,
                                                  int map_index);
/// The attempt that the call names by its try number. Errors: not_found.
Outcome<storage::AttemptRecord> require_attempt(storage::Reader& reader,
                                                const storage::InstanceRecord& instance,
                                                std::int64_t try_number);

/// Of {dag_id} and {dag_run_id} in the call's path; `~` leaves them open.
struct Scope {
  std::optional<DagKey> dag;
  std::optional<RunId> run;
  std::optional<VersionId> version;  ///< of the run
  /// The run id, when it is given without a DAG: of whichever DAG.
  std::string run_id_of_any_dag;
};
Outcome<Scope> find_scope(storage::Reader& reader, const Call& call);

/// {map_index} of the path, or the query's map_index, or -1.
Outcome<int> map_index_of(const Call& call);

/// The names of a path that leads to a task instance: {dag_id}, {dag_run_id}, {task_id}, and the
/// map index, which a body may name instead.
struct InstanceNames {
  std::string dag_id, run_id, task_id;
  int map_index = -1;
};
InstanceNames instance_names(const Call& call, int map_index);
/// With map_index_of. Errors: as that.
Outcome<InstanceNames> instance_names(const Call& call);
Outcome<storage::InstanceRecord> require_instance(storage::Reader& reader,
                                                  const InstanceNames& names);

/// A command about the task instance, by the caller; what else it says is the caller's to fill in.
template <class Command>
Command about(const InstanceNames& names, const Call& call) {
  Command command;
  command.dag_id = names.dag_id;
  command.run_id = names.run_id;
  command.task_id = names.task_id;
  command.map_index = names.map_index;
  command.actor = call.actor();
  return command;
}

/// The compiled version. Errors: not_found, internal.
Result<std::shared_ptr<const Dag>> load_dag(storage::Reader& reader, const Call& call,
                                            VersionId version);

}  // namespace weft::api
