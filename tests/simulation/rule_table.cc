#include "tests/simulation/rule_table.h"

namespace weft::sim {

bool may_set(TriggerRule rule, const Seen& x, TaskState state) {
  if (x.n == 0) return false;
  const bool all_done = x.done() == x.n;
  const bool skip = state == TaskState::skipped;
  switch (rule) {
    case TriggerRule::all_success: return skip ? x.k > 0 && x.u + x.f == 0 : x.u + x.f > 0;
    case TriggerRule::all_failed: return skip && x.s + x.k > 0;
    case TriggerRule::all_done: return false;
    case TriggerRule::all_done_min_one_success:
      return skip ? x.k > 0 : x.k == 0 && all_done && x.s == 0;
    case TriggerRule::one_success: return all_done && x.s == 0 && (skip ? x.k == x.n : x.k < x.n);
    case TriggerRule::one_failed: return skip && all_done && x.f + x.u == 0;
    case TriggerRule::one_done: return skip && all_done && x.f + x.s == 0;
    case TriggerRule::none_failed: return !skip && x.f + x.u > 0;
    case TriggerRule::none_failed_min_one_success: return skip ? x.k == x.n : x.f + x.u > 0;
    case TriggerRule::none_skipped: return skip && x.k > 0;
    case TriggerRule::all_skipped: return skip && x.s + x.f + x.u > 0;
    case TriggerRule::always: return false;
  }
  return false;
}

bool may_run(TriggerRule rule, const Seen& x) {
  if (x.n == 0) return true;
  if (may_set(rule, x, TaskState::skipped) || may_set(rule, x, TaskState::upstream_failed))
    return false;
  switch (rule) {
    case TriggerRule::all_success: return x.s == x.n;
    case TriggerRule::all_failed: return x.f + x.u == x.n;
    case TriggerRule::all_done: return x.done() == x.n;
    case TriggerRule::all_done_min_one_success: return x.done() == x.n && x.k == 0 && x.s >= 1;
    case TriggerRule::one_success: return x.s >= 1;
    case TriggerRule::one_failed: return x.f + x.u >= 1;
    case TriggerRule::one_done: return x.s + x.f >= 1;
    case TriggerRule::none_failed:
    case TriggerRule::none_failed_min_one_success: return x.s + x.k == x.n;
    case TriggerRule::none_skipped: return x.done() == x.n && x.k == 0;
    case TriggerRule::all_skipped: return x.k == x.n;
    case TriggerRule::always: return true;
  }
  return false;
}

}  // namespace weft::sim
