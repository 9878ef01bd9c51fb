// Every rule over every multiset of up to four upstream states, against the table written a second
// time as conditions (tests/simulation/rule_table.h).

#include "server/core/scheduler/trigger_rule.h"

#include <gtest/gtest.h>

#include "tests/simulation/rule_table.h"

namespace weft {
namespace {

TEST(TriggerRule, EqualsTheTableForEveryMultisetOfUpToFourUpstreams) {
  int cases = 0;
  for (int rule_number = 0; rule_number <= static_cast<int>(TriggerRule::always); ++rule_number) {
    const auto rule = static_cast<TriggerRule>(rule_number);
    for (int n = 0; n <= 4; ++n)
      for (int s = 0; s <= n; ++s)
        for (int k = 0; s + k <= n; ++k)
          for (int f = 0; s + k + f <= n; ++f)
            for (int u = 0; s + k + f + u <= n; ++u) {
              ++cases;
              const RuleVerdict verdict = evaluate(rule, {n, s, k, f, u});
              const sim::Seen seen{n, s, k, f, u};
              const std::string what = std::string(name_of(rule)) + " N=" + std::to_string(n) +
                                       " S=" + std::to_string(s) + " K=" + std::to_string(k) +
                                       " F=" + std::to_string(f) + " U=" + std::to_string(u);
              EXPECT_EQ(verdict.kind == RuleVerdict::Kind::run, sim::may_run(rule, seen)) << what;
              for (const TaskState state : {TaskState::skipped, TaskState::upstream_failed})
                EXPECT_EQ(verdict == (RuleVerdict{RuleVerdict::Kind::set, state}),
                          sim::may_set(rule, seen, state))
                    << what;
            }
  }
  EXPECT_EQ(cases, 12 * 126);
}

TEST(TriggerRule, NothingWaitsOnceAllUpstreamsAreDone) {
  for (int rule = 0; rule <= static_cast<int>(TriggerRule::always); ++rule)
    for (int s = 0; s <= 3; ++s)
      for (int k = 0; k <= 3; ++k)
        for (int f = 0; f <= 3; ++f)
          for (int u = 0; u <= 3; ++u)
            EXPECT_NE(evaluate(static_cast<TriggerRule>(rule), {s + k + f + u, s, k, f, u}).kind,
                      RuleVerdict::Kind::wait)
                << rule << ": " << s << k << f << u;
}

TEST(UpstreamCounts, ARemovedUpstreamLeavesTheTotal) {
  UpstreamCounts counts{2, 0, 0, 0, 0};
  counts.add(TaskState::removed);
  counts.add(TaskState::success);
  EXPECT_EQ(evaluate(TriggerRule::all_success, counts).kind, RuleVerdict::Kind::run);
}

}  // namespace
}  // namespace weft
