#pragma once

#include "server/api/body.h"
#include "server/api/call.h"
#include "server/api/query.h"
#include "server/storage/queries/runs.h"

namespace weft::api {

/// The filters, order and page of a list of runs, from a query string (GET) or a body (POST
/// …/list). The scope (which DAGs) is the caller's.
storage::RunQuery read_run_query(Query& query);
/// Errors: invalid_argument for order_by and cursor; unprocessable.
Outcome<storage::RunQuery> read_run_query(const Call& call, Body& body);

/// The order of one text as batch bodies have it. Errors: invalid_argument.
Outcome<std::vector<storage::Order>> read_body_order(Body& body,
                                                     bool (*is_known)(std::string_view));
/// page_limit (100), and page_offset or cursor. Errors: as take_cursor.
Outcome<storage::Page> read_body_page(const Call& call, Body& body);
/// `prefix`_gte … of a body.
void add_instant_range(storage::Filter& filter, Body& body, std::string_view prefix,
                       std::string_view sql);
void add_number_range(storage::Filter& filter, Body& body, std::string_view prefix,
                      std::string_view sql);

}  // namespace weft::api
