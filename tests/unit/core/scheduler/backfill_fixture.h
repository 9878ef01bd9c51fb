#pragma once

// Backfills of a DAG "d", without workers.

#include "server/core/scheduler/backfill.h"
#include "tests/unit/core/scheduler/scheduler_fixture.h"

namespace weft::test {

inline Instant at(const char* text) {
  return *parse_instant(text);
}

class BackfillTest : public SchedulerFixture {
 protected:
  static CreateBackfill range(const char* from, const char* to) {
    CreateBackfill command;
    command.dag_id = "d";
    command.from_date = at(from);
    command.to_date = at(to);
    return command;
  }
  BackfillId create(CreateBackfill command) {
    return std::get<BackfillAnswer>(apply(std::move(command))).backfill;
  }
  Error refused(CreateBackfill command) {
    const auto rows = stored("SELECT count(*) FROM audit");
    const auto answer = call(std::move(command));
    EXPECT_FALSE(answer);
    EXPECT_EQ(stored("SELECT count(*) FROM audit"), rows);
    return answer ? Error{} : answer.error();
  }
  BackfillRow row(BackfillId id) { return *writer_->backfill(id); }
  std::int64_t runs(const std::string& where = "1") {
    return stored("SELECT count(*) FROM run WHERE backfill > 0 AND " + where);
  }
  /// Ends all that runs.
  void finish_running() {
    std::vector<std::string> running;
    for (const auto& [id, run] : state().runs)
      if (run->row.state == RunState::running) running.push_back(run->row.run_id);
    for (const std::string& run : running) apply(MarkRun{"d", run, MarkRun::To::success, "ada"});
    settle();
  }
};

}  // namespace weft::test
