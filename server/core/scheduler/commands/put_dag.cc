#include "server/core/scheduler/calendar.h"
#include "server/core/scheduler/step.h"

namespace weft {
namespace {

void make_stale(Step& step, DagKey key) {
  DagState& dag = step.s.dags.at(key);
  if (dag.row.is_stale) return;
  dag.row.is_stale = true;
  dag.armed.reset();
  step.touch(dag);
}

void clear_import_error(Step& step, const FileKey& file) {
  if (step.s.import_errors.erase(file) == 0) return;
  step.record(ImportErrorCleared{file.first, file.second});
}

DagState& add_dag(Step& step, const PutDag& command) {
  const DagKey key{++step.s.ids.dag.value};
  DagState& dag = step.s.dags[key];
  dag.row.key = key;
  dag.row.dag_id = command.dag->id;
  dag.row.is_paused = command.dag->is_paused_upon_creation;
  step.s.dag_by_id[command.dag->id] = key;
  return dag;
}

/// The ticks that have come are the old schedule's: it makes its runs, and says what is dropped.
void leave_schedule(Step& step, DagState& dag, const Dag& next) {
  step.run_schedule(dag);
  if (!dag.row.cursor) return;
  const auto cursor = initial_cursor(next, step.now.wall, dag.row.cursor);
  if (!cursor || *cursor <= *dag.row.cursor) return;
  if (const auto missed = missed_ticks(*dag.spec, *dag.row.cursor, step.now.wall))
    step.drop_ticks(dag, *missed);
}

void add_version(Step& step, DagState& dag, const std::shared_ptr<const Dag>& spec) {
  const bool first = dag.spec == nullptr;
  const bool new_schedule = first || !(dag.spec->schedule == spec->schedule) ||
                            dag.spec->start_date != spec->start_date ||
                            dag.spec->catchup != spec->catchup;
  if (new_schedule && !first) leave_schedule(step, dag, *spec);
  const std::shared_ptr<const Dag> before = dag.spec;
  dag.spec = spec;
  dag.row.current_version = VersionId{++step.s.ids.version.value};
  step.record_version(
      {dag.row.current_version, dag.row.key, ++dag.row.version_count, step.now.wall, spec});
  step.adopt_assets(dag, before.get());
  if (!new_schedule) return;
  dag.armed.reset();
  dag.row.cursor = initial_cursor(*spec, step.now.wall, dag.row.cursor);
}

}  // namespace

Result<Answer> apply(Step& step, const PutDag& command) {
  const FileKey file{command.bundle, command.path};
  DagState* dag = step.s.find_dag(command.dag->id);
  if (dag != nullptr && !dag->row.is_stale && FileKey{dag->row.bundle, dag->row.path} != file) {
    return fail(ErrorCode::conflict, "dag_id \"" + command.dag->id + "\" is already defined by " +
                                         dag->row.bundle + ":" + dag->row.path +
                                         "; give one of the two another dag_id");
  }
  auto before = step.s.dag_by_file.find(file);
  if (before != step.s.dag_by_file.end() && (dag == nullptr || before->second != dag->row.key))
    make_stale(step, before->second);
  clear_import_error(step, file);

  if (dag == nullptr) dag = &add_dag(step, command);
  step.s.dag_by_file[file] = dag->row.key;
  const bool is_new_version = dag->spec == nullptr || dag->spec->hash != command.dag->hash;
  const bool moved = FileKey{dag->row.bundle, dag->row.path} != file;
  if (is_new_version) add_version(step, *dag, command.dag);
  if (is_new_version || moved || dag->row.is_stale || dag->row.has_import_errors) {
    dag->row.bundle = command.bundle;
    dag->row.path = command.path;
    dag->row.is_stale = false;
    dag->row.has_import_errors = false;
    dag->row.last_parsed = step.now.wall;
    step.touch(*dag);
  }
  step.run_schedule(*dag);
  step.check_assets(*dag);
  step.start_ready_runs(*dag);  // max_active_runs may have grown
  return Answer{DagAnswer{dag->row.key, dag->row.current_version, is_new_version}};
}

Result<Answer> apply(Step& step, const RemoveDagFile& command) {
  const FileKey file{command.bundle, command.path};
  clear_import_error(step, file);
  auto it = step.s.dag_by_file.find(file);
  if (it != step.s.dag_by_file.end()) {
    make_stale(step, it->second);
    step.s.dag_by_file.erase(it);
  }
  return Answer{Done{}};
}

Result<Answer> apply(Step& step, const PutImportError& command) {
  const FileKey file{command.bundle, command.path};
  ImportErrorRow& row = step.s.import_errors[file];
  if (row.id != 0 && row.stack_trace == command.stack_trace && row.findings == command.findings)
    return Answer{Done{}};
  if (row.id == 0) row.id = ++step.s.ids.import_error;
  row.bundle = command.bundle;
  row.path = command.path;
  row.at = step.now.wall;
  row.stack_trace = command.stack_trace;
  row.findings = command.findings;
  step.record(row);
  auto it = step.s.dag_by_file.find(file);
  if (it != step.s.dag_by_file.end()) {
    DagState& dag = step.s.dags.at(it->second);
    dag.row.has_import_errors = true;
    step.touch(dag);
  }
  return Answer{Done{}};
}

}  // namespace weft
