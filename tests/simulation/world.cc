#include "tests/simulation/world.h"

#include <memory>

#include "tests/simulation/corrections.h"
#include "tests/simulation/dag_maker.h"
#include "tests/simulation/record_edits.h"
#include "tests/simulation/sim_worker.h"

namespace weft::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int commands_per_seed = 200;
constexpr int faults_per_seed = 20;
constexpr Duration longest_convergence = std::chrono::hours(12);

class World {
 public:
  World(std::uint64_t seed, Report& report, const std::string& dump)
      : random_(seed),
        report_(report),
        checker_(report),
        recorder_(dump.empty() ? nullptr : std::make_unique<Recorder>(dump)),
        server_(events_, Random(random_.next()), checker_, report, recorder_.get()) {}

  std::uint64_t run() {
    set_up();
    for (int i = 0; i < commands_per_seed; ++i)
      events_.after(Duration(random_.between(0, span_.count())), [this] { random_command(); });
    for (int i = 0; i < faults_per_seed; ++i)
      events_.after(Duration(random_.between(0, span_.count())), [this] { random_fault(); });
    while (!events_.empty() && events_.next() <= span_) events_.run_next();
    heal();
    converge();
    return checker_.trace();
  }

 private:
  void set_up() {
    for (int i = 0; i < 5; ++i) dag_ids_.push_back("dag" + std::to_string(i));
    weather_ = {3, 3, 5, 5, 1};
    put_pool("small", static_cast<int>(random_.between(1, 3)));
    put_pool("narrow", 2);
    for (const std::string& id : dag_ids_) put_dag(id);
    const std::vector<std::vector<std::string>> queues{{"default"}, {"default", "big"}, {"big"}};
    for (int i = 0; i < 3; ++i) {
      workers_.push_back(std::make_unique<SimWorker>(
          "w" + std::to_string(i), static_cast<int>(random_.between(1, 4)),
          queues[static_cast<std::size_t>(i)], events_, Random(random_.next()), server_, checker_,
          report_, weather_));
      workers_.back()->start();
    }
  }

  void post(const std::string& kind, Command command, Engine::Reply reply = nullptr) {
    if (!server_.up()) return;
    ++report_.commands[kind];
    server_.post(std::move(command), std::move(reply));
  }

  void post(std::pair<std::string, Command> named) { post(named.first, std::move(named.second)); }

  void put_dag(const std::string& id) {
    auto dag = make_dag(random_, id);
    if (report_.verbose) std::printf("dag %s\n", dag->source.c_str());
    post("PutDag", PutDag{"dags", id + ".dag.json", std::move(dag)});
  }

  void put_pool(const std::string& name, int slots) {
    post("PutPool", PutPool{{name, slots, random_.one_in(2), ""}, false, "simulation"});
  }

  void trigger(const std::string& id) {
    TriggerRun command;
    command.dag_id = id;
    command.entropy = random_.next();
    command.conf =
        random_.one_in(3) ? nlohmann::json{{"flag", random_.one_in(2)}} : nlohmann::json();
    if (random_.one_in(4))
      command.logical_date = server_.now().wall - minutes(random_.between(0, 30));
    if (random_.one_in(8)) command.run_id = "chosen" + std::to_string(random_.between(0, 5));
    if (random_.one_in(8)) command.run_after = server_.now().wall + seconds(random_.between(1, 90));
    if (random_.one_in(6)) {
      command.idempotency_key = "key" + std::to_string(random_.between(0, 3));
      command.request_hash = std::to_string(random_.between(0, 1));
    }
    post("TriggerRun", command, [this, id](Result<Answer> answer) {
      if (!answer) return;
      const std::string run = std::get<RunAnswer>(*answer).run_id;
      checker_.acknowledged(id, run);
      known_runs_.emplace_back(id, run);
    });
  }

  void asset_event() {
    CreateAssetEvent command;
    command.asset = AssetId{random_.between(1, 6)};
    if (random_.one_in(2)) command.partition_key = "p" + std::to_string(random_.between(0, 1));
    if (random_.one_in(3)) command.extra = {{"partition_key", "p1"}};
    if (random_.one_in(6)) {
      command.idempotency_key = "asset/" + std::to_string(random_.between(0, 3));
      command.request_hash = "same";
    }
    post("CreateAssetEvent", command);
  }

  void delete_queued(const std::string& dag) {
    DeleteQueuedAssetEvents command;
    if (random_.one_in(2)) command.dag_id = dag;
    if (command.dag_id.empty() || random_.one_in(2)) command.asset = AssetId{random_.between(1, 6)};
    post("DeleteQueuedAssetEvents", command);
  }

  void mark() {
    if (known_runs_.empty()) return;
    const auto& [dag, run] = random_.pick(known_runs_);
    mark_run(dag, run);
  }

  void mark_run(const std::string& dag, const std::string& run) {
    constexpr MarkRun::To all[] = {MarkRun::To::queued, MarkRun::To::success, MarkRun::To::failed,
                                   MarkRun::To::cancelled};
    post("MarkRun", MarkRun{dag, run, all[random_.between(0, 3)], "simulation"});
  }

  void create_backfill(const std::string& dag) {
    CreateBackfill command;
    command.dag_id = dag;
    command.to_date = server_.now().wall - minutes(random_.between(-5, 40));
    command.from_date = command.to_date - minutes(random_.between(0, 60));
    command.max_active_runs = static_cast<int>(random_.between(1, 4));
    command.run_backwards = random_.one_in(3);
    command.run_on_latest_version = random_.one_in(3);
    constexpr ReprocessBehavior all[] = {ReprocessBehavior::none, ReprocessBehavior::failed,
                                         ReprocessBehavior::completed};
    command.reprocess = all[random_.between(0, 2)];
    command.actor = "simulation";
    if (recorder_ == nullptr && random_.one_in(3)) {  // no facts of the reference
      command.task_ids.push_back("t" + std::to_string(random_.between(0, 8)));
      if (random_.one_in(2))
        command.task_ids.push_back("t" + std::to_string(random_.between(0, 3)));
      command.include_downstream = random_.one_in(2);
    }
    if (random_.one_in(6)) {
      command.idempotency_key = "backfill/" + std::to_string(random_.between(0, 3));
      command.request_hash = std::to_string(random_.between(0, 1));
    }
    post("CreateBackfill", command, [this](Result<Answer> answer) {
      if (answer) known_backfills_.push_back(std::get<BackfillAnswer>(*answer).backfill);
    });
  }

  void edit_backfill() {
    if (known_backfills_.empty()) return;
    const BackfillId backfill = random_.pick(known_backfills_);
    if (random_.one_in(4))
      return post("CancelBackfill", CancelBackfill{backfill, random_.one_in(2), "simulation"});
    post("PauseBackfill", PauseBackfill{backfill, random_.one_in(2), "simulation"});
  }

  Edit random_edit() {
    Edit edit;
    edit.action = static_cast<EditAction>(random_.one_in(2) ? 0 : random_.between(1, 3));
    const auto& [dag, run] = random_.pick(known_runs_);
    TaskSelection& what = edit.what;
    what.dag_id = dag;
    if (!random_.one_in(4)) what.run_id = run;
    if (random_.one_in(4)) (random_.one_in(2) ? what.past : what.future) = true;
    if (what.run_id.empty() && random_.one_in(2))
      what.from = server_.now().wall - minutes(random_.between(0, 10));
    if (what.run_id.empty() && random_.one_in(2)) what.to = server_.now().wall;
    for (auto n = random_.between(0, 2); n > 0; --n)
      what.tasks.push_back({"t" + std::to_string(random_.between(0, 8)), std::nullopt});
    what.upstream = random_.one_in(4);
    what.downstream = random_.one_in(2);
    what.only_failed = random_.one_in(3);
    what.only_running = random_.one_in(6);
    edit.reset_runs = !random_.one_in(10);
    edit.latest_version = random_.one_in(3);
    return edit;
  }

  void edit_tasks(Edit edit) {
    EditTasks command{std::move(edit), random_.one_in(8), "simulation"};
    const bool clear = command.edit.action == EditAction::clear;
    post(clear ? "EditTasks clear" : "EditTasks mark", std::move(command));
  }

  void edit_one() {
    if (known_runs_.empty() || recorder_ != nullptr) return;
    const auto& [dag, run] = random_.pick(known_runs_);
    const std::string task = "t" + std::to_string(random_.between(0, 5));
    switch (random_.between(0, 4)) {
      case 0: return post("SetTaskNote", SetTaskNote{dag, run, task, -1, "note", "simulation"});
      case 1: return post("DeleteRun", DeleteRun{dag, run, "simulation"});
      default: return post("CancelTask", CancelTask{dag, run, task, -1, "simulation"});
    }
  }

  /// Somebody clears or marks what a worker has, and at once thinks better of it.
  void meddle() {
    const Scheduler* scheduler = server_.scheduler();
    if (scheduler == nullptr || recorder_ != nullptr) return;
    std::vector<TaskSelection> living;
    for (const auto& [id, run] : scheduler->state().runs)
      for (const Instance& instance : run->instances)
        if (scheduler->state().attempts.find(instance.row.attempt) != nullptr) {
          TaskSelection& what = living.emplace_back();
          what.dag_id = run->facts->dag_id;
          what.run_id = run->row.run_id;
          what.tasks.push_back({instance.row.task_id, instance.row.map_index});
        }
    if (living.empty()) return;
    const TaskSelection& what = random_.pick(living);
    change_mind(what);
    events_.after(milliseconds(random_.between(0, 2000)), [this, what] { change_mind(what); });
  }

  void change_mind(const TaskSelection& what) {
    if (random_.one_in(4)) return mark_run(what.dag_id, what.run_id);
    Edit edit;
    edit.action = static_cast<EditAction>(random_.one_in(2) ? 0 : random_.between(1, 3));
    edit.what = what;
    edit_tasks(std::move(edit));
  }

  /// Somebody answers an approval: well, or with what must be refused.
  void answer(bool well) {
    const Scheduler* scheduler = server_.scheduler();
    if (scheduler == nullptr) return;
    for (const auto& [id, run] : scheduler->state().runs)
      for (const Instance& instance : run->instances) {
        if (instance.row.state != TaskState::deferred ||
            run->task_of(instance).type != TaskType::approval)
          continue;
        if (!well && random_.one_in(2)) continue;
        AnswerApproval command{run->facts->dag_id,
                               run->row.run_id,
                               instance.row.task_id,
                               instance.row.map_index,
                               {},
                               nullptr,
                               "simulation"};
        command.chosen_options.push_back(random_.one_in(3) ? "Reject" : "Approve");
        if (!well && random_.one_in(5)) command.chosen_options.front() = "Perhaps";
        if (!well && random_.one_in(5)) command.params_input = {{"n", "text"}};
        return post("AnswerApproval", command);
      }
  }

  void random_command() {
    const std::string& dag = random_.pick(dag_ids_);
    switch (random_.between(0, 35)) {
      case 33:
      case 34:
      case 35:
        if (known_runs_.empty() || recorder_ != nullptr || server_.scheduler() == nullptr) return;
        return post(random_correction(random_, server_.scheduler()->state(), server_.now().wall,
                                      random_.pick(known_runs_)));
      case 32: return post(random_record_edit(random_));
      case 28: return answer(false);
      case 29: return answer(false);
      case 30: return meddle();
      case 31: return meddle();
      case 0: return put_dag(dag);
      case 1: return post("RemoveDagFile", RemoveDagFile{"dags", dag + ".dag.json"});
      case 2: return post("PutImportError", PutImportError{"dags", dag + ".dag.json", dag, "bad"});
      case 3: return post("PauseDag", PauseDag{dag, random_.one_in(2), "simulation"});
      case 4:
      case 5: return mark();
      case 6:
        if (known_runs_.empty()) return;
        return post("SetRunNote",
                    SetRunNote{random_.pick(known_runs_).first, random_.pick(known_runs_).second,
                               "note", "simulation"});
      case 7: return put_pool("small", static_cast<int>(random_.between(0, 4)));
      case 8:
        if (random_.one_in(2)) return post("DeletePool", DeletePool{"narrow", "simulation"});
        return put_pool("narrow", 2);
      case 9:
      case 10: return create_backfill(dag);
      case 11:
      case 12: return edit_backfill();
      case 13:
      case 14:
      case 15:
        if (known_runs_.empty() || recorder_ != nullptr) return;  // no facts of the reference yet
        return edit_tasks(random_edit());
      case 16:
      case 17: return edit_one();
      case 20:
      case 21: return asset_event();
      case 22: return random_.one_in(3) ? delete_queued(dag) : asset_event();
      default: return trigger(dag);
    }
  }

  void random_fault() {
    SimWorker& worker = *workers_[static_cast<std::size_t>(random_.between(0, 2))];
    switch (random_.between(0, 9)) {
      case 0: return worker.crash(true);
      case 1: return worker.crash(false);
      case 2: return worker.stall(seconds(random_.between(1, 180)));
      case 3: return worker.drain(seconds(random_.between(5, 60)));
      case 4: return crash("server killed between batches", SimServer::CrashPoint::between_batches);
      case 5: return crash("server killed before its commit", SimServer::CrashPoint::before_commit);
      case 6: return crash("server killed after its commit", SimServer::CrashPoint::after_commit);
      case 7: ++report_.faults["a batch can't be written"]; return server_.fail_next_batch();
      case 8:
        ++report_.faults["the clock jumps"];
        return server_.jump_clock(seconds(random_.between(-60, 300)));
      default: ++report_.faults["rendering fails"]; return server_.fail_renderings(1);
    }
  }

  void crash(const std::string& name, SimServer::CrashPoint point) {
    ++report_.faults[name];
    server_.crash(point, milliseconds(random_.between(10, 30'000)));
  }

  void heal() {
    weather_ = {};
    for (auto& worker : workers_) worker->heal();
    // Nothing new; what is there shall end. Said again, since a last batch may fail.
    for (const int at : {40, 45, 50}) {
      events_.after(seconds(at), [this] {
        for (const std::string& id : dag_ids_) post("PauseDag", PauseDag{id, true, "simulation"});
        // Room for all: tasks that wait for a run may hold what that run needs.
        put_pool("small", 1000);
        put_pool("narrow", 1000);
        for (auto* w : {"w0", "w1", "w2"}) post("DrainWorker", DrainWorker{w, false, "heal"});
        for (const BackfillId backfill : known_backfills_)
          post("PauseBackfill", PauseBackfill{backfill, false, "simulation"});
      });
    }
  }

  /// What waits for a run before that failed waits for a person: here it is cancelled.
  void give_up_waiting() {
    if (const Scheduler* scheduler = server_.scheduler()) {
      for (const auto& [id, run] : scheduler->state().runs)
        for (const Instance& instance : run->instances)
          if (scheduler->state().waits.waits(instance.row.id)) {
            post("MarkRun", MarkRun{run->facts->dag_id, run->row.run_id, MarkRun::To::cancelled,
                                    "simulation"});
            break;
          }
      // So does a backfill that can't begin its next run.
      for (const auto& [id, backfill] : scheduler->state().backfills)
        if (!backfill.row.reason.empty())
          post("CancelBackfill", CancelBackfill{id, false, "simulation"});
    }
    answer(true);
    events_.after(minutes(1), [this] { give_up_waiting(); });
  }

  bool at_rest() const {
    if (server_.scheduler() == nullptr) return false;
    const auto& s = server_.scheduler()->state();
    return s.runs.empty() && s.work.empty() && s.backfills.empty() && s.jobs.empty();
  }

  void converge() {
    const Duration healed = events_.now();
    const Duration limit = healed + longest_convergence;
    events_.after(minutes(10), [this] { give_up_waiting(); });
    while (!events_.empty() && events_.next() <= limit) {
      events_.run_next();
      if (events_.now() > healed + seconds(60) && at_rest()) break;
    }
    if (server_.scheduler() == nullptr) throw Violation("the server never came back");
    checker_.at_rest(*server_.scheduler());
  }

  Random random_;
  Report& report_;
  Events events_;
  Checker checker_;
  Weather weather_;
  std::unique_ptr<Recorder> recorder_;
  SimServer server_;
  std::vector<std::unique_ptr<SimWorker>> workers_;
  std::vector<std::string> dag_ids_;
  std::vector<std::pair<std::string, std::string>> known_runs_;
  std::vector<BackfillId> known_backfills_;
  const Duration span_ = minutes(20);
};

}  // namespace

std::uint64_t run_seed(std::uint64_t seed, Report& report, const std::string& dump) {
  World world(seed, report, dump);
  return world.run();
}

}  // namespace weft::sim
