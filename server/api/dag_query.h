#pragma once

#include "server/api/query.h"
#include "server/storage/queries/list.h"

namespace weft::api {

/// The filters of the list of DAGs, on `d` and `v` (storage/queries/dags.h).
storage::Filter read_dag_filter(Query& query);

}  // namespace weft::api
