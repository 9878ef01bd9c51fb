#pragma once

#include <string>

#include "server/api/call.h"

namespace weft::api {

/// A pending response: the run when it has ended, or as it is after `wait`.
http::Response wait_for_run(const Call& call, const std::string& run_id, Duration wait);

}  // namespace weft::api
