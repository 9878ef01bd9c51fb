#include "tests/unit/core/scheduler/lab.h"

#include <gtest/gtest.h>

#include "base/check.h"
#include "server/core/dag/parse.h"

namespace weft::test {
namespace {

constexpr Instant first_day = Instant(std::chrono::seconds(1'767'225'600));  // 2026-01-01

}  // namespace

Lab::Lab(std::size_t max_changes) : writer_(std::move(storage::Writer::open(":memory:").value())) {
  config_.max_changes_per_step = max_changes;
  build();
}

void Lab::build() {
  scheduler_ =
      std::make_unique<Scheduler>(config_, *writer_, writer_->load_snapshot().value(), now_);
}

Result<Answer> Lab::apply(const Command& command) {
  ++steps_;
  writer_->begin();
  Applied applied = scheduler_->apply(command, now_);
  for (const Change& change : applied.changes.rows) {
    const auto written = writer_->write(change);
    WEFT_CHECK_MSG(written.has_value(), written ? "" : written.error().message.c_str());
    changes_.push_back(change);
  }
  const auto committed = writer_->commit();
  WEFT_CHECK_MSG(committed.has_value(), committed ? "" : committed.error().message.c_str());
  for (const Effect& effect : applied.changes.effects) {
    const auto* lease = std::get_if<LeaseGranted>(&effect);
    if (lease == nullptr) continue;
    std::string name = lease->facts->run.run_id + "." + lease->facts->dag->task(lease->task).id;
    if (lease->map_index >= 0) name += "[" + std::to_string(lease->map_index) + "]";
    held_[name] = lease->attempt;
  }
  return applied.answer;
}

void Lab::put_dag(const std::string& dag_id, const std::string& keys) {
  ParseInput input;
  input.path = dag_id + ".dag.json";
  input.text = "{\"dag_id\": \"" + dag_id + "\", " + keys + "}";
  const ParseOutput output = parse_dag(input);
  for (const Diagnostic& diagnostic : output.diagnostics) ADD_FAILURE() << diagnostic.to_string();
  ASSERT_TRUE(output.dag) << input.text;
  ASSERT_TRUE(apply(PutDag{"main", input.path, output.dag}));
  settle();
}

void Lab::put_pool(const std::string& name, int slots, bool include_deferred) {
  ASSERT_TRUE(apply(PutPool{{name, slots, include_deferred, ""}, false, "ada"}));
  settle();
}

void Lab::trigger(const std::string& dag_id, const std::string& run_id, int day,
                  const nlohmann::json& conf) {
  TriggerRun command;
  command.dag_id = dag_id;
  command.run_id = run_id;
  command.conf = conf;
  if (day >= 0) command.logical_date = first_day + std::chrono::hours(24 * day);
  const auto answer = apply(command);
  ASSERT_TRUE(answer) << answer.error().message;
  settle();
}

void Lab::mark(const std::string& dag_id, const std::string& run_id, MarkRun::To to) {
  const auto answer = apply(MarkRun{dag_id, run_id, to, "ada"});
  ASSERT_TRUE(answer) << answer.error().message;
  settle();
}

void Lab::work(int slots, const std::vector<std::string>& queues) {
  slots_ = slots;
  queues_ = queues;
  register_worker();
  settle();
}

void Lab::register_worker() {
  wire::RegisterRequest request;
  request.name = "w";
  request.session = "s";
  request.slots = slots_;
  request.queues = queues_;
  ASSERT_TRUE(apply(RegisterWorker{request}));
}

/// Timers that are due, and postponed work, until there is none.
void Lab::settle() {
  if (still_) return;
  for (int i = 0; i < 10'000; ++i) {
    const Deadline next = scheduler_->next_deadline();
    const bool due =
        (next.steady && *next.steady <= now_.steady) || (next.wall && *next.wall <= now_.wall);
    if (!due) return;
    ASSERT_TRUE(apply(FireTimers{}));
  }
  FAIL() << "the timers never end";
}

void Lab::pass(Duration time) {
  const Duration until = now_.steady + time;
  while (now_.steady < until) {
    Duration step = until - now_.steady;
    const Deadline next = scheduler_->next_deadline();
    if (next.steady) step = std::min(step, *next.steady - now_.steady);
    if (next.wall) step = std::min(step, *next.wall - now_.wall);
    step = std::max(step, Duration(1));
    now_.steady += step;
    now_.wall += step;
    if (slots_ > 0 && !silent_) {
      wire::SyncRequest sync;  // the worker is alive all the time
      sync.session = "s";
      for (const auto& [name, id] : held_) sync.running.push_back(id.value);
      (void)apply(SyncWorker{sync});
    }
    settle();
  }
}

void Lab::restart() {
  build();
  settle();
}

std::set<std::string> Lab::held() const {
  std::set<std::string> names;
  for (const auto& [name, id] : held_) names.insert(name);
  return names;
}

void Lab::finish(const std::string& name, AttemptState outcome, int exit_code,
                 const nlohmann::json& outputs) {
  ASSERT_TRUE(held_.contains(name)) << name;
  wire::ResultsRequest request;
  request.session = "s";
  wire::AttemptResult result;
  result.attempt = held_.at(name).value;
  result.outcome = outcome;
  result.exit_code = exit_code;
  result.outputs = outputs;
  result.started_at = to_micros(now_.wall);
  result.ended_at = to_micros(now_.wall);
  request.results.push_back(result);
  held_.erase(name);
  ASSERT_TRUE(apply(FinishAttempts{request}));
  settle();
}

void Lab::finish_all() {
  while (!held_.empty()) finish(held_.begin()->first);
}

InstanceRow Lab::row(const std::string& dag_id, const std::string& run_id,
                     const std::string& task_id, int map_index) const {
  const auto& state = scheduler_->state();
  const auto dag = state.dag_by_id.find(dag_id);
  if (dag == state.dag_by_id.end()) return {};
  const auto run = writer_->run_by_id(dag->second, run_id);
  if (!run) return {};
  const auto snapshot = writer_->load_run(run->id);
  for (const InstanceRow& instance : snapshot->instances)
    if (instance.task_id == task_id && instance.map_index == map_index) return instance;
  return {};
}

std::string Lab::state(const std::string& dag_id, const std::string& run_id,
                       const std::string& task_id, int map_index) const {
  const InstanceRow found = row(dag_id, run_id, task_id, map_index);
  return found.id.value == 0 ? "" : std::string(name_of(found.state));
}

std::string Lab::run_state(const std::string& dag_id, const std::string& run_id) const {
  const auto& state = scheduler_->state();
  const auto run = writer_->run_by_id(state.dag_by_id.at(dag_id), run_id);
  return run ? std::string(name_of(run->state)) : "";
}

std::vector<std::string> Lab::why(const std::string& dag_id, const std::string& run_id,
                                  const std::string& task_id, int map_index) const {
  std::vector<std::string> codes;
  const auto explained = scheduler_->explain_task(dag_id, run_id, task_id, map_index, now_);
  if (!explained) return {explained.error().message};
  for (const Reason& reason : explained->reasons) codes.push_back(reason.code);
  return codes;
}

std::string Lab::why_text(const std::string& dag_id, const std::string& run_id,
                          const std::string& task_id, int map_index) const {
  std::string text;
  const auto explained = scheduler_->explain_task(dag_id, run_id, task_id, map_index, now_);
  if (!explained) return explained.error().message;
  for (const Reason& reason : explained->reasons) text += reason.message + "\n";
  return text;
}

}  // namespace weft::test
