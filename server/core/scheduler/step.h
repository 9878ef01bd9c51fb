#pragma once

// One step: the state, the time, and what came of it so far. The commands use it to say what
// happens; it keeps the five machines in agreement and records each change once.
//
// step.cc records; due_runs.cc is what schedules make; runs.cc is the life of a run, adopt.cc
// brings one from the history, instances.cc that of a task instance, limits.cc and past.cc what
// holds it back, mapping.cc expands mapped tasks, task_groups.cc runs groups again, branches.cc is
// what branches decide, values.cc what templates see, tries.cc the life of attempts, backfills.cc
// that of a backfill, poking.cc the looks of sensors, waiting.cc the tasks that need no worker,
// sessions.cc that of the workers' sessions, edits.cc what people do to runs, deletions.cc what
// they have forgotten.

#include <optional>
#include <string>
#include <vector>

#include "server/core/scheduler/calendar.h"
#include "server/core/scheduler/state.h"
#include "server/core/scheduler/transition.h"
#include "server/core/scheduler/waiting.h"

namespace weft {

/// What a new run is made from.
struct NewRun {
  std::string run_id;
  RunType type = RunType::manual;
  TriggeredBy by = TriggeredBy::timetable;
  std::optional<Instant> logical_date;
  std::optional<DataInterval> data_interval;
  Instant run_after{};
  nlohmann::json conf;
  nlohmann::json params;
  std::string note;
  std::string actor;
  BackfillId backfill;
  VersionId version;                ///< the DAG's current one unless set
  std::shared_ptr<const Dag> spec;  ///< of `version`
  std::string partition_key;
  std::vector<AssetQueuedRow> events;  ///< that it is made for
  std::vector<std::string> triggered_through;
};

/// May a try that failed be repeated? `later`: what was lost is tried again after a while, not at
/// once.
enum class Retry : std::uint8_t { by_policy, never, later };

/// `manual__<run_after>_<8 hex>`
std::string manual_run_id(Instant run_after, std::uint64_t entropy);

/// Made or run again by a backfill: it ranks after the others.
bool is_backfill(const RunRow& run);
QueuedRun queue_position(const RunRow& run);

/// Why an instance is not retried.
inline constexpr const char* cancelled_reason = "cancelled";

class Step {
 public:
  Step(Scheduler::State& state, Now now, Changes& changes)
      : s(state), now(now), changes_(changes) {}

  Scheduler::State& s;
  const Now now;

  // --- recording (step.cc) ---
  void touch(DagState& dag);
  void touch(ActiveRun& run);
  void touch(ActiveRun& run, Instance& instance);
  void record(Change change) { changes_.rows.push_back(std::move(change)); }
  void record_version(VersionRow row) { versions_.push_back(std::move(row)); }
  void effect(Effect effect) { changes_.effects.push_back(std::move(effect)); }
  void event(EventRow row);
  void audit(const Actor& actor, std::string action, std::string dag_id, std::string run_id = {},
             std::string task_id = {}, std::string detail = {});
  /// May this step change no more?
  bool is_spent() const;
  /// Goes on with this step's work, or with all that was put off and with jobs; grants what is
  /// ready, writes the rows of what was touched.
  enum class Work : std::uint8_t { own, all };
  void finish(Work work);

  // --- schedules (due_runs.cc) ---
  void run_schedule(DagState& dag);
  /// Looks at it again with the timers of now, or of later.
  void wake_schedule(const DagState& dag, Duration after = Duration{});
  void drop_ticks(const DagState& dag, const DroppedTicks& dropped);
  void clock_set_back();

  // --- runs (runs.cc) ---
  ActiveRun& create_run(DagState& dag, NewRun what);
  bool logical_date_taken(const DagState& dag, Instant date) const;
  void start_ready_runs(DagState& dag);
  /// Among the queued runs of its backfill while that one is active, else of its DAG.
  void enqueue(DagState& dag, const RunRow& run);
  /// The running ones that it counts with, under their limit.
  std::set<RunId>& running_beside(DagState& dag, const RunRow& run);
  void complete_if_settled(ActiveRun& run);
  /// dagrun_timeout, of which so much is left.
  void arm_run_timeout(ActiveRun& run, Duration left);
  /// Kills what runs, skips the rest; the run fails with this reason once nothing runs.
  void end_early(ActiveRun& run, std::string reason);
  /// The run, from the history if it is over; null if there is none.
  ActiveRun* find_or_adopt(const DagState& dag, const std::string& run_id);
  ActiveRun* find_or_adopt(RunId id);
  /// Puts a run from the history, or one being recovered, among the active ones.
  ActiveRun& adopt(const RunSnapshot& snapshot);
  /// A run comes into memory, or leaves it, and is found by its id and its date as long.
  ActiveRun& keep(std::unique_ptr<ActiveRun> run);
  void forget(const ActiveRun& run);

  // --- assets (assets.cc, asset_runs.cc) ---
  /// The DAG has a new version: its assets, who names them, and what it waits for from now on.
  void adopt_assets(DagState& dag, const Dag* before);
  /// Stores an event, gives it its id and puts it into the queues of the DAGs that wait for it.
  std::int64_t asset_event(AssetEventRow event);
  /// A task did its work: an event for each of its outlets.
  void make_outlets(const ActiveRun& run, const Instance& instance);
  void forget_queued(DagState& dag, AssetId asset, const std::string& partition);
  /// All that waits is looked at with the next timers.
  void check_assets(DagState& dag);
  /// Makes the runs whose condition holds.
  void run_assets(DagState& dag);
  /// An asset-triggered run waits for its start, or does not any more.
  void asset_run_queued(DagState& dag, const RunRow& run);
  void asset_run_started(DagState& dag, const RunRow& run);
  /// {uri: [event …]} for templates.
  std::shared_ptr<const nlohmann::json> triggering_events(
      const std::vector<AssetConsumedRow>& consumed) const;

  // --- task instances (instances.cc) ---
  void transition(ActiveRun& run, Instance& instance, Cause cause, TaskState to,
                  std::string reason = {});
  void evaluate(ActiveRun& run, InstanceIndex index);
  /// It is scheduled: asks admission for a slot.
  void demand(ActiveRun& run, const Instance& instance);
  Demand demand_of(const ActiveRun& run, const Instance& instance) const;
  bool waits_for_past(const ActiveRun& run, const Instance& instance);
  void wake(const Awaited& awaited);
  void wake_waiters_of(const ActiveRun& run, const Instance& instance);
  void wake_after(const DagState& dag, Instant date);
  /// The instance that a timer is about, with its run; nullopt: it is gone, or in a later try.
  struct Timed {
    ActiveRun& run;
    Instance& instance;
  };
  std::optional<Timed> timed(const Timer& timer);
  bool waits_again(ActiveRun& run, Instance& instance);
  void retry_due(const Timer& timer);
  void poke_due(const Timer& timer);
  void ask(ActiveRun& run, Instance& instance);
  void queued_timeout(const Timer& timer);

  // --- tasks that need no worker and wait (waiting.cc, triggered.cc, approvals.cc,
  //     asset_sensor.cc) ---
  void begin_waiting(ActiveRun& run, Instance& instance);
  void arm_waiting(const ActiveRun& run, const Instance& instance);
  void look_again(ActiveRun& run, Instance& instance);
  void waiting_due(const Timer& timer);
  void wait_for_sweep(const Timer& timer);
  void wait_timed_out(const Timer& timer);
  Result<void> answer(ActiveRun& run, Instance& instance, const AnswerApproval& command);

  // --- attempts (tries.cc) ---
  void attempt_started(ActiveAttempt& attempt, std::int64_t started_at);
  wire::Verdict attempt_finished(const Session& session, const wire::AttemptResult& result);
  /// Ends an attempt, whoever says so: fills its row from `result`, settles or retries.
  void end_attempt(AttemptId id, const wire::AttemptResult& result, Retry retry = Retry::by_policy);
  void lose_attempt(AttemptId id, std::string why);
  void drop_attempt(AttemptId id);
  void end_unrendered(AttemptId id, AttemptState outcome, std::string why);
  void request_cancel(ActiveAttempt& attempt);

  // --- sessions (sessions.cc) ---
  void refresh_worker(const Session& session);
  void seen(Session& session);
  bool is_waited_for(const ActiveAttempt& attempt) const;
  bool is_lost(const Session& session) const;
  void close_if_empty(const Session& session);
  void give_up(AttemptId id);
  void arm_session(Session& session, Duration at);
  void check_session(const Timer& timer);
  void lose_session(Session& session, const std::string& why, bool confirmed_dead);
  void grant_again(const Session& session, std::int64_t above);

  // --- backfills (backfills.cc) ---
  /// Starts and makes runs as far as its limit goes; ends it when nothing is left.
  void run_backfill(BackfillState& backfill);
  void end_backfill(BackfillState& backfill);
  /// Its next step comes with the timers of now.
  void wake_backfill(const BackfillState& backfill, Duration after = Duration{});

  // --- edits (edits.cc: of runs; marking.cc; jobs.cc: of many) ---
  void mark_run(ActiveRun& run, MarkRun::To to);
  void reopen(ActiveRun& run);
  void cancel_instance(ActiveRun& run, Instance& instance);
  EditAnswer begin_job(Job job);
  void wake_all_of(RunId run, const std::string& task_id = "");

  /// What a command of a person names. Errors: not_found.
  struct Named {
    ActiveRun* run = nullptr;
    Instance* instance = nullptr;
  };
  Result<Named> find_named(const std::string& dag_id, const std::string& run_id,
                           const std::string& task_id, int map_index);
  /// As of now; null: it wrote none.
  std::shared_ptr<const nlohmann::json> outputs_of(const ActiveRun& run,
                                                   const Instance& instance) const;
  /// A person changes the output `key`, one of `values`; with `values` lacking it: deletes it.
  void change_output(ActiveRun& run, const Instance& instance, const std::string& key,
                     nlohmann::json values);
  /// Ids of today are not given again, whatever is deleted.
  void retire_ids();
  /// The DAG is being deleted: nobody finds it, nothing comes of it any more. In memory only.
  void hide(DagState& dag);

 private:
  void run_once(DagState& dag);
  void run_continuous(DagState& dag);
  void do_work(Work work);
  void do_item(const WorkItem& item);
  void materialize(ActiveRun& run);
  /// Removes what its backfill does not want of a new run; false: there is more of it.
  bool leave_out(ActiveRun& run);
  void rebuild_graph(ActiveRun& run);
  void start_out_of_turn(ActiveRun& run);
  void start_awaited(RunId id);
  void start_run(DagState& dag, ActiveRun& run);
  bool rerun(const DagState& dag, const BackfillRow& backfill, RunId id);
  bool is_clearing(const BackfillState& backfill) const;
  void take_backfill_tick(DagState& dag, BackfillState& backfill, Instant tick);
  void finish_run(ActiveRun& run, RunState state);
  void settled(ActiveRun& run, Instance& instance);
  void push_decided(const ActiveRun& run, const std::vector<InstanceIndex>& decided);
  /// A member of a group with retries was settled. True while the group may run again; when it is
  /// over, what comes after it is added to `decided`.
  bool group_settled(ActiveRun& run, const Task& member, std::vector<InstanceIndex>& decided);
  void decide_groups(ActiveRun& run);
  void decide_group(ActiveRun& run, std::int32_t group, std::vector<InstanceIndex>& decided);
  bool may_retry(const ActiveRun& run, std::int32_t group) const;
  void retry_group(ActiveRun& run, std::int32_t group);
  void fail_unstarted(ActiveRun& run, Instance& instance, std::string error);
  bool is_wanted_dead(const ActiveRun& run, const ActiveAttempt& attempt) const;
  void record_outcome(const ActiveRun& run, const AttemptRow& row, AttemptState before);
  void after_attempt(ActiveRun& run, Instance& instance, const AttemptRow& row,
                     const nlohmann::json& outputs, Retry retry = Retry::by_policy);
  /// A poke said "not yet": what that makes of it when it was the last, or no poke at all.
  Retry judge_poke(const ActiveAttempt& attempt, wire::AttemptResult& result) const;
  void poke_again(ActiveRun& run, Instance& instance, const AttemptRow& row);
  void arm_poke(const ActiveRun& run, const Instance& instance);
  void look(ActiveRun& run, Instance& instance);
  void look_at_time(ActiveRun& run, Instance& instance, const SensorTime& sensor);
  void look_at_task(ActiveRun& run, Instance& instance, const SensorTask& sensor);
  void look_at_asset(ActiveRun& run, Instance& instance, const SensorAsset& sensor);
  std::optional<AssetEventRow> newest_event(const AwaitedAsset& target) const;
  Result<RunId> make_triggered(ActiveRun& run, Instance& instance, const TriggerDag& what);
  void trigger_dag(ActiveRun& run, Instance& instance, const TriggerDag& what);
  void look_at_triggered(ActiveRun& run, Instance& instance, const TriggerDag& what);
  void ask_person(ActiveRun& run, Instance& instance, const Approval& what);
  void wait_on(ActiveRun& run, Instance& instance, TaskState as, std::string reason = {});
  void settle_waiting(ActiveRun& run, Instance& instance, AttemptState outcome,
                      std::string error = {}, const nlohmann::json& outputs = nullptr,
                      Retry retry = Retry::by_policy);
  RunState outcome_of(const ActiveRun& run) const;

  void set_ending(ActiveRun& run, std::string reason);
  void sweep(ActiveRun& run);
  void end_instance(ActiveRun& run, Instance& instance);
  void revive(ActiveRun& run);

  void clear_instance(ActiveRun& run, Instance& instance);
  void begin_anew(ActiveRun& run, Instance& instance);
  void restart(ActiveRun& run, Instance& instance);
  void go_on(ActiveRun& run);
  ActiveRun& move_to_latest(const DagState& dag, ActiveRun& run, const Edit& edit);

  void mark_instance(ActiveRun& run, Instance& instance, TaskState to);
  void detach(const Instance& instance);
  bool is_outdated(const ActiveRun& run, const Instance& instance) const;
  void restate(ActiveRun& run);

  bool walk_on(const Job& job, RunWalk& walk) const;
  bool edit_slice(Job& job);
  bool edit_run(Job& job);
  bool edit_selected(Job& job, ActiveRun& run, const InstanceFilter& filter);
  bool edit_downstream(Job& job, ActiveRun& run, const InstanceFilter& filter);
  bool is_edited(RunId run, JobId but = {}) const;
  template <class Edited>
  bool walk_elements(RunWalk& walk, ActiveRun& run, const Edited& edit);
  void end_edit(const Job& job, ActiveRun& run);
  bool delete_some(RunId run, JobRow& job, std::size_t& budget);
  bool delete_run_slice(JobRow& job);
  bool delete_runs_slice(Job& job);
  bool may_forget(const RunKey& key, Instant before);
  bool delete_dag_slice(Job& job);
  bool slice(Job& job);
  void continue_jobs();

  void make_ready(ActiveRun& run, Instance& instance);
  void run_branch(ActiveRun& run, Instance& instance, const Scope& scope);
  /// The branch that has decided against this instance; null: none has.
  const Instance* left_out_by(ActiveRun& run, const Instance& instance);

  Instance& make_instance(ActiveRun& run, const Task& task, InstanceIndex index, int map_index);
  /// Makes the instances of a mapped task, once its rule says run; true if the instance goes on.
  bool expand(ActiveRun& run, Instance& instance);
  bool is_element(ActiveRun& run, Instance& instance);
  void drop_mapping(ActiveRun& run, const std::string& owner);
  void set_length(ActiveRun& run, const std::string& owner, std::int32_t length);
  /// Makes the next instances of what is mapped; false: there are more than this step may make.
  bool grow(ActiveRun& run);
  bool grow(ActiveRun& run, const std::string& owner);
  void granted(const Grant& grant);
  LeaseGranted lease_of(const ActiveAttempt& attempt) const;
  nlohmann::json values_for(const ActiveRun& run, const Instance& instance) const;
  std::shared_ptr<const nlohmann::json> outputs_for(const ActiveRun& run, const Instance& instance,
                                                    const std::vector<TaskIndex>& of) const;
  /// {key: value} of a mapped instance, or null.
  std::shared_ptr<const nlohmann::json> map_values_of(const ActiveRun& run,
                                                      const Instance& instance) const;
  void keep_outputs(ActiveRun& run, const Instance& instance,
                    std::shared_ptr<const nlohmann::json> values);
  void store_outputs(ActiveRun& run, const Instance& instance, const nlohmann::json& outputs);
  void forget_outputs(ActiveRun& run, const Instance& instance);
  void retire(ActiveRun& run);
  void queue_event(DagState& dag, const AssetEventRow& event);
  void arm_assets(DagState& dag);
  bool asset_run_due(const DagState& dag, const std::string& partition) const;
  void make_asset_run(DagState& dag, const std::string& partition);
  void put_assets(const Dag& spec);

  std::size_t size() const;
  void write_touched();

  Changes& changes_;
  std::size_t budget_ = s.config.max_changes_per_step;
  /// What was put out in this step: the tables do not have it yet.
  std::map<InstanceId, std::shared_ptr<const nlohmann::json>> fresh_outputs_;
  std::map<AssetId, std::vector<AssetEventRow>> fresh_events_;  ///< likewise
  std::vector<VersionRow> versions_;
  std::vector<DagKey> dirty_dags_;
  std::vector<RunId> dirty_runs_;
  std::vector<std::pair<RunId, InstanceIndex>> dirty_instances_;
};

// One function per command, each in commands/<name>.cc.
Result<Answer> apply(Step& step, const PutDag& command);
Result<Answer> apply(Step& step, const RemoveDagFile& command);
Result<Answer> apply(Step& step, const PutImportError& command);
Result<Answer> apply(Step& step, const PauseDag& command);
Result<Answer> apply(Step& step, const TriggerRun& command);
Result<Answer> apply(Step& step, const MarkRun& command);
Result<Answer> apply(Step& step, const SetRunNote& command);
Result<Answer> apply(Step& step, const RegisterWorker& command);
Result<Answer> apply(Step& step, const SyncWorker& command);
Result<Answer> apply(Step& step, const FinishAttempts& command);
Result<Answer> apply(Step& step, const DrainWorker& command);
Result<Answer> apply(Step& step, const FailAttempt& command);
Result<Answer> apply(Step& step, const FireTimers& command);
Result<Answer> apply(Step& step, const PutPool& command);
Result<Answer> apply(Step& step, const DeletePool& command);
Result<Answer> apply(Step& step, const CreateBackfill& command);
Result<Answer> apply(Step& step, const PauseBackfill& command);
Result<Answer> apply(Step& step, const CancelBackfill& command);
Result<Answer> apply(Step& step, const CreateAssetEvent& command);
Result<Answer> apply(Step& step, const DeleteQueuedAssetEvents& command);
Result<Answer> apply(Step& step, const AnswerApproval& command);
Result<Answer> apply(Step& step, const PrepareStop& command);
Result<Answer> apply(Step& step, const EditTasks& command);
Result<Answer> apply(Step& step, const CancelTask& command);
Result<Answer> apply(Step& step, const SetTaskNote& command);
Result<Answer> apply(Step& step, const SetOutput& command);
Result<Answer> apply(Step& step, const DeleteOutput& command);
Result<Answer> apply(Step& step, const DeleteTask& command);
Result<Answer> apply(Step& step, const DeleteRun& command);
Result<Answer> apply(Step& step, const DeleteRuns& command);
Result<Answer> apply(Step& step, const DeleteDag& command);
Result<Answer> apply(Step& step, const PutRecord& command);
Result<Answer> apply(Step& step, const DeleteRecord& command);

/// Builds the state of a start from what the storage found.
void recover(Scheduler::State& state, const Snapshot& snapshot, Now now);

}  // namespace weft
