#pragma once

// The table of trigger rules: counts over direct upstreams in, verdict out.

#include <cstdint>
#include <optional>

#include "proto/wire/vocabulary.h"
#include "server/core/dag/dag.h"

namespace weft {

/// Counts over the direct upstreams of one task instance.
struct UpstreamCounts {
  std::int32_t total = 0;            ///< N: all, without the removed ones
  std::int32_t success = 0;          ///< S
  std::int32_t skipped = 0;          ///< K
  std::int32_t failed = 0;           ///< F
  std::int32_t upstream_failed = 0;  ///< U

  std::int32_t done() const { return success + skipped + failed + upstream_failed; }
  /// Counts an upstream that reached `state`; removed leaves the total.
  void add(TaskState state) { count(state, 1); }
  /// It left that state again: somebody cleared or marked it.
  void remove(TaskState state) { count(state, -1); }

 private:
  void count(TaskState state, std::int32_t by);
};

struct RuleVerdict {
  enum class Kind : std::uint8_t { wait, run, set };
  Kind kind = Kind::wait;
  TaskState state = TaskState::none;  ///< for set: skipped or upstream_failed
  bool operator==(const RuleVerdict&) const = default;
};

/// A teardown waits until all before it is done. Then it runs if a setup succeeded, or if it has no
/// setups; it is skipped if all setups were, else upstream_failed.
RuleVerdict evaluate_teardown(const UpstreamCounts& counts, const UpstreamCounts& setups);

/// First what is set without running, then what runs, else wait. No upstreams: run.
RuleVerdict evaluate(TriggerRule rule, const UpstreamCounts& counts);

}  // namespace weft
