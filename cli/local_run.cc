#include "cli/local_run.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "cli/local_values.h"
#include "cli/log_text.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* bundle = "local";
constexpr const char* session = "local";
constexpr std::size_t shown_log_bytes = 256 << 10;
constexpr std::size_t shown_log_lines = 200;
constexpr std::chrono::milliseconds redraw_every{200};
constexpr std::chrono::milliseconds longest_wait{60'000};

/// The runner stands beside us: silence means that this process sleeps, never that it is lost.
EngineOptions engine_options() {
  EngineOptions options;
  options.scheduler.lease = std::chrono::hours(24 * 365);
  options.scheduler.unreachable_after = options.scheduler.lease;
  return options;
}

worker::UniqueFd watch_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return worker::UniqueFd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

/// The end of a log, from the first whole line on.
std::string read_end(const std::string& path) {
  const worker::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return {};
  const off_t size = ::lseek(fd.get(), 0, SEEK_END);
  const off_t begin = std::max<off_t>(0, size - static_cast<off_t>(shown_log_bytes));
  std::string text(static_cast<std::size_t>(size - begin), '\0');
  const ssize_t got = ::pread(fd.get(), text.data(), text.size(), begin);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  if (begin > 0) text.erase(0, text.find('\n') + 1);
  return text;
}

RegisterWorker registration(const Dag& dag, int slots) {
  std::set<std::string> queues;
  for (const Task& task : dag.tasks) queues.insert(task.queue);
  RegisterWorker command;
  command.request.name = bundle;
  command.request.slots = slots;
  command.request.queues.assign(queues.begin(), queues.end());
  command.request.session = session;
  return command;
}

}  // namespace

/// Where the runner keeps its things; gone with the run.
struct LocalRun::Folder {
  std::string path;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  static Result<std::unique_ptr<Folder>> make() {
    std::error_code code;
    std::string pattern = (fs::temp_directory_path(code) / "weft-run-XXXXXX").string();
    if (code || ::mkdtemp(pattern.data()) == nullptr)
      return fail(ErrorCode::unavailable,
                  pattern +
                      ": the folder for the run's files can't be made; set TMPDIR to one "
                      "that can be written");
    return std::make_unique<Folder>(Folder{pattern});
  }
};

std::shared_ptr<const Dag> without_schedule(const Dag& dag) {
  auto copy = std::make_shared<Dag>(dag);
  copy->schedule = {};
  copy->timetable = nullptr;
  copy->is_paused_upon_creation = false;
  return copy;
}

std::shared_ptr<const Dag> only_task(const Dag& dag, const Task& task) {
  auto copy = std::make_shared<Dag>(dag);
  Task alone = task;
  alone.index = TaskIndex{0};
  alone.upstream.clear();
  alone.downstream.clear();
  alone.trigger_rule = TriggerRule::all_success;
  alone.output_references.clear();
  if (alone.mapping) {
    auto mapping = std::make_shared<Mapping>(*alone.mapping);
    mapping->output_references.clear();
    alone.mapping = std::move(mapping);
  }
  alone.fails_run = true;
  if (alone.group >= 0) {  // of a mapped group it is as if it were mapped itself
    if (const auto& of_group = dag.groups[static_cast<std::size_t>(alone.group)].mapping) {
      auto mapping = std::make_shared<Mapping>(*of_group);
      mapping->output_references.clear();
      alone.mapping = std::move(mapping);
    }
    alone.group = -1;
  }
  alone.teardown = false;
  alone.setups.clear();
  alone.between.clear();
  alone.torn_down_by.clear();
  copy->groups.clear();
  for (BranchCase& branch : alone.cases) branch.next.clear();
  alone.branch_default.clear();
  copy->tasks = {std::move(alone)};
  copy->task_by_id = {{task.id, TaskIndex{0}}};
  return copy;
}

Result<std::unique_ptr<LocalRun>> LocalRun::start(LocalRunOptions options, RunView& view) {
  TRY_ASSIGN(auto folder, Folder::make());
  TRY_ASSIGN(auto writer, storage::Writer::open(":memory:"));
  TRY_ASSIGN(auto runner, worker::RunnerClient::start({.state_dir = folder->path}));
  std::unique_ptr<LocalRun> run(new LocalRun(std::move(options), view, std::move(folder),
                                             std::move(writer), std::move(runner)));
  TRY(run->set_up());
  return run;
}

LocalRun::LocalRun(LocalRunOptions options, RunView& view, std::unique_ptr<Folder> folder,
                   std::unique_ptr<storage::Writer> writer, worker::RunnerClient runner)
    : options_(std::move(options)),
      view_(view),
      folder_(std::move(folder)),
      writer_(std::move(writer)),
      core_(
          engine_options(), *writer_,
          [this](std::vector<Effect> effects) {
            std::move(effects.begin(), effects.end(), std::back_inserter(effects_));
          },
          [this] { on_commit(); }),
      renderer_({.api_url = "", .bundle_roots = {{bundle, options_.root}}}),
      runner_(std::move(runner)),
      signals_(watch_signals()) {
  core_.observe([this](const Command&, const Applied& applied) {
    for (const Change& row : applied.changes.rows) uncommitted_.push_back(row);
  });
}

LocalRun::~LocalRun() {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  (void)runner_.send({.exit = true});
  while (std::chrono::steady_clock::now() < until && runner_.wait(std::chrono::milliseconds(100))) {
  }
}

Result<void> LocalRun::set_up() {
  const Dag& dag = *options_.dag;
  TRY(core_.build(clock_.now()));
  TRY(runner_.send({.configure = worker::RunnerConfig{
                        .pass_env = {"*"}, .prompt = true, .exit_on_disconnect = true}}));
  TRY(call(PutDag{bundle, dag.id, options_.dag}));
  std::set<std::string> pools;
  for (const Task& task : dag.tasks) pools.insert(task.pool);
  // Limits between runs mean nothing with one run.
  for (const std::string& pool : pools) TRY(call(PutPool{.pool = {.name = pool, .slots = -1}}));
  TRY(call(registration(dag, options_.slots)));
  TriggerRun trigger;
  trigger.dag_id = dag.id;
  trigger.logical_date = options_.logical_date;
  trigger.data_interval = options_.data_interval;
  trigger.conf = options_.conf;
  trigger.by = TriggeredBy::cli;
  trigger.entropy = std::random_device{}();
  TRY(call(std::move(trigger)));
  return {};
}

Result<Answer> LocalRun::call(Command command) {
  Result<Answer> given = fail(ErrorCode::internal, "the engine gave no answer");
  posted_.push_back(
      {std::move(command), [&](Result<Answer> answer) { given = std::move(answer); }});
  run_engine();
  return given;
}

/// Until nothing is left to do now.
void LocalRun::run_engine() {
  for (;;) {
    const bool fire = until_next() == std::chrono::milliseconds(0);
    if (posted_.empty() && !fire) break;
    std::vector<PostedCommand> commands = std::exchange(posted_, {});
    core_.run(commands, fire, clock_.now());
    if (core_.scheduler() == nullptr) break;
    apply_effects();
  }
}

void LocalRun::apply_effects() {
  for (const Effect& effect : std::exchange(effects_, {})) {
    if (const auto* granted = std::get_if<LeaseGranted>(&effect)) grant(*granted);
    if (const auto* cancel = std::get_if<CancelRequested>(&effect))
      to_runner_.cancel.push_back(cancel->attempt.value);
  }
}

void LocalRun::grant(const LeaseGranted& granted) {
  if (held_.contains(granted.attempt.value)) return;
  const auto stored = local_values(granted.facts->dag->task(granted.task), granted.facts->dag_id);
  auto lease = stored ? renderer_.render(granted, *stored)
                      : Result<wire::Lease>(tl::unexpected<Error>(stored.error()));
  if (!lease) return post(FailAttempt{granted.attempt, lease.error().message});
  acked_ = std::max(acked_, lease->attempt);
  held_.insert(lease->attempt);
  task_of_[lease->attempt] = lease->task_id;
  to_runner_.run.push_back(std::move(*lease));
}

void LocalRun::on_commit() {
  for (const Change& row : std::exchange(uncommitted_, {})) show_row(row);
}

void LocalRun::show_row(const Change& row) {
  const Instant now = clock_.now().wall;
  if (const auto* run = std::get_if<RunRow>(&row)) run_ = *run;
  if (const auto* instance = std::get_if<InstanceRow>(&row)) view_.on_instance(*instance, now);
}

Result<RunState> LocalRun::finish() {
  while (!is_over()) {
    TRY(wait());
    run_engine();
    for (const std::string& log : std::exchange(logs_, {})) view_.say(log);
    if (core_.scheduler() == nullptr)
      return fail(ErrorCode::unavailable, "the run's state could not be kept in memory");
  }
  view_.on_end(run_, clock_.now().wall);
  return run_.state;
}

Result<void> LocalRun::wait() {
  TRY(runner_.send(std::exchange(to_runner_, {})));
  std::chrono::milliseconds timeout = until_next();
  if (view_.is_live()) timeout = std::min(timeout, redraw_every);
  const auto events = static_cast<short>(POLLIN | (runner_.has_unsent() ? POLLOUT : 0));
  std::array<pollfd, 2> fds{{{.fd = runner_.fd(), .events = events, .revents = 0},
                             {.fd = signals_.get(), .events = POLLIN, .revents = 0}}};
  ::poll(fds.data(), fds.size(), static_cast<int>(timeout.count()));
  TRY(runner_.flush());
  TRY_ASSIGN(worker::RunnerReport report, runner_.take());
  on_report(std::move(report));
  on_signals();
  view_.tick(clock_.now().wall);
  return {};
}

std::chrono::milliseconds LocalRun::until_next() {
  if (core_.scheduler() == nullptr) return longest_wait;
  const Deadline deadline = core_.scheduler()->next_deadline();
  const Now now = clock_.now();
  Duration left = longest_wait;
  if (deadline.steady) left = std::min(left, *deadline.steady - now.steady);
  if (deadline.wall) left = std::min(left, *deadline.wall - now.wall);
  return std::chrono::ceil<std::chrono::milliseconds>(std::max(left, Duration{}));
}

void LocalRun::on_signals() {
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    if (++signals_seen_ == 1) {
      view_.say("cancelling; once more to kill what runs at once\n");
      post(MarkRun{.dag_id = options_.dag->id,
                   .run_id = run_.run_id,
                   .to = MarkRun::To::cancelled,
                   .actor = {}});
    } else {
      to_runner_.exit = true;  // finish() ends with the runner
    }
  }
}

void LocalRun::on_report(worker::RunnerReport report) {
  if (!report.started.empty()) {
    SyncWorker sync;
    sync.request.session = session;
    sync.request.acked = acked_;
    for (const worker::StartedAttempt& started : report.started) {
      sync.request.started.push_back(started.attempt);
      sync.request.started_at.push_back(started.started_at);
    }
    sync.request.running.assign(held_.begin(), held_.end());
    post(std::move(sync));
  }
  if (report.finished.empty()) return;
  FinishAttempts finish;
  finish.request.session = session;
  finish.request.acked = acked_;
  for (wire::AttemptResult& result : report.finished) {
    to_runner_.confirm.push_back(result.attempt);
    if (held_.erase(result.attempt) == 0) continue;
    keep_log(result);
    finish.request.results.push_back(std::move(result));
  }
  if (!finish.request.results.empty()) post(std::move(finish));
}

void LocalRun::keep_log(const wire::AttemptResult& result) {
  const std::string path = worker::log_path(folder_->path, result.attempt);
  const bool failed = result.outcome != AttemptState::success &&
                      result.outcome != AttemptState::skipped &&
                      result.outcome != AttemptState::rescheduled;
  if (options_.logs == ShownLogs::all || (options_.logs == ShownLogs::failed && failed)) {
    const std::string lines = result.log.empty() ? read_end(path) : result.log;
    const std::string text = last_lines(log_text(lines, view_.colours()), shown_log_lines);
    if (!text.empty())
      logs_.push_back("--- log of " + task_of_[result.attempt] + "\n" + text + "---\n");
  }
  task_of_.erase(result.attempt);
  std::error_code ignored;
  fs::remove(path, ignored);
}

}  // namespace weft::cli
