// The scheduler's questions about the past, and what it is rebuilt from.

#include <fmt/format.h>

#include "server/storage/rows.h"
#include "server/storage/writer.h"

namespace weft::storage {
namespace {

/// Rows (instance, run, attempt, at, key, value) in the order of instances → one entry each.
void add_output(std::vector<OutputsWritten>& all, nlohmann::json& values, const Statement& row) {
  const auto instance = row.id<InstanceId>(0);
  if (all.empty() || all.back().instance != instance) {
    all.push_back({.instance = instance,
                   .run = row.id<RunId>(1),
                   .attempt = row.id<AttemptId>(2),
                   .at = row.instant(3)});
    values = nlohmann::json::object();
  }
  values[row.string(4)] = stored_json(row.text(5));
}

Sql existence_of(RecordKind kind) {
  switch (kind) {
    case RecordKind::variable: return Sql::has_variable;
    case RecordKind::connection: return Sql::has_connection;
    case RecordKind::user: return Sql::has_user;
    case RecordKind::token: break;
  }
  return Sql::has_token;
}

}  // namespace

template <class T>
T Writer::remember(Result<T> result) const {
  if (result) return std::move(*result);
  if (!failed_read_) failed_read_ = std::move(result).error();
  return T{};
}

template <class Row, class Read>
std::optional<Row> Writer::first(Sql sql, Read read) const {
  Statement& statement = use(sql);
  std::optional<Row> row;
  const bool found = remember(statement.step());
  if (found) row = read(statement, 0);
  statement.reset();
  return row;
}

std::optional<RunRow> Writer::run(RunId run) const {
  use(Sql::run).bind_all(run);
  return first<RunRow>(Sql::run, run_row);
}

std::optional<RunRow> Writer::run_by_id(DagKey dag, std::string_view run_id) const {
  use(Sql::run_by_id).bind_all(dag, run_id);
  return first<RunRow>(Sql::run_by_id, run_row);
}

std::optional<RunRow> Writer::run_by_logical_date(DagKey dag, Instant logical_date) const {
  use(Sql::run_by_logical_date).bind_all(dag, logical_date);
  return first<RunRow>(Sql::run_by_logical_date, run_row);
}

std::optional<RunRow> Writer::previous_success(DagKey dag, Instant before) const {
  use(Sql::previous_success).bind_all(dag, before);
  return first<RunRow>(Sql::previous_success, run_row);
}

std::optional<RunRow> Writer::previous_run(DagKey dag, Instant before) const {
  use(Sql::previous_run).bind_all(dag, before);
  return first<RunRow>(Sql::previous_run, run_row);
}

std::vector<InstanceRow> Writer::instances_of(RunId run, std::string_view task_id) const {
  std::vector<InstanceRow> rows;
  auto read = use(Sql::instances_of_task).bind_all(run, task_id).each([&](const Statement& row) {
    rows.push_back(instance_row(row));
  });
  if (!read) remember(Result<bool>(tl::unexpected(std::move(read).error())));
  return rows;
}

std::optional<InstanceRow> Writer::instance_of(RunId run, std::string_view task_id,
                                               int map_index) const {
  use(Sql::instance_of_task).bind_all(run, task_id, map_index);
  return first<InstanceRow>(Sql::instance_of_task, instance_row);
}

std::optional<AttemptRow> Writer::attempt(AttemptId attempt) const {
  use(Sql::attempt).bind_all(attempt);
  return first<AttemptRow>(Sql::attempt, attempt_row);
}

bool Writer::has_record(RecordKind kind, std::string_view key) const {
  Statement& statement = use(existence_of(kind));
  statement.bind(1, key);
  const bool found = remember(statement.step());
  statement.reset();
  return found;
}

std::optional<IdempotencyRow> Writer::idempotency(std::string_view key) const {
  use(Sql::idempotency).bind_all(key);
  return first<IdempotencyRow>(Sql::idempotency, idempotency_row);
}

std::optional<BackfillRow> Writer::backfill(BackfillId backfill) const {
  use(Sql::backfill).bind_all(backfill);
  return first<BackfillRow>(Sql::backfill, backfill_row);
}

std::shared_ptr<const nlohmann::json> Writer::outputs(InstanceId instance) const {
  auto values = nlohmann::json::object();
  auto read = use(Sql::outputs).bind_all(instance).each([&](const Statement& row) {
    values[row.string(0)] = stored_json(row.text(1));
  });
  if (!read) remember(Result<bool>(tl::unexpected(std::move(read).error())));
  if (values.empty()) return nullptr;
  return std::make_shared<const nlohmann::json>(std::move(values));
}

Result<VersionRow> Writer::version_row(const Statement& row) const {
  VersionRow version{.id = row.id<VersionId>(0),
                     .dag = row.id<DagKey>(1),
                     .number = row.integer(2),
                     .created_at = row.instant(3)};
  TRY_ASSIGN(version.spec, versions_.get(row.string(4), row.text(5)));
  return version;
}

std::shared_ptr<const Dag> Writer::load_version(VersionId version) const {
  Statement& statement = use(Sql::version).bind_all(version);
  std::shared_ptr<const Dag> dag;
  if (remember(statement.step())) dag = remember(version_row(statement)).spec;
  statement.reset();
  return dag;
}

Result<RunSnapshot> Writer::complete(RunRow run) const {
  RunSnapshot snapshot;
  const RunId id = run.id;
  snapshot.run = std::move(run);
  TRY(use(Sql::instances_of_run).bind_all(id).each([&](const Statement& row) {
    snapshot.instances.push_back(instance_row(row));
  }));
  TRY(use(Sql::mappings_of_run).bind_all(id).each([&](const Statement& row) {
    snapshot.mappings.push_back(mapping_row(row));
  }));
  TRY(use(Sql::active_attempts_of_run).bind_all(id).each([&](const Statement& row) {
    snapshot.active_attempts.push_back(attempt_row(row));
  }));
  nlohmann::json values;
  const auto close_last = [&] {
    if (!snapshot.outputs.empty())
      snapshot.outputs.back().values =
          std::make_shared<const nlohmann::json>(std::exchange(values, nullptr));
  };
  TRY(use(Sql::outputs_of_run).bind_all(id).each([&](const Statement& row) {
    const bool is_next =
        !snapshot.outputs.empty() && snapshot.outputs.back().instance != row.id<InstanceId>(0);
    if (is_next) close_last();
    add_output(snapshot.outputs, values, row);
  }));
  close_last();
  return snapshot;
}

std::optional<RunSnapshot> Writer::load_run(RunId id) const {
  auto row = run(id);
  if (!row) return std::nullopt;
  auto snapshot = complete(std::move(*row));
  if (snapshot) return std::move(*snapshot);
  remember(Result<bool>(tl::unexpected(std::move(snapshot).error())));
  return std::nullopt;
}

Result<void> Writer::load_ids(HighestIds& highest) const {
  Statement& row = use(Sql::highest_ids);
  TRY(row.step());
  highest = {.dag = row.id<DagKey>(0),
             .version = row.id<VersionId>(1),
             .run = row.id<RunId>(2),
             .instance = row.id<InstanceId>(3),
             .attempt = row.id<AttemptId>(4),
             .worker = row.id<WorkerId>(5),
             .event = row.integer(6),
             .import_error = row.integer(7),
             .backfill = row.id<BackfillId>(8),
             .job = row.id<JobId>(9)};
  highest.asset = row.id<AssetId>(10);
  highest.asset_event = row.integer(11);
  row.reset();
  return {};
}

Result<void> Writer::load_versions(Snapshot& snapshot) const {
  std::optional<Error> failed;
  TRY(use(Sql::needed_versions).each([&](const Statement& row) {
    if (failed) return;
    auto version = version_row(row);
    if (version)
      snapshot.versions.push_back(std::move(*version));
    else
      failed = std::move(version).error();
  }));
  if (failed) return tl::unexpected(std::move(*failed));
  return {};
}

Result<Snapshot> Writer::load_snapshot() const {
  Snapshot snapshot;
  TRY(load_ids(snapshot.highest));
  TRY(use(Sql::dags).each([&](const Statement& row) { snapshot.dags.push_back(dag_row(row)); }));
  TRY(load_versions(snapshot));
  TRY(load_assets(snapshot));
  std::vector<RunRow> active;
  TRY(use(Sql::active_runs).each([&](const Statement& row) { active.push_back(run_row(row)); }));
  for (auto& run : active) {
    TRY_ASSIGN(auto complete_run, complete(std::move(run)));
    snapshot.runs.push_back(std::move(complete_run));
  }
  TRY(use(Sql::pools).each([&](const Statement& row) { snapshot.pools.push_back(pool_row(row)); }));
  TRY(use(Sql::workers).each([&](const Statement& row) {
    snapshot.workers.push_back(worker_row(row));
  }));
  TRY(use(Sql::import_errors).each([&](const Statement& row) {
    snapshot.import_errors.push_back(import_error_row(row));
  }));
  TRY(use(Sql::active_backfills).each([&](const Statement& row) {
    snapshot.backfills.push_back(backfill_row(row));
  }));
  TRY(use(Sql::active_jobs).each([&](const Statement& row) {
    snapshot.jobs.push_back(job_row(row));
  }));
  return snapshot;
}

}  // namespace weft::storage
