#pragma once

// Rows → the JSON of the API: one function per schema of proto/openapi.json. What comes by the
// hundred is written as text (json_text.h); `…_json` is the same as a tree, for what adds to it.

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/instant.h"
#include "server/api/api.h"
#include "server/api/json_text.h"
#include "server/storage/queries/attempts.h"
#include "server/storage/queries/dags.h"
#include "server/storage/queries/instances.h"
#include "server/storage/queries/operations.h"
#include "server/storage/queries/runs.h"

namespace weft::api {

nlohmann::json instant_json(Instant at);
nlohmann::json instant_json(const std::optional<Instant>& at);  ///< null when there is none
nlohmann::json text_or_null(const std::string& text);           ///< "" is null
/// Nothing while one is missing.
std::optional<double> seconds_between(const std::optional<Instant>& from,
                                      const std::optional<Instant>& to);
/// {name: rows, total_entries}, and `total_entries_exact: false` when there are more.
nlohmann::json collection_json(const char* name, nlohmann::json rows, std::int64_t total,
                               bool total_is_exact = true);

/// The same as text: `{name: [`, then the caller's rows, then their end; the object stays open for
/// more members.
void begin_collection(JsonText& out, std::string_view name);
void end_collection(JsonText& out, std::int64_t total, bool total_is_exact = true);

void write_version(JsonText& out, const storage::VersionRecord& version,
                   const ApiDependencies& deps);
nlohmann::json version_json(const storage::VersionRecord& version, const ApiDependencies& deps);
void write_run(JsonText& out, const storage::RunRecord& run, const ApiDependencies& deps);
nlohmann::json run_json(const storage::RunRecord& run, const ApiDependencies& deps);
void write_instance(JsonText& out, const storage::InstanceRecord& instance, const Dag& dag,
                    const ApiDependencies& deps);
nlohmann::json instance_json(const storage::InstanceRecord& instance, const Dag& dag,
                             const ApiDependencies& deps);
/// Which log an attempt of this instance has.
storage::LogKey log_key(const storage::InstanceRecord& instance, AttemptId attempt);
void write_try(JsonText& out, const storage::AttemptRecord& attempt,
               const storage::InstanceRecord& instance, const Dag& dag,
               const ApiDependencies& deps);
nlohmann::json task_json(const Task& task, const Dag& dag);

/// What the schedule does next, as far as it can be said now.
struct NextRun {
  std::optional<Instant> logical_date, run_after;
  std::optional<DataInterval> interval;
};
NextRun next_run_of(const DagRow& row, const Dag& dag, Instant now);

nlohmann::json dag_json(const storage::DagRecord& record, const Dag& dag, Instant now);
nlohmann::json dag_details_json(const storage::DagRecord& record, const Dag& dag,
                                std::int64_t active_runs, const ApiDependencies& deps);

/// "online", "draining" …
std::string_view name_of_worker_state(WorkerRow::State state);
/// What a try in that state is called as a task instance.
TaskState state_of(AttemptState state);
/// The state as in the API: `none` is null.
nlohmann::json state_json(TaskState state);
/// ISO 8601, e.g. "PT5400S".
std::string iso_duration(Duration duration);

}  // namespace weft::api
