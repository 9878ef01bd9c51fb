#include "server/api/edit_preview.h"

#include <fmt/format.h>

#include <limits>

#include "server/api/forms.h"
#include "server/storage/queries/jobs.h"

namespace weft::api {
namespace {

using storage::Reader;
using storage::RunHead;

constexpr std::size_t max_listed = 1'000;
constexpr int runs_per_page = 200;

/// The runs of a selection, one page after another.
class Runs {
 public:
  static Outcome<Runs> of(Reader& reader, const TaskSelection& what);
  Outcome<std::vector<RunHead>> next(Reader& reader);

  DagKey dag;
  VersionId current;              ///< version of the DAG
  std::optional<RunHead> anchor;  ///< the run that was named
 private:
  bool only_ = false, by_date_ = false, done_ = false;
  Instant after_{}, to_{};
  RunId after_run_;
};

Outcome<Runs> Runs::of(Reader& reader, const TaskSelection& what) {
  constexpr Instant begin = from_micros(std::numeric_limits<std::int64_t>::min() / 2);
  constexpr Instant end = from_micros(std::numeric_limits<std::int64_t>::max() / 2);
  API_TRY_ASSIGN(const auto dag, require_dag(reader, what.dag_id));
  Runs runs;
  runs.dag = dag.row.key;
  runs.current = dag.row.current_version;
  const bool spreads = what.past || what.future;
  std::optional<Instant> from = what.from, to = what.to;
  if (!what.run_id.empty()) {
    API_TRY_ASSIGN(const auto run, require_run(reader, what.dag_id, what.run_id));
    runs.anchor = RunHead{run.row.id, run.row.version, run.row.state, run.row.logical_date};
    runs.only_ = !spreads;
    from = what.past ? begin : run.row.logical_date;
    to = what.future ? end : run.row.logical_date;
  }
  if (spreads && !(runs.anchor && runs.anchor->logical_date))
    return refuse(ErrorCode::invalid_argument,
                  "include_past and include_future need a run that has a logical date");
  if (from && to && *from > *to)
    return refuse(ErrorCode::invalid_argument, "start_date is after end_date");
  runs.by_date_ = from || to;
  runs.after_ = from.value_or(begin) - Duration(1);
  runs.to_ = to.value_or(end);
  return runs;
}

Outcome<std::vector<RunHead>> Runs::next(Reader& reader) {
  if (done_) return std::vector<RunHead>{};
  if (only_) {
    done_ = true;
    return std::vector{*anchor};
  }
  Result<std::vector<RunHead>> page =
      by_date_ ? storage::run_heads_by_date(reader, dag, after_, to_, runs_per_page)
               : storage::run_heads_by_id(reader, dag, after_run_, runs_per_page);
  API_TRY(page);
  if (!page->empty()) {
    after_run_ = page->back().id;
    if (by_date_) after_ = *page->back().logical_date;
  }
  return std::move(*page);
}

/// A name that no version in question knows is a slip of the pen.
Outcome<void> check_tasks(Reader& reader, const Call& call, const Runs& runs, const Edit& edit) {
  std::vector<VersionId> versions{runs.current};
  if (runs.anchor) versions = {runs.anchor->version};
  if (runs.anchor && edit.latest_version) versions.push_back(runs.current);
  for (const TaskRef& ref : edit.what.tasks) {
    bool known = false;
    for (const VersionId version : versions) {
      API_TRY_ASSIGN(const auto dag, load_dag(reader, call, version));
      known |= dag->find_task(ref.task_id) != nullptr;
    }
    if (!known)
      return refuse(ErrorCode::not_found,
                    fmt::format("DAG \"{}\" has no task \"{}\"", edit.what.dag_id, ref.task_id));
  }
  return {};
}

Outcome<void> add_run(Reader& reader, const Call& call, const Runs& runs, const Edit& edit,
                      const RunHead& run, Preview& preview) {
  const bool moves = edit.latest_version && is_terminal(run.state);
  API_TRY_ASSIGN(const auto dag, load_dag(reader, call, moves ? runs.current : run.version));
  const InstanceFilter filter(*dag, edit.what, edit.action);
  API_TRY_ASSIGN(const auto instances, storage::instance_heads(reader, run.id));
  for (const auto& instance : instances) {
    const Task* task = dag->find_task(instance.task_id);
    if (task == nullptr || !filter.changes(task->index, instance.map_index, instance.state))
      continue;
    ++preview.total;
    if (preview.listed.size() < max_listed)
      preview.listed.push_back({run.id, instance.task_id, instance.map_index});
  }
  return {};
}

}  // namespace

Outcome<Preview> preview_edit(Reader& reader, const Call& call, const Edit& edit) {
  API_TRY_ASSIGN(auto runs, Runs::of(reader, edit.what));
  API_TRY(check_tasks(reader, call, runs, edit));
  Preview preview;
  for (;;) {
    API_TRY_ASSIGN(const auto page, runs.next(reader));
    if (page.empty()) return preview;
    for (const RunHead& run : page) {
      API_TRY(add_run(reader, call, runs, edit, run, preview));
      if (preview.total <= storage::max_exact_total) continue;
      preview.total = storage::max_exact_total;
      preview.is_exact = false;
      return preview;
    }
  }
}

Outcome<http::Response> preview_response(Reader& reader, const Call& call, const Preview& preview,
                                         JobId job) {
  JsonText answer;
  begin_collection(answer, "task_instances");
  for (const auto& one : preview.listed) {
    API_TRY_ASSIGN(const auto instance,
                   storage::find_instance(reader, one.run, one.task_id, one.map_index));
    if (!instance) continue;
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, instance->version.id));
    write_instance(answer, *instance, *dag, call.deps);
  }
  end_collection(answer, preview.total, preview.is_exact);
  if (job) answer.member("job_id", job.value);
  answer.end_object();
  return json_response(std::move(answer));
}

}  // namespace weft::api
