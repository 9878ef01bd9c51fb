#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace weft::sim {

/// What happened, by kind: a kind that never happened fails the run, since nothing was learnt
/// about it.
struct Report {
  std::map<std::string, std::int64_t> commands;
  std::map<std::string, std::int64_t> faults;
  std::map<std::string, std::int64_t> transitions;
  bool verbose = false;  ///< say every event, for the replay of one seed
  std::int64_t steps = 0, rows = 0, executions = 0, restarts = 0, runs = 0, maps = 0,
               begun_anew = 0, teardowns = 0;

  void merge(const Report& other) {
    for (const auto& [name, n] : other.commands) commands[name] += n;
    for (const auto& [name, n] : other.faults) faults[name] += n;
    for (const auto& [name, n] : other.transitions) transitions[name] += n;
    steps += other.steps;
    rows += other.rows;
    executions += other.executions;
    restarts += other.restarts;
    runs += other.runs;
    maps += other.maps;
    begun_anew += other.begun_anew;
    teardowns += other.teardowns;
  }
};

}  // namespace weft::sim
