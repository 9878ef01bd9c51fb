#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/core/scheduler/change.h"
#include "server/storage/queries/list.h"

namespace weft::storage {

/// What an approval asks and what was answered, with the instance it belongs to.
struct ApprovalRecord {
  ApprovalRow row;
  std::string task_id;
  int map_index = -1;
  std::optional<ApprovalAnswered> answer;
};

/// Without a run: of a DAG's runs; without both: all.
struct ApprovalQuery {
  std::optional<DagKey> dag;
  std::optional<RunId> run;
  std::optional<bool> is_answered;
  Filter filter;  ///< over `p.` (approval), `ti.` (task_instance), `r.` (run), `d.` (dag)
  std::vector<Order> order;
  Page page;
};

bool is_approval_order(std::string_view name);
Result<Listing<ApprovalRecord>> list_approvals(Reader& reader, const ApprovalQuery& query);
Result<std::optional<ApprovalRecord>> find_approval(Reader& reader, InstanceId instance);

}  // namespace weft::storage
