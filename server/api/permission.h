#pragma once

// May the caller? Asked once per call for what its path names, and by handlers for what a body or a
// found object names. A DAG over which the caller has no role at all is not there: 404, as for one
// that does not exist; with a lower role than is needed, 403 and the word for it.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/api/call.h"

namespace weft::api {

/// What the route needs, by the caller and the path. Errors: unauthenticated, permission_denied,
/// not_found.
Outcome<void> check_need(const Call& call);

/// The route's role over this DAG. `missing` is what is said when the DAG is not to be known, e.g.
/// "no backfill 7". Errors: not_found, permission_denied.
Outcome<void> check_dag(storage::Reader& reader, const Call& call, std::string_view dag_id,
                        const std::string& missing);
/// The same, for a DAG that the caller named.
Outcome<void> check_dag(storage::Reader& reader, const Call& call, std::string_view dag_id);

/// The ids of the DAGs over which the caller has the route's role; nullopt: all.
using VisibleDags = std::optional<std::vector<std::string>>;
Outcome<VisibleDags> visible_dags(storage::Reader& reader, const Call& call);
bool is_visible(const VisibleDags& dags, const std::string& dag_id);

/// Only rows whose `column` is the id of one of these.
Outcome<void> add_visible(storage::Filter& filter, storage::Reader& reader, const Call& call,
                          std::string_view column);

/// Has the caller this role over everything?
bool has_role(const Call& call, auth::Role role);

}  // namespace weft::api
