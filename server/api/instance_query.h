#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/api/body.h"
#include "server/api/lookup.h"
#include "server/api/query.h"

namespace weft::api {

/// Conditions on a task that stand in its DAG version, not in a column.
struct TaskConditions {
  std::vector<std::string> pools, queues, operators;  ///< empty: any
  std::string pool_pattern, queue_pattern, operator_pattern, display_name_pattern;
  std::optional<std::string> group;

  bool empty() const;
  bool fits(const Dag& dag, const Task& task) const;
};

struct InstanceListQuery {
  storage::InstanceQuery query;
  TaskConditions tasks;
};

/// From a query string. Without order_by the order is empty.
InstanceListQuery read_instance_query(Query& query);
/// From the body of …/list. Errors: invalid_argument for order_by and cursor; unprocessable.
Outcome<InstanceListQuery> read_instance_query(const Call& call, Body& body);

/// Turns the conditions on tasks into one on the instances: the tasks that fit, of each version in
/// the scope. Errors: invalid_argument when the scope has more than 1,000 versions.
Outcome<void> add_task_conditions(storage::Reader& reader, const Call& call, const Scope& scope,
                                  InstanceListQuery& list);

/// As LIKE '%pattern%' with `|` between alternatives: the same as Filter::add_pattern.
bool like(std::string_view text, std::string_view pattern);

}  // namespace weft::api
