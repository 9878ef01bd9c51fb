#include "server/api/lookup.h"

#include <fmt/format.h>

#include <limits>

namespace weft::api {

std::string no_dag(std::string_view dag_id) {
  return fmt::format("no DAG \"{}\"", dag_id);
}

Outcome<storage::DagRecord> require_dag(storage::Reader& reader, std::string_view dag_id) {
  API_TRY_ASSIGN(auto dag, storage::find_dag(reader, dag_id));
  if (!dag) return refuse(ErrorCode::not_found, no_dag(dag_id));
  return std::move(*dag);
}

Outcome<storage::VersionRecord> require_version(storage::Reader& reader,
                                                const storage::DagRecord& dag,
                                                std::int64_t number) {
  API_TRY_ASSIGN(auto version, storage::find_version(reader, dag.row.key, number));
  if (!version)
    return refuse(ErrorCode::not_found,
                  fmt::format("DAG \"{}\" has no version {}; the newest is {}", dag.row.dag_id,
                              number, dag.version_number));
  return std::move(*version);
}

Outcome<storage::RunRecord> require_run(storage::Reader& reader, std::string_view dag_id,
                                        std::string_view run_id) {
  API_TRY_ASSIGN(const auto dag, require_dag(reader, dag_id));
  API_TRY_ASSIGN(auto run, storage::find_run(reader, dag.row.key, run_id));
  if (!run)
    return refuse(ErrorCode::not_found,
                  fmt::format("DAG \"{}\" has no run \"{}\"", dag_id, run_id));
  return std::move(*run);
}

Outcome<storage::InstanceRecord> require_instance(storage::Reader& reader, std::string_view dag_id,
                                                  std::string_view run_id, std::string_view task_id,
                                                  int map_index) {
  API_TRY_ASSIGN(const auto run, require_run(reader, dag_id, run_id));
  API_TRY_ASSIGN(auto instance, storage::find_instance(reader, run.row.id, task_id, map_index));
  if (!instance)
    return refuse(ErrorCode::not_found,
                  fmt::format("run \"{}\" of DAG \"{}\" has no instance of task \"{}\" with map "
                              "index {}{}",
                              run_id, dag_id, task_id, map_index,
                              map_index < 0 ? "; of a mapped task, give its map_index" : ""));
  return std::move(*instance);
}

Outcome<storage::AttemptRecord> require_attempt(storage::Reader& reader,
                                                const storage::InstanceRecord& instance,
                                                std::int64_t try_number) {
  API_TRY_ASSIGN(auto attempt, storage::find_attempt(reader, instance.row.id, try_number));
  if (!attempt)
    return refuse(ErrorCode::not_found,
                  fmt::format("task \"{}\" has no try {}; the latest is {}", instance.row.task_id,
                              try_number, instance.row.try_number));
  return std::move(*attempt);
}

Outcome<Scope> find_scope(storage::Reader& reader, const Call& call) {
  Scope scope;
  const auto& dag_id = call.value("dag_id");
  const auto& run_id = call.value("dag_run_id");
  if (dag_id == all_of_them) {
    if (run_id != all_of_them) scope.run_id_of_any_dag = run_id;
    return scope;
  }
  if (run_id == all_of_them) {
    API_TRY_ASSIGN(const auto dag, require_dag(reader, dag_id));
    scope.dag = dag.row.key;
    return scope;
  }
  API_TRY_ASSIGN(const auto run, require_run(reader, dag_id, run_id));
  scope.dag = run.row.dag;
  scope.run = run.row.id;
  scope.version = run.row.version;
  return scope;
}

Outcome<int> map_index_of(const Call& call) {
  for (const auto& [name, value] : call.path) {
    if (name != "map_index") continue;
    API_TRY_ASSIGN(const auto index, call.integer("map_index"));
    if (index >= -1 && index <= std::numeric_limits<int>::max()) return static_cast<int>(index);
    return refuse({{"path", "map_index"}, "Input should be a map index", "less_than_equal"});
  }
  Query query(call.request);
  const auto index = query.integer("map_index", -1, std::numeric_limits<int>::max());
  API_TRY(query.check());
  return static_cast<int>(index.value_or(-1));
}

InstanceNames instance_names(const Call& call, int map_index) {
  return {call.value("dag_id"), call.value("dag_run_id"), call.value("task_id"), map_index};
}

Outcome<InstanceNames> instance_names(const Call& call) {
  API_TRY_ASSIGN(const auto map_index, map_index_of(call));
  return instance_names(call, map_index);
}

Outcome<storage::InstanceRecord> require_instance(storage::Reader& reader,
                                                  const InstanceNames& names) {
  return require_instance(reader, names.dag_id, names.run_id, names.task_id, names.map_index);
}

Result<std::shared_ptr<const Dag>> load_dag(storage::Reader& reader, const Call& call,
                                            VersionId version) {
  TRY_ASSIGN(const auto hash, storage::version_hash(reader, version));
  if (!hash) return fail(ErrorCode::not_found, "there is no such DAG version any more");
  if (auto known = call.deps.versions.find(*hash)) return known;
  TRY_ASSIGN(const auto text, storage::version_text(reader, version));
  if (!text) return fail(ErrorCode::not_found, "there is no such DAG version any more");
  return call.deps.versions.get(*hash, text->canonical);
}

}  // namespace weft::api
