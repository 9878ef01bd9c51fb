// weft_sim --seeds N --seed S [--jobs J] [--verbose 1] [--dump DIR]: runs seeds S … S+N-1 and
// reports what happened in them; --dump writes each history to DIR/SEED.jsonl (tests/reference).

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "server/core/scheduler/transition.h"
#include "tests/simulation/checker.h"
#include "tests/simulation/world.h"

namespace weft::sim {
namespace {

struct Options {
  std::uint64_t seeds = 500, seed = 1;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  bool verbose = false;
  std::string dump;
};

constexpr std::uint64_t enough_for_transitions = 1000;  ///< then each must have been reached
constexpr int replay_every = 50;  ///< these seeds run twice: equal traces (invariant 26)

const std::vector<std::string> command_kinds{"PutDag",           "RemoveDagFile",
                                             "PutImportError",   "PauseDag",
                                             "TriggerRun",       "MarkRun",
                                             "SetRunNote",       "RegisterWorker",
                                             "SyncWorker",       "FinishAttempts",
                                             "FailAttempt",      "DrainWorker",
                                             "PutPool",          "DeletePool",
                                             "EditTasks clear",  "EditTasks mark",
                                             "CancelTask",       "SetTaskNote",
                                             "DeleteRun",        "DeleteRuns",
                                             "job slice",        "CreateBackfill",
                                             "PauseBackfill",    "CancelBackfill",
                                             "CreateAssetEvent", "DeleteQueuedAssetEvents",
                                             "AnswerApproval",   "PutRecord",
                                             "DeleteRecord",     "SetOutput",
                                             "DeleteOutput",     "DeleteTask",
                                             "task forgotten",   "DeleteDag",
                                             "DAG gone"};
const std::vector<std::string> fault_kinds{"request dropped",
                                           "response dropped",
                                           "response delayed",
                                           "request duplicated",
                                           "result duplicated",
                                           "result handed in late",
                                           "result superseded",
                                           "attempt forgotten by the worker",
                                           "killed at the end of its lease",
                                           "runner killed, death reported",
                                           "runner killed, silence",
                                           "agent stalled",
                                           "worker drained",
                                           "server killed between batches",
                                           "server killed before its commit",
                                           "server killed after its commit",
                                           "a batch can't be written",
                                           "the clock jumps",
                                           "rendering fails"};

/// What the table of transitions allows, once per pair of states.
std::vector<std::string> transition_kinds() {
  std::set<std::string> kinds;
  for (const Transition& t : transitions())
    kinds.insert(std::string(name_of(t.from)) + " -> " + std::string(name_of(t.to)));
  return {kinds.begin(), kinds.end()};
}

bool parse(int argc, char** argv, Options& options) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::uint64_t value = std::strtoull(argv[i + 1], nullptr, 10);
    if (std::strcmp(argv[i], "--seeds") == 0)
      options.seeds = value;
    else if (std::strcmp(argv[i], "--seed") == 0)
      options.seed = value;
    else if (std::strcmp(argv[i], "--jobs") == 0)
      options.jobs = static_cast<unsigned>(value);
    else if (std::strcmp(argv[i], "--verbose") == 0)
      options.verbose = value != 0;
    else if (std::strcmp(argv[i], "--dump") == 0)
      options.dump = argv[i + 1];
    else
      return false;
  }
  return argc % 2 == 1 && options.jobs > 0;
}

thread_local std::uint64_t seed_of_thread = 0;

/// Of the seed of this thread.
void say(const char* what) {
  const auto seed = static_cast<unsigned long long>(seed_of_thread);
  std::fprintf(stderr, "seed %llu: %s\nreplay: ./dev sim --seeds 1 --seed %llu\n", seed, what,
               seed);
}

/// A check of the core's own ends the process, in the thread whose seed it was: as in the server.
void say_aborted(int) {
  say("aborted");
}

/// A step that never ends: nothing in it would tell.
void say_endless(int) {
  say("does not end");
  std::_Exit(1);
}

/// Ends the process when this thread has spent more on one seed than any needs, by its own
/// processor time: a busy machine changes nothing.
class SeedWatch {
 public:
  SeedWatch() {
    sigevent event{};
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = SIGXCPU;
    event._sigev_un._tid = gettid();
    is_there_ = timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer_) == 0;
  }
  ~SeedWatch() {
    if (is_there_) timer_delete(timer_);
  }
  SeedWatch(const SeedWatch&) = delete;
  SeedWatch& operator=(const SeedWatch&) = delete;

  void begin() {
    const itimerspec limit{{}, {.tv_sec = most_seconds, .tv_nsec = 0}};
    if (is_there_) timer_settime(timer_, 0, &limit, nullptr);
  }

 private:
  static constexpr time_t most_seconds = 300;  ///< a release build takes 0.2, a sanitizer's some
  timer_t timer_{};
  bool is_there_ = false;
};

/// Runs one seed; false and a message on stderr if an invariant broke.
bool check(std::uint64_t seed, Report& report, const std::string& dump) {
  thread_local SeedWatch watch;
  seed_of_thread = seed;
  watch.begin();
  try {
    const std::string file = dump.empty() ? dump : dump + "/" + std::to_string(seed) + ".jsonl";
    const std::uint64_t trace = run_seed(seed, report, file);
    if (seed % replay_every != 0) return true;
    Report ignored;
    if (run_seed(seed, ignored, file) == trace) return true;
    std::fprintf(stderr, "seed %llu: two runs gave two traces\n",
                 static_cast<unsigned long long>(seed));
  } catch (const Violation& violation) {
    say(violation.what());
  }
  return false;
}

bool print(const char* title, const std::map<std::string, std::int64_t>& counts,
           const std::vector<std::string>& expected) {
  bool complete = true;
  std::printf("%s\n", title);
  for (const std::string& kind : expected) {
    auto it = counts.find(kind);
    const std::int64_t n = it == counts.end() ? 0 : it->second;
    std::printf("  %12lld  %s%s\n", static_cast<long long>(n), kind.c_str(),
                n == 0 ? "   <- NEVER HAPPENED" : "");
    complete = complete && n > 0;
  }
  return complete;
}

int run(const Options& options) {
  const auto begun = std::chrono::steady_clock::now();
  (void)std::signal(SIGABRT, say_aborted);
  (void)std::signal(SIGXCPU, say_endless);
  std::atomic<std::uint64_t> next{0};
  std::atomic<int> failures{0};
  std::mutex mutex;
  Report total;
  std::vector<std::thread> threads;
  for (unsigned job = 0; job < options.jobs; ++job)
    threads.emplace_back([&] {
      Report report;
      report.verbose = options.verbose;
      for (std::uint64_t i = next++; i < options.seeds && failures < 10; i = next++)
        if (!check(options.seed + i, report, options.dump)) ++failures;
      const std::lock_guard lock(mutex);
      total.merge(report);
    });
  for (std::thread& thread : threads) thread.join();

  bool complete = print("commands", total.commands, command_kinds);
  complete = print("faults", total.faults, fault_kinds) && complete;
  const bool all_transitions = print("transitions", total.transitions, transition_kinds());
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  std::printf("%lld maps, %lld teardowns, %lld instances begun anew\n",
              static_cast<long long>(total.maps), static_cast<long long>(total.teardowns),
              static_cast<long long>(total.begun_anew));
  std::printf("%lld runs, %lld executions, %lld steps, %lld rows, %lld restarts in %.1f s\n",
              static_cast<long long>(total.runs), static_cast<long long>(total.executions),
              static_cast<long long>(total.steps), static_cast<long long>(total.rows),
              static_cast<long long>(total.restarts), seconds);
  if (options.seeds >= enough_for_transitions) complete = complete && all_transitions;
  if (options.seeds >= 20 && !complete && failures == 0) {  // failures end it before its time
    std::printf(
        "a kind of command, fault or transition never happened: nothing was learnt about it\n");
    return 1;
  }
  const int failed = failures.load();
  std::printf("%llu passed, %d failed\n",
              static_cast<unsigned long long>(options.seeds) - static_cast<unsigned>(failed),
              failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace weft::sim

int main(int argc, char** argv) {
  weft::sim::Options options;
  if (!weft::sim::parse(argc, argv, options)) {
    std::fprintf(stderr,
                 "usage: weft_sim [--seeds N] [--seed S] [--jobs J] [--verbose 1]"
                 " [--dump DIR]\n");
    return 2;
  }
  spdlog::set_level(spdlog::level::off);
  return weft::sim::run(options);
}
