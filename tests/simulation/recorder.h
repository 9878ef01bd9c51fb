#pragma once

// Writes what happened in one seed as a history for tests/reference: one line of JSON per step,
// with the facts (runs, attempts, edits) and then the states that the scheduler gave its runs.
// What a fact means stands in tests/reference/history.py.

#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/core/scheduler/state.h"

namespace weft::sim {

class Recorder {
 public:
  /// Writes to this file, replacing it.
  explicit Recorder(const std::string& path) : out_(path) {}

  /// After a step was applied, before it is written.
  void step(const Command& command, const Applied& applied, const Scheduler& scheduler, Now now);
  /// The scheduler was built anew.
  void restarted() { restarted_ = true; }
  /// The batch is durable: its lines go to the file.
  void committed();
  /// The batch is lost: it never happened.
  void rolled_back();

 private:
  struct RunView {
    RunRow row;
    std::map<InstanceId, InstanceRow> instances;
  };

  struct StepRows {
    std::map<AttemptId, const AttemptRow*> attempts;
    std::map<AttemptId, const OutputsWritten*> outputs;
    std::map<InstanceId, std::string> answers;  ///< of approvals
    std::map<RunId, RunRow> before;             ///< runs that were there before the step
    std::vector<RunId> touched;
    std::optional<RunId> reopened;  ///< by a person
  };

  RunView& view(RunId run);
  void see(const Change& change, StepRows& rows);
  void begun(const EventRow& event, const StepRows& rows);
  void event(const EventRow& event, const StepRows& rows, Now now);
  void ended_early(RunId run, const StepRows& rows);
  void fact(nlohmann::json fact) { facts_.push_back(std::move(fact)); }
  nlohmann::json place(const EventRow& event);
  void edits(const Command& command, StepRows& rows);
  std::optional<RunId> marked(const Command& command, MarkRun::To to) const;
  nlohmann::json states(const StepRows& rows, const Scheduler& scheduler);

  std::ofstream out_;
  std::map<DagKey, std::string> dags_;
  std::map<VersionId, std::shared_ptr<const Dag>> specs_;
  std::map<RunId, RunView> runs_;
  std::map<RunId, std::optional<RunView>> undo_;  ///< as they were before the batch
  std::set<RunId> unfinished_;                    ///< their states are still to be said
  std::vector<std::string> lines_;                ///< of the batch
  nlohmann::json facts_;                          ///< of the step
  bool restarted_ = false;
  std::vector<RunId> early_;  ///< runs whose early end has been said
};

}  // namespace weft::sim
