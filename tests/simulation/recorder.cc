#include "tests/simulation/recorder.h"

#include <algorithm>
#include <set>
#include <utility>

namespace weft::sim {
namespace {

using nlohmann::json;

double seconds_of(Duration duration) {
  return static_cast<double>(duration.count()) / 1e6;
}

double seconds_of(Instant instant) {
  return static_cast<double>(to_micros(instant)) / 1e6;
}

std::string run_name(RunId run) {
  return std::to_string(run.value);
}

/// The reference decides these by itself.
bool is_its_own_doing(const std::string& reason) {
  return reason.starts_with("fail_fast") || reason.starts_with("marked");
}

}  // namespace

Recorder::RunView& Recorder::view(RunId run) {
  auto known = runs_.find(run);
  undo_.try_emplace(run,
                    known == runs_.end() ? std::nullopt : std::optional<RunView>(known->second));
  return runs_[run];
}

void Recorder::committed() {
  for (const std::string& line : lines_) out_ << line << '\n';
  lines_.clear();
  undo_.clear();
}

void Recorder::rolled_back() {
  for (auto& [run, before] : undo_) {
    if (before)
      runs_[run] = std::move(*before);
    else
      runs_.erase(run);
  }
  lines_.clear();
  undo_.clear();
  restarted_ = true;
}

void Recorder::see(const Change& change, StepRows& rows) {
  if (const auto* dag = std::get_if<DagRow>(&change)) dags_[dag->key] = dag->dag_id;
  if (const auto* version = std::get_if<VersionRow>(&change)) {
    specs_[version->id] = version->spec;
    fact({{"fact", "dag"},
          {"dag", dags_[version->dag]},
          {"version", version->id.value},
          {"file", json::parse(version->spec->canonical)}});
  }
  if (const auto* pool = std::get_if<PoolRow>(&change))
    fact({{"fact", "pool"}, {"name", pool->name}, {"slots", pool->slots}});
  if (const auto* pool = std::get_if<PoolDeleted>(&change))
    fact({{"fact", "pool"}, {"name", pool->name}, {"slots", 0}});
  if (const auto* run = std::get_if<RunRow>(&change)) {
    if (runs_.contains(run->id)) rows.before.try_emplace(run->id, runs_.at(run->id).row);
    view(run->id).row = *run;
    rows.touched.push_back(run->id);
  }
  if (const auto* instance = std::get_if<InstanceRow>(&change)) {
    view(instance->run).instances[instance->id] = *instance;
    rows.touched.push_back(instance->run);
  }
  if (const auto* attempt = std::get_if<AttemptRow>(&change)) rows.attempts[attempt->id] = attempt;
  if (const auto* outputs = std::get_if<OutputsWritten>(&change))
    rows.outputs[outputs->attempt] = outputs;
  if (const auto* answer = std::get_if<ApprovalAnswered>(&change))
    rows.answers[answer->instance] = answer->chosen_options.front();
}

json Recorder::place(const EventRow& event) {
  const InstanceRow& row = runs_.at(event.run).instances.at(event.instance);
  return {{"run", run_name(event.run)},
          {"task", row.task_id},
          {"map_index", row.map_index},
          {"attempt", event.attempt.value}};
}

/// Ended by a person, an overlap or a timeout: said once, before the first thing that came of it.
void Recorder::ended_early(RunId run, const StepRows& rows) {
  const RunRow& row = runs_.at(run).row;
  auto before = rows.before.find(run);
  const std::string old = before == rows.before.end() ? "" : before->second.reason;
  if (row.reason.empty() || row.reason == old || is_its_own_doing(row.reason)) return;
  if (std::find(early_.begin(), early_.end(), run) != early_.end()) return;
  early_.push_back(run);
  fact({{"fact", "end"}, {"run", run_name(run)}, {"reason", row.reason}});
}

/// Of what comes after an early end, teardowns alone begin.
void Recorder::begun(const EventRow& event, const StepRows& rows) {
  const RunView& run = runs_.at(event.run);
  const Task* task =
      specs_.at(run.row.version)->find_task(run.instances.at(event.instance).task_id);
  if (task != nullptr && task->teardown) ended_early(event.run, rows);
}

void Recorder::event(const EventRow& event, const StepRows& rows, Now now) {
  if (event.run.value == 0 || !runs_.contains(event.run)) return;
  const RunRow& run = runs_.at(event.run).row;
  if (!event.detail.empty() && event.detail == run.reason) ended_early(event.run, rows);
  if (event.kind == EventRow::Kind::run_state) {
    const auto from = static_cast<RunState>(event.from), to = static_cast<RunState>(event.to);
    if (event.detail == "created") {
      json made{{"fact", "run"},
                {"run", run_name(event.run)},
                {"run_id", run.run_id},
                {"dag", dags_.at(run.dag)},
                {"version", run.version.value},
                {"type", name_of(run.type)},
                {"params", run.params},
                {"run_after", to_micros(run.run_after)}};
      if (run.logical_date) made["logical_date"] = to_micros(*run.logical_date);
      fact(std::move(made));
    } else if (from == RunState::queued && to == RunState::running) {
      ended_early(event.run, rows);  // before its instances are made
      fact({{"fact", "run_started"}, {"run", run_name(event.run)}});
    } else if (is_terminal(from) && to == RunState::queued && rows.reopened != event.run) {
      fact({{"fact", "rerun"}, {"run", run_name(event.run)}, {"version", run.version.value}});
    }
    return;
  }
  if (event.kind == EventRow::Kind::task_state &&
      static_cast<TaskState>(event.to) == TaskState::queued) {
    begun(event, rows);
    json started = place(event);
    started["fact"] = "started";
    started["try"] = rows.attempts.at(event.attempt)->try_number;
    fact(std::move(started));
  }
  if (event.kind == EventRow::Kind::queued_timeout) {
    json waited = place(event);
    waited["fact"] = "queued_timeout";
    fact(std::move(waited));
  }
  if (event.kind == EventRow::Kind::attempt_state) {
    const AttemptRow& attempt = *rows.attempts.at(event.attempt);
    json ended = place(event);
    // No worker had it: its key could not be rendered, or it needed none.
    const bool needs_none = !attempt.error.starts_with("concurrency_key: ");
    if (attempt.worker.value == 0) begun(event, rows);
    ended["fact"] = attempt.worker.value != 0 ? "ended" : needs_none ? "waited" : "not_rendered";
    if (attempt.error.starts_with("timeout: ")) ended["timed_out"] = true;
    if (auto answer = rows.answers.find(event.instance); answer != rows.answers.end())
      ended["answer"] = answer->second;
    ended["try"] = attempt.try_number;
    ended["outcome"] = name_of(static_cast<AttemptState>(event.to));
    ended["ago"] = std::max(0.0, seconds_of(now.wall - attempt.ended_at.value_or(now.wall)));
    if (attempt.exit_code >= 0) ended["exit_code"] = attempt.exit_code;
    auto outputs = rows.outputs.find(event.attempt);
    if (outputs != rows.outputs.end() && outputs->second->values)
      ended["outputs"] = *outputs->second->values;
    fact(std::move(ended));
  }
}

/// The run that this command marks, if that is what it does.
std::optional<RunId> Recorder::marked(const Command& command, MarkRun::To to) const {
  const auto* mark = std::get_if<MarkRun>(&command);
  if (mark == nullptr || mark->to != to) return std::nullopt;
  for (const auto& [id, run] : runs_)
    if (run.row.run_id == mark->run_id && dags_.at(run.row.dag) == mark->dag_id) return id;
  return std::nullopt;
}

/// Edits come before what the step made of them.
void Recorder::edits(const Command& command, StepRows& rows) {
  rows.reopened = marked(command, MarkRun::To::queued);
  const auto before = rows.reopened ? rows.before.find(*rows.reopened) : rows.before.end();
  if (before != rows.before.end() && is_terminal(before->second.state))
    fact({{"fact", "clear"}, {"run", run_name(before->first)}, {"instances", json::array()}});
  for (const MarkRun::To to : {MarkRun::To::success, MarkRun::To::failed}) {
    const auto run = marked(command, to);
    const std::string_view state = to == MarkRun::To::success ? "success" : "failed";
    if (!run || !rows.before.contains(*run) || name_of(rows.before.at(*run).state) == state)
      continue;
    fact({{"fact", "mark_run"}, {"run", run_name(*run)}, {"state", state}});
  }
}

/// The states of the runs that the step touched; of those with more to do in a later one, then.
json Recorder::states(const StepRows& rows, const Scheduler& scheduler) {
  std::set<RunId> runs(rows.touched.begin(), rows.touched.end());
  for (const RunId id : std::exchange(unfinished_, {}))
    if (runs_.contains(id)) runs.insert(id);
  std::erase_if(runs, [&](RunId id) {
    const bool more = scheduler.state().work.has(id);
    if (more) unfinished_.insert(id);
    return more;
  });
  json all = json::object();
  for (const RunId id : runs) {
    const RunView& run = runs_.at(id);
    json instances = json::object();
    for (const auto& [instance, row] : run.instances)
      instances[row.task_id + " " + std::to_string(row.map_index)] = name_of(row.state);
    all[run_name(id)] = {{"state", name_of(run.row.state)},
                         {"instances", run.row.materialized ? instances : json()}};
  }
  return all;
}

void Recorder::step(const Command& command, const Applied& applied, const Scheduler& scheduler,
                    Now now) {
  facts_ = json::array();
  if (std::exchange(restarted_, false)) fact({{"fact", "restarted"}});
  early_.clear();
  StepRows rows;
  for (const Change& change : applied.changes.rows) see(change, rows);
  edits(command, rows);
  for (const Change& change : applied.changes.rows)
    if (const auto* row = std::get_if<EventRow>(&change)) event(*row, rows, now);
  for (const RunId run : rows.touched) ended_early(run, rows);
  const json all = states(rows, scheduler);
  if (facts_.empty() && all.empty()) return;
  lines_.push_back(json{
      {"at", seconds_of(now.steady)},
      {"wall", seconds_of(now.wall)},
      {"facts", facts_},
      {"states", all}}.dump());
}

}  // namespace weft::sim
