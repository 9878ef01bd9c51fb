#pragma once

#include <string_view>
#include <vector>

#include "server/api/api.h"
#include "server/auth/access.h"
#include "server/auth/sign_in_routes.h"
#include "server/dispatch/dispatch.h"
#include "server/net/static_files.h"
#include "server/net/worker_pool.h"
#include "server/telemetry/traffic.h"

namespace weft::daemon {

/// Who answers which request, after access was granted: the worker protocol and the web UI's files
/// on the event loop, the API on a thread of the pool.
class Routes {
 public:
  Routes(auth::Access& access, auth::SignInRoutes& sign_in, dispatch::Dispatch& dispatch,
         const Api& api, http::WorkerPool& pool, std::string_view base_path);

  /// All that answers are counted under.
  static std::vector<telemetry::RouteName> counted();

  /// Loop thread only.
  void handle(http::Request request, http::Respond respond);

 private:
  void hand_to_api(http::Request request, http::Respond respond);

  auth::Access& access_;
  auth::SignInRoutes& sign_in_;
  dispatch::Dispatch& dispatch_;
  const Api& api_;
  http::WorkerPool& pool_;
  http::StaticFiles files_;
};

}  // namespace weft::daemon
