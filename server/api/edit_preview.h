#pragma once

// What an edit of task instances would change: its dry run, and the answer of the edit itself.

#include <string>
#include <vector>

#include "server/api/lookup.h"
#include "server/core/scheduler/selection.h"

namespace weft::api {

struct Preview {
  struct Listed {
    RunId run;
    std::string task_id;
    int map_index = -1;
  };
  std::vector<Listed> listed;  ///< the first ones
  std::int64_t total = 0;
  bool is_exact = true;  ///< false: there are more than `total`
};

/// By the same predicate as the edit. Errors: not_found (DAG, run, task), invalid_argument.
Outcome<Preview> preview_edit(storage::Reader& reader, const Call& call, const Edit& edit);

/// As they are now; `job` 0: none. Those that are gone by now are left out.
Outcome<http::Response> preview_response(storage::Reader& reader, const Call& call,
                                         const Preview& preview, JobId job);

}  // namespace weft::api
