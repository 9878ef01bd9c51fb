#pragma once

// The REST API: Request → Response, one file per resource, synchronous. Called on pool threads,
// many at once; it holds nothing that changes but what requests share to be cheaper (shared.h). It
// asks storage for what was, the engine for what shall be. proto/openapi.json describes it; a test
// holds the two together. A newcomer reads routes.cc (everything there is), then call.h, then one
// resource, e.g. pools.cc.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/api/need.h"
#include "server/auth/password.h"
#include "server/auth/role.h"
#include "server/auth/throttle.h"
#include "server/auth/worker_keys.h"
#include "server/engine/engine.h"
#include "server/engine/engine_stats.h"
#include "server/net/http.h"
#include "server/secrets/keyring.h"
#include "server/storage/disk_room.h"
#include "server/storage/log_store.h"
#include "server/storage/readers.h"
#include "server/storage/version_cache.h"
#include "server/telemetry/traffic.h"

namespace weft {

namespace api {
struct Match;
struct Shared;
}  // namespace api

/// All must outlive the Api.
struct ApiDependencies {
  Engine& engine;
  storage::Readers& readers;
  storage::VersionCache& versions;
  const storage::LogStore& logs;
  Clock& clock;  ///< thread safe
  std::shared_ptr<const secrets::Keyring> keys;
  auth::WorkerKeys& worker_keys;
  auth::Throttle& throttle;  ///< of guessed passwords
  auth::PasswordCost password_cost{};
  /// Grows after each commit that changed rows, before streams are woken for it: who follows the
  /// state reads nothing as long as it stands still.
  const std::atomic<std::uint64_t>& commits;
  std::shared_ptr<const EngineStats> stats;
  const telemetry::Traffic* traffic = nullptr;  ///< null: nobody counts it
  bool public_metrics = false;                  ///< /metrics is for everyone
  storage::DiskWatch disk;                      ///< of the data; no folder: nobody watches
  std::string database_id;                      ///< Writer::database_id(): seed of the public UUIDs
  std::string version;                          ///< of this program
  std::string git_version;                      ///< "" = not known
};

class Api {
 public:
  struct RouteInfo {
    std::string_view method;
    std::string_view pattern;  ///< e.g. /api/v2/dags/{dag_id}
    api::Need need;
  };

  explicit Api(ApiDependencies dependencies);
  ~Api();

  /// Never throws. Every error is application/problem+json. `caller` is who the request's token
  /// stands for; what the route needs is looked at here.
  http::Response handle(const http::Request& request, const auth::Caller& caller) const;

  /// All routes.
  static std::vector<RouteInfo> routes();

 private:
  http::Response answer(const http::Request& request, const auth::Caller& caller,
                        api::Match match) const;

  ApiDependencies dependencies_;
  std::shared_ptr<api::Shared> shared_;  ///< streams hold it, too
};

}  // namespace weft
