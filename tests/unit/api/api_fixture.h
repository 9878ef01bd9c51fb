#pragma once

// The whole API over a real scheduler and a real database in memory, with a worker that the test
// plays itself.

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <string_view>

#include "server/api/api.h"
#include "server/net/target.h"
#include "tests/unit/api/sync_engine.h"
#include "tests/unit/storage/temp_folder.h"

namespace weft::test {

/// extract → load; both take no time but what the test gives them.
inline constexpr std::string_view orders_dag = R"({
  "dag_id": "orders", "dag_display_name": "Orders", "owner": "data", "tags": ["daily", "shop"],
  "description": "Loads orders", "schedule": "30 5 * * *", "start_date": "2025-01-01",
  "params": {"mode": {"type": "string", "enum": ["full", "part"], "default": "part"}},
  "tasks": [
    {"task_id": "extract", "command": "true", "retries": 2, "pool_slots": 2},
    {"task_id": "load", "command": "true", "depends_on": ["extract"], "queue": "heavy"}]})";

using Headers = std::map<std::string, std::string, std::less<>>;

class ApiFixture : public ::testing::Test {
 protected:
  ApiFixture();

  http::Response send(const std::string& method, const std::string& target, std::string body = "",
                      Headers headers = {});
  http::Response get(const std::string& target, Headers headers = {}) {
    return send("GET", target, "", std::move(headers));
  }
  /// The body of an answer that must have this status.
  nlohmann::json get_json(const std::string& target, int status = 200);
  nlohmann::json post_json(const std::string& target, const nlohmann::json& body, int status = 200);
  nlohmann::json patch_json(const std::string& target, const nlohmann::json& body,
                            int status = 200);

  void put_dag(std::string_view text = orders_dag, const std::string& path = "orders.dag.json");
  /// Starts a run and returns its id.
  std::string trigger(const nlohmann::json& body = nlohmann::json::object(),
                      const std::string& dag_id = "orders");
  void register_worker(int slots = 8);
  /// The attempt of the latest lease of a task; 0 when there is none.
  std::int64_t leased(const std::string& task_id) const;
  void start_attempt(std::int64_t attempt);
  void finish_attempt(std::int64_t attempt, AttemptState outcome, nlohmann::json outputs = nullptr,
                      int exit_code = 0);
  /// Trigger, run both tasks to success with outputs, return the run's id.
  std::string complete_run();
  storage::LogKey log_key(const std::string& run_id, const std::string& task_id);

  /// Applies a command that must succeed.
  Answer apply(Command command);

  TempFolder folder_;
  ManualClock clock_;
  std::unique_ptr<storage::Writer> writer_;
  std::unique_ptr<storage::Readers> readers_;
  storage::LogStore logs_;
  auth::Throttle throttle_;
  telemetry::Traffic traffic_{{{"GET", "/api/v2/dags"}}};
  /// Who sends the requests.
  auth::Caller caller_{.user = "admin", .role = auth::Role::admin};
  std::unique_ptr<SyncEngine> engine_;
  std::vector<std::string> cut_off_;  ///< workers that were revoked
  auth::WorkerKeys worker_keys_{
      "weft_" + std::string(64, '0'),
      [this](const Engine::Write& write) { return engine_->write(write); },
      [this](const std::string& name) { cut_off_.push_back(name); }};
  std::unique_ptr<Api> api_;
};

}  // namespace weft::test
