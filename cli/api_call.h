#pragma once

// `weft api METHOD PATH`: the raw way in.

#include <string>
#include <vector>

#include "cli/client.h"

namespace weft::cli {

struct ApiOptions {
  std::string method = "GET";        ///< in small letters, too
  std::string path;                  ///< with or without /api/v2 in front; may have a query
  std::string data;                  ///< "@FILE": of a file; "-": stdin
  std::vector<std::string> headers;  ///< "Name: value"
  bool include = false;              ///< print the status and the headers, too
};

/// The call that the options mean, without `data`. Errors: invalid_argument for a path or a header
/// that can't be one.
Result<Request> api_request(const ApiOptions& options);

/// Prints the body as it comes, or in the form that is asked for.
int call_api(const ServerOptions& server, const ApiOptions& options);

}  // namespace weft::cli
