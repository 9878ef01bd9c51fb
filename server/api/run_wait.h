#pragma once

#include <string>

#include "server/api/call.h"

namespace weft::api {

/// A pending response: the run when it has ended, or as it is after `wait`. The DAG is given, as
/// not every path that starts a run names it.
http::Response wait_for_run(const Call& call, const std::string& dag_id, const std::string& run_id,
                            Duration wait);

}  // namespace weft::api
