// GET …/grid: the states of many runs at once, a letter per task instance.

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"
#include "server/api/state_letters.h"
#include "server/core/dag/rows.h"
#include "server/storage/queries/views.h"

namespace weft::api {
namespace {

using storage::Reader;

constexpr std::int64_t usual_runs = 25, max_runs = 100;

/// The rows: those of the current version, then tasks that only older runs have.
class GridRows {
 public:
  explicit GridRows(const Dag& dag) : dag_(dag), lines_(row_lines(dag)) {
    for (const auto& line : lines_) {
      if (line.is_group()) {
        group_row_ = static_cast<int>(group_of_.size());
        group_of_.push_back(-1);
        continue;
      }
      rows_.emplace(dag.task(line.task).id, static_cast<int>(group_of_.size()));
      group_of_.push_back(line.group < 0 ? -1 : group_row_);
    }
  }

  /// The row of a task; makes one for a task that it does not know.
  std::size_t row_of(std::string_view task_id) {
    // Instances come sorted by task: those of a mapped one ask once.
    if (last_ < group_of_.size() && last_id_ == task_id) return last_;
    last_id_ = task_id;
    const auto [found, is_new] = rows_.emplace(last_id_, static_cast<int>(group_of_.size()));
    if (is_new) {
      group_of_.push_back(-1);
      gone_.push_back(last_id_);
    }
    return last_ = static_cast<std::size_t>(found->second);
  }

  std::size_t size() const { return group_of_.size(); }
  /// The row of the group that a row stands in; -1: none.
  int group_of(std::size_t row) const { return group_of_[row]; }

  nlohmann::json json() const {
    auto list = nlohmann::json::array();
    for (const auto& line : lines_) list.push_back(line.is_group() ? group(line) : task(line));
    for (const auto& id : gone_) list.push_back(row(id, "task", id));
    return list;
  }

 private:
  static nlohmann::json row(std::string_view id, std::string_view type, std::string_view label) {
    return {{"id", id},           {"type", type},        {"label", label},
            {"parent", nullptr},  {"operator", nullptr}, {"is_mapped", false},
            {"is_current", false}};
  }
  nlohmann::json group(const DagRowLine& line) const {
    const auto& group = dag_.groups[static_cast<std::size_t>(line.group)];
    auto json = row(group.id, "group", group.id);
    json["is_mapped"] = group.mapping != nullptr;
    json["is_current"] = true;
    return json;
  }
  nlohmann::json task(const DagRowLine& line) const {
    const Task& task = dag_.task(line.task);
    auto json = row(task.id, "task", task.display_name);
    if (line.group >= 0) json["parent"] = dag_.groups[static_cast<std::size_t>(line.group)].id;
    json["operator"] = name_of(task.type);
    json["is_mapped"] = dag_.mapping_of(task) != nullptr;
    json["is_current"] = true;
    return json;
  }

  const Dag& dag_;
  const std::vector<DagRowLine> lines_;
  std::unordered_map<std::string, int> rows_;
  std::vector<int> group_of_;  ///< per row
  std::vector<std::string> gone_;
  int group_row_ = -1;
  std::string last_id_;
  std::size_t last_ = static_cast<std::size_t>(-1);
};

nlohmann::json counts_json(const StateCounts& counts) {
  auto json = nlohmann::json::object();
  for (std::size_t i = 0; i < counts.of.size(); ++i)
    if (counts.of[i] > 0) json[std::string(1, letter_of(static_cast<TaskState>(i)))] = counts.of[i];
  return json;
}

nlohmann::json column_json(const storage::RunColumn& run) {
  return {{"dag_run_id", run.run_id},
          {"run_type", name_of(run.type)},
          {"state", name_of(run.state)},
          {"version_number", run.version_number},
          {"logical_date", instant_json(run.logical_date)},
          {"run_after", instant_json(run.run_after)},
          {"queued_at", instant_json(run.queued_at)},
          {"start_date", instant_json(run.started_at)},
          {"end_date", instant_json(run.ended_at)}};
}

/// The runs, one after the other as their instances come. The counts, a hundred bytes per row, are
/// kept of one run alone; what is kept of all is a letter per row.
class GridColumns {
 public:
  GridColumns(GridRows& rows, const std::vector<storage::RunColumn>& runs)
      : rows_(rows), runs_(runs) {}

  void add(std::size_t run, std::string_view task_id, int map_index, TaskState state) {
    finish_until(run);
    const auto row = rows_.row_of(task_id);
    fit();
    counts_[row].add(state);
    if (map_index >= 0) is_mapped_[row] = true;
  }

  /// After the last instance.
  nlohmann::json json() && {
    finish_until(runs_.size());
    // Rows of tasks that are gone came up as older runs had them.
    for (auto& column : columns_)
      column["cells"].get_ref<std::string&>().resize(rows_.size(), no_instance);
    return std::move(columns_);
  }

 private:
  /// Runs without instances are not heard of otherwise.
  void finish_until(std::size_t run) {
    while (columns_.size() < run) {
      columns_.push_back(column_json(runs_[columns_.size()]));
      fit();
      add_cells(columns_.back());
      std::fill(counts_.begin(), counts_.end(), StateCounts());
      std::fill(is_mapped_.begin(), is_mapped_.end(), false);
    }
  }

  void fit() {
    if (counts_.size() >= rows_.size()) return;
    counts_.resize(rows_.size());
    is_mapped_.resize(rows_.size());
  }

  /// {cells, mapped} of a run; groups are summed up from their tasks.
  void add_cells(nlohmann::json& json) {
    auto mapped = nlohmann::json::object();
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      if (is_mapped_[row]) mapped[std::to_string(row)] = counts_json(counts_[row]);
      if (const int group = rows_.group_of(row); group >= 0)
        for (std::size_t i = 0; i < counts_[row].of.size(); ++i)
          counts_[static_cast<std::size_t>(group)].of[i] += counts_[row].of[i];
    }
    std::string letters(rows_.size(), no_instance);
    for (std::size_t row = 0; row < rows_.size(); ++row) letters[row] = counts_[row].letter();
    json["cells"] = std::move(letters);
    json["mapped"] = std::move(mapped);
  }

  GridRows& rows_;
  const std::vector<storage::RunColumn>& runs_;
  nlohmann::json columns_ = nlohmann::json::array();  ///< those that are finished
  std::vector<StateCounts> counts_;                   ///< per row, of the run that is read
  std::vector<bool> is_mapped_;                       ///< has an instance with a map index
};

Outcome<http::Response> grid_response(Reader& reader, const storage::DagRecord& record,
                                      const Dag& dag, std::vector<storage::RunColumn> runs,
                                      std::int64_t limit) {
  const bool has_more = static_cast<std::int64_t>(runs.size()) > limit;
  if (has_more) runs.pop_back();
  GridRows rows(dag);
  GridColumns filling(rows, runs);
  API_TRY(storage::visit_cells(
      reader, runs, [&](std::size_t run, std::string_view task_id, int map_index, TaskState state) {
        filling.add(run, task_id, map_index, state);
      }));
  auto columns = std::move(filling).json();
  return json_response(
      {{"dag_id", record.row.dag_id},
       {"version_number", record.version_number},
       {"rows", rows.json()},
       {"runs", std::move(columns)},
       {"next_before", has_more ? nlohmann::json(runs.back().run_id) : nlohmann::json()}});
}

}  // namespace

Outcome<http::Response> get_grid(Call& call) {
  Query query(call.request);
  constexpr std::int64_t any = std::numeric_limits<std::int64_t>::max();
  const auto limit = std::min(query.integer("limit", 1, any).value_or(usual_runs), max_runs);
  const auto before = query.text("before");
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto record, require_dag(reader, call.value("dag_id")));
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, record.row.current_version));
    std::optional<storage::RunPosition> position;
    if (before) {
      API_TRY_ASSIGN(const auto run, require_run(reader, record.row.dag_id, *before));
      position = storage::RunPosition{run.row.run_after, run.row.id};
    }
    API_TRY_ASSIGN(auto runs,
                   storage::list_run_columns(reader, record.row.key, position, limit + 1));
    return grid_response(reader, record, *dag, std::move(runs), limit);
  });
}

}  // namespace weft::api
