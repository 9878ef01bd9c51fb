#include "server/core/scheduler/step.h"

namespace weft {
namespace {

constexpr int timers_per_step = 256;

void fire(Step& step, const Timer& timer) {
  Scheduler::State& s = step.s;
  switch (timer.kind) {
    case Timer::Kind::retry: return step.retry_due(timer);
    case Timer::Kind::queued_timeout: return step.queued_timeout(timer);
    case Timer::Kind::run_gone: return step.wake_all_of(RunId{timer.id});
    case Timer::Kind::waiting: return step.waiting_due(timer);
    case Timer::Kind::poke: return step.poke_due(timer);
    case Timer::Kind::wait_timeout: return step.wait_timed_out(timer);
    case Timer::Kind::session: return step.check_session(timer);
    case Timer::Kind::given_up: return step.give_up(AttemptId{timer.id});
    case Timer::Kind::run_timeout: {
      ActiveRun* run = s.find_run(RunId{timer.id});
      if (run == nullptr || run->row.state != RunState::running) return;
      if (run->timeout != timer.generation) return;  // of a start before a clear
      const Duration limit = run->dag().dagrun_timeout;
      return step.end_early(*run, "timed out: dagrun_timeout " + format_duration(limit));
    }
    case Timer::Kind::tick: {
      auto dag = s.dags.find(DagKey{timer.id});
      if (dag != s.dags.end()) step.run_schedule(dag->second);
      return;
    }
    case Timer::Kind::assets: {
      auto dag = s.dags.find(DagKey{timer.id});
      if (dag != s.dags.end()) step.run_assets(dag->second);
      return;
    }
    case Timer::Kind::run_after: {
      auto dag = s.dags.find(DagKey{timer.id});
      if (dag != s.dags.end()) step.start_ready_runs(dag->second);
      return;
    }
    case Timer::Kind::backfill:
      if (BackfillState* backfill = s.find_backfill(BackfillId{timer.id}))
        step.run_backfill(*backfill);
      return;
  }
}

}  // namespace

Result<Answer> apply(Step& step, const FireTimers&) {
  for (int fired = 0; fired < timers_per_step; ++fired) {
    const auto timer = step.s.timers.pop_due(step.now);
    if (!timer) break;
    fire(step, *timer);
  }
  return Answer{Done{}};
}

Result<Answer> apply(Step& step, const PrepareStop&) {
  step.s.stopping = true;
  return Answer{Done{}};
}

}  // namespace weft
