#pragma once

// A lab with events of assets.

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/scheduler/lab.h"

namespace weft::test {

inline const std::string noop = R"("tasks": [{"task_id": "t", "type": "noop"}])";

inline std::string makes(const std::string& outlets) {
  return R"("tasks": [{"task_id": "make", "command": "true", "outlets": [)" + outlets + "]}]";
}

inline std::string waits_for(const std::string& tree, const std::string& tasks = noop) {
  return R"("schedule": {"assets": )" + tree + "}, " + tasks;
}

struct AssetLab : Lab {
  AssetLab() { work(50); }

  AssetId asset(const std::string& uri) { return scheduler().state().asset_by_uri.at(uri); }

  std::int64_t event(const std::string& uri, const std::string& partition = "",
                     const nlohmann::json& extra = nlohmann::json::object()) {
    CreateAssetEvent command;
    command.asset = asset(uri);
    command.extra = extra;
    if (!partition.empty()) command.partition_key = partition;
    const auto answer = apply(command);
    EXPECT_TRUE(answer);
    pass(std::chrono::seconds(1));
    return answer ? std::get<AssetEventAnswer>(*answer).event : 0;
  }

  void pause(const std::string& dag, bool is_paused) {
    ASSERT_TRUE(apply(PauseDag{dag, is_paused, "ada"}));
    pass(Duration(1));
  }

  /// The asset-triggered runs of a DAG, as they were made.
  std::vector<RunRow> runs(const std::string& dag_id) const {
    std::map<RunId, RunRow> rows;
    const DagKey key = scheduler().state().dag_by_id.at(dag_id);
    for (const Change& change : changes())
      if (const auto* row = std::get_if<RunRow>(&change))
        if (row->dag == key && row->type == RunType::asset_triggered) rows[row->id] = *row;
    std::vector<RunRow> all;
    for (auto& [id, row] : rows) all.push_back(std::move(row));
    return all;
  }

  /// The ids of all events that a run has.
  std::vector<std::int64_t> events_of(RunId run) {
    std::vector<std::int64_t> ids;
    for (const AssetConsumedRow& range : writer().consumed_assets(run))
      for (const AssetEventRow& row : writer().asset_events(
               range.asset, range.partition_key, range.first_event, range.last_event, 100'000))
        ids.push_back(row.id);
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  std::size_t queued(const std::string& dag_id) const {
    return scheduler().state().find_dag(dag_id)->assets.size;
  }
};

}  // namespace weft::test
