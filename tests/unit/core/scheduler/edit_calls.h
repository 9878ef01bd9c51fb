#pragma once

// Edits of runs of the DAG "d", as a person asks for them.

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/core/scheduler/lab.h"

namespace weft::test {

/// Of the tasks named, or of all.
inline Edit clear(const std::string& run, std::vector<TaskRef> tasks = {}, bool latest = false) {
  Edit edit;
  edit.what.dag_id = "d";
  edit.what.run_id = run;
  edit.what.tasks = std::move(tasks);
  edit.latest_version = latest;
  return edit;
}

inline EditAnswer edit(Lab& lab, const Edit& what, bool prevent_running = false) {
  const auto answer = lab.apply(EditTasks{what, prevent_running, "ada"});
  EXPECT_TRUE(answer) << answer.error().message;
  lab.settle();
  return answer ? std::get<EditAnswer>(*answer) : EditAnswer{};
}

}  // namespace weft::test
