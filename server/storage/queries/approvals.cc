#include "server/storage/queries/approvals.h"

#include "server/storage/queries/order.h"
#include "server/storage/rows.h"

namespace weft::storage {
namespace {

constexpr std::string_view approval_columns =
    "p.instance, p.run, p.subject, p.body, p.options, p.params, p.assigned_to, p.created_at, "
    "p.expires_at, p.responded_at, p.responded_by, p.chosen_options, p.params_input, ti.task_id, "
    "ti.map_index";
constexpr std::string_view by_run =
    "FROM run r CROSS JOIN approval p ON p.run = r.id "
    "CROSS JOIN task_instance ti ON ti.id = p.instance CROSS JOIN dag d ON d.key = r.dag ";
constexpr std::string_view by_approval =
    "FROM approval p CROSS JOIN task_instance ti ON ti.id = p.instance "
    "CROSS JOIN run r ON r.id = p.run CROSS JOIN dag d ON d.key = r.dag ";

/// INDEXED BY: without statistics SQLite would walk all of them by their key.
constexpr std::string_view by_open_approval =
    "FROM approval p INDEXED BY approval_open CROSS JOIN task_instance ti ON ti.id = p.instance "
    "CROSS JOIN run r ON r.id = p.run CROSS JOIN dag d ON d.key = r.dag ";

constexpr OrderColumn order_columns[] = {
    {"ti_id", "p.instance"},
    {"subject", "p.subject"},
    {"responded_at", "p.responded_at"},
    {"created_at", "p.created_at"},
    {"responded_by_user_id", "p.responded_by"},
    {"responded_by_user_name", "p.responded_by"},
    {"dag_id", "d.dag_id"},
    {"run_id", "r.run_id"},
    {"task_display_name", "ti.task_id"},
    {"run_after", "r.run_after"},
    {"rendered_map_index", "ti.map_index"},
    {"task_instance_operator", "ti.task_id"},
    {"task_instance_state", "ti.state"},
};

std::vector<std::string> texts(std::string_view list) {
  std::vector<std::string> all;
  for (const auto& text : stored_json(list))
    if (text.is_string()) all.push_back(text.get<std::string>());
  return all;
}

ApprovalRecord make_approval(Statement& row) {
  ApprovalRecord made;
  made.row = {.instance = row.id<InstanceId>(0),
              .run = row.id<RunId>(1),
              .subject = row.string(2),
              .body = row.string(3),
              .options = texts(row.text(4)),
              .params = stored_json(row.text(5)),
              .assigned_to = texts(row.text(6)),
              .created_at = row.instant(7),
              .expires_at = row.optional_instant(8)};
  if (const auto at = row.optional_instant(9))
    made.answer = ApprovalAnswered{made.row.instance, *at, row.string(10), texts(row.text(11)),
                                   stored_json(row.text(12))};
  made.task_id = row.string(13);
  made.map_index = static_cast<int>(row.integer(14));
  return made;
}

}  // namespace

bool is_approval_order(std::string_view name) {
  return has_order(order_columns, name);
}

Result<Listing<ApprovalRecord>> list_approvals(Reader& reader, const ApprovalQuery& query) {
  Filter filter;
  std::string_view way = by_run;
  if (query.run) {
    filter.add_equal("r.id", query.run->value);
  } else if (query.dag) {
    filter.add_equal("r.dag", query.dag->value);
  } else {
    way = query.is_answered == false ? by_open_approval : by_approval;
    filter.add("p.instance > 0");
  }
  if (query.is_answered)
    filter.add(*query.is_answered ? "p.responded_at IS NOT NULL" : "p.responded_at IS NULL");
  filter.add(query.filter);
  return select_page(reader, approval_columns, way, filter,
                     order_by(order_columns, query.order, "p.instance"), query.page, make_approval);
}

Result<std::optional<ApprovalRecord>> find_approval(Reader& reader, InstanceId instance) {
  Filter filter;
  filter.add_equal("p.instance", instance.value);
  return select_one(reader, approval_columns, by_approval, filter, make_approval);
}

}  // namespace weft::storage
