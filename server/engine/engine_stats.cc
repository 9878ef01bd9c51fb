#include "server/engine/engine_stats.h"

#include "proto/wire/vocabulary.h"

namespace weft {
namespace {

template <class State, class Active, class Ended>
void move_on(const EventRow& event, Active& active, Ended& ended) {
  const auto from = static_cast<State>(event.from), to = static_cast<State>(event.to);
  --active.at(event.from);
  ++active.at(event.to);
  if (is_terminal(to) && !is_terminal(from)) ++ended.at(event.to);
}

template <class Gauges>
void set_all(Gauges& gauges, const auto& counts) {
  for (std::size_t i = 0; i < gauges.size(); ++i) gauges[i].set(counts[i]);
}

template <class Counters>
void add_all(Counters& counters, const auto& counts) {
  for (std::size_t i = 0; i < counters.size(); ++i)
    if (counts[i] != 0) counters[i].add(counts[i]);
}

}  // namespace

void StateTally::note(const EventRow& event) {
  switch (event.kind) {
    case EventRow::Kind::run_state:
      if (event.from == event.to) {  // it was just made
        ++runs.at(event.to);
        return;
      }
      return move_on<RunState>(event, runs, runs_ended);
    case EventRow::Kind::task_state:
      if (static_cast<TaskState>(event.to) == TaskState::running) ++attempts_started;
      return move_on<TaskState>(event, instances, instances_ended);
    case EventRow::Kind::attempt_state: ++attempts_ended.at(event.to); return;
    default: return;
  }
}

void EngineStats::begin_with(const Snapshot& snapshot) {
  StateTally found;
  for (const RunSnapshot& run : snapshot.runs) {
    ++found.runs.at(static_cast<std::size_t>(run.run.state));
    for (const InstanceRow& instance : run.instances)
      ++found.instances.at(static_cast<std::size_t>(instance.state));
  }
  set_all(runs, found.runs);
  set_all(instances, found.instances);
}

void EngineStats::add(const StateTally& tally) {
  add_all(runs, tally.runs);
  add_all(instances, tally.instances);
  add_all(runs_ended, tally.runs_ended);
  add_all(instances_ended, tally.instances_ended);
  add_all(attempts_ended, tally.attempts_ended);
  attempts_started.add(tally.attempts_started);
}

}  // namespace weft
