#include "server/core/scheduler/trigger_rule.h"

namespace weft {
namespace {

constexpr RuleVerdict wait{};
constexpr RuleVerdict run{RuleVerdict::Kind::run, TaskState::none};
constexpr RuleVerdict skip{RuleVerdict::Kind::set, TaskState::skipped};
constexpr RuleVerdict upstream_failed{RuleVerdict::Kind::set, TaskState::upstream_failed};

RuleVerdict run_if(bool condition) {
  return condition ? run : wait;
}

}  // namespace

void UpstreamCounts::count(TaskState state, std::int32_t by) {
  switch (state) {
    case TaskState::success: success += by; break;
    case TaskState::skipped: skipped += by; break;
    case TaskState::failed: failed += by; break;
    case TaskState::upstream_failed: upstream_failed += by; break;
    case TaskState::removed: total -= by; break;
    default: break;
  }
}

RuleVerdict evaluate_teardown(const UpstreamCounts& counts, const UpstreamCounts& setups) {
  if (counts.done() < counts.total) return wait;
  if (setups.total == 0 || setups.success > 0) return run;
  return setups.skipped == setups.total ? skip : upstream_failed;
}

RuleVerdict evaluate(TriggerRule rule, const UpstreamCounts& counts) {
  const auto n = counts.total, s = counts.success, k = counts.skipped, f = counts.failed,
             u = counts.upstream_failed, d = counts.done();
  if (n == 0) return run;
  switch (rule) {
    case TriggerRule::all_success:
      if (u + f > 0) return upstream_failed;
      if (k > 0) return skip;
      return run_if(s == n);
    case TriggerRule::all_failed:
      if (s + k > 0) return skip;
      return run_if(f + u == n);
    case TriggerRule::all_done: return run_if(d == n);
    case TriggerRule::all_done_min_one_success:
      if (k > 0) return skip;
      if (d == n && s == 0) return upstream_failed;
      return run_if(d == n);
    case TriggerRule::one_success:
      if (s > 0) return run;
      if (d == n) return k == n ? skip : upstream_failed;
      return wait;
    case TriggerRule::one_failed:
      if (f + u > 0) return run;
      return d == n ? skip : wait;
    case TriggerRule::one_done:
      if (s + f > 0) return run;
      return d == n ? skip : wait;
    case TriggerRule::none_failed:
      if (f + u > 0) return upstream_failed;
      return run_if(s + k == n);
    case TriggerRule::none_failed_min_one_success:
      if (f + u > 0) return upstream_failed;
      if (k == n) return skip;
      return run_if(s + k == n);
    case TriggerRule::none_skipped:
      if (k > 0) return skip;
      return run_if(d == n);
    case TriggerRule::all_skipped:
      if (s + f + u > 0) return skip;
      return run_if(k == n);
    case TriggerRule::always: return run;
  }
  return wait;
}

}  // namespace weft
