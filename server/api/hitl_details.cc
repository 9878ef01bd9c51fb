// Approvals, under Airflow's name for them: what waits for a person, and the person's answer.

#include <fmt/format.h>

#include "server/api/body.h"
#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"
#include "server/api/permission.h"
#include "server/storage/queries/approvals.h"

namespace weft::api {
namespace {

using storage::ApprovalRecord;
using storage::Reader;

constexpr std::int64_t max_map_index = std::numeric_limits<int>::max();

/// Users have no number here: the name is the id.
nlohmann::json user_json(const std::string& name) {
  return {{"id", name}, {"name", name}};
}

nlohmann::json detail_json(const ApprovalRecord& approval, nlohmann::json instance) {
  auto assigned = nlohmann::json::array();
  for (const auto& name : approval.row.assigned_to) assigned.push_back(user_json(name));
  const auto& answer = approval.answer;
  return {{"subject", approval.row.subject},
          {"body", text_or_null(approval.row.body)},
          {"options", approval.row.options},
          {"defaults", nullptr},
          {"multiple", false},
          {"params", approval.row.params},
          {"assigned_users", std::move(assigned)},
          {"created_at", instant_json(approval.row.created_at)},
          {"expires_at", instant_json(approval.row.expires_at)},
          {"response_received", answer.has_value()},
          {"responded_at", answer ? instant_json(answer->at) : nlohmann::json()},
          {"responded_by_user", answer ? user_json(answer->actor) : nlohmann::json()},
          {"chosen_options", answer ? nlohmann::json(answer->chosen_options) : nlohmann::json()},
          {"params_input", answer ? answer->params_input : nlohmann::json::object()},
          {"task_instance", std::move(instance)}};
}

void add_states(storage::ApprovalQuery& approvals, Query& query) {
  std::vector<std::int64_t> states;
  const auto words = query.texts("state");
  for (const auto& word : words) {
    if (const auto state = task_state_from(word))
      states.push_back(static_cast<std::int64_t>(*state));
    else
      query.report("state", "Input should be a task instance's state", "enum");
  }
  if (!words.empty()) approvals.filter.add_in("ti.state", states);
}

storage::ApprovalQuery read_approvals(Query& query) {
  storage::ApprovalQuery approvals;
  auto& filter = approvals.filter;
  if (const auto task = query.text("task_id")) filter.add_equal("ti.task_id", *task);
  if (const auto index = query.integer("map_index", -1, max_map_index))
    filter.add_equal("ti.map_index", *index);
  add_pattern(filter, query, "dag_id_pattern", "d.dag_id");
  add_pattern(filter, query, "task_id_pattern", "ti.task_id");
  add_pattern(filter, query, "subject_search", "p.subject");
  add_pattern(filter, query, "body_search", "p.body");
  add_states(approvals, query);
  approvals.is_answered = query.boolean("response_received");
  for (const std::string_view name : {"responded_by_user_id", "responded_by_user_name"})
    if (const auto users = query.texts(name); !users.empty())
      filter.add_in("p.responded_by", users);
  add_instant_range(filter, query, "created_at", "p.created_at");
  approvals.page = query.page();
  approvals.order = query.order_by(storage::is_approval_order, {{"ti_id", false}});
  return approvals;
}

Outcome<nlohmann::json> complete_json(Reader& reader, const Call& call,
                                      const storage::InstanceRecord& instance,
                                      const ApprovalRecord& approval) {
  API_TRY_ASSIGN(const auto dag, load_dag(reader, call, instance.version.id));
  return detail_json(approval, instance_json(instance, *dag, call.deps));
}

struct Asked {
  storage::InstanceRecord instance;
  ApprovalRecord approval;
};

Outcome<Asked> require_approval(Reader& reader, const Call& call) {
  API_TRY_ASSIGN(const auto map_index, map_index_of(call));
  API_TRY_ASSIGN(auto instance,
                 require_instance(reader, call.value("dag_id"), call.value("dag_run_id"),
                                  call.value("task_id"), map_index));
  API_TRY_ASSIGN(auto approval, storage::find_approval(reader, instance.row.id));
  if (!approval)
    return refuse(ErrorCode::not_found,
                  fmt::format("task \"{}\" has asked nobody", instance.row.task_id));
  return Asked{std::move(instance), std::move(*approval)};
}

}  // namespace

Outcome<http::Response> get_hitl_details(Call& call) {
  Query query(call.request);
  auto approvals = read_approvals(query);
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto scope, find_scope(reader, call));
    approvals.dag = scope.dag;
    approvals.run = scope.run;
    API_TRY(add_visible(approvals.filter, reader, call, "d.dag_id"));
    if (!scope.run_id_of_any_dag.empty())
      approvals.filter.add_equal("r.run_id", scope.run_id_of_any_dag);
    API_TRY_ASSIGN(const auto listing, storage::list_approvals(reader, approvals));
    auto list = nlohmann::json::array();
    for (const auto& approval : listing.rows) {
      API_TRY_ASSIGN(
          const auto instance,
          storage::find_instance(reader, approval.row.run, approval.task_id, approval.map_index));
      if (!instance) continue;
      API_TRY_ASSIGN(auto json, complete_json(reader, call, *instance, approval));
      list.push_back(std::move(json));
    }
    return json_response(
        collection_json("hitl_details", std::move(list), listing.total, listing.total_is_exact));
  });
}

Outcome<http::Response> get_hitl_detail(Call& call) {
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto asked, require_approval(reader, call));
    API_TRY_ASSIGN(const auto json, complete_json(reader, call, asked.instance, asked.approval));
    return json_response(json);
  });
}

Outcome<http::Response> update_hitl_detail(Call& call) {
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  body.require("chosen_options");
  const auto chosen = body.words("chosen_options");
  const auto input = body.object("params_input");
  API_TRY(body.check());
  API_TRY_ASSIGN(const auto map_index, map_index_of(call));
  API_TRY(call.read([&](Reader& reader) { return require_approval(reader, call); }));
  API_TRY(call.command(AnswerApproval{.dag_id = call.value("dag_id"),
                                      .run_id = call.value("dag_run_id"),
                                      .task_id = call.value("task_id"),
                                      .map_index = map_index,
                                      .chosen_options = *chosen,
                                      .params_input = input,
                                      .actor = call.actor()}));
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto asked, require_approval(reader, call));
    const auto& answer = asked.approval.answer;
    if (!answer) return refuse(ErrorCode::internal, "the answer was not kept");
    return json_response({{"responded_by", user_json(answer->actor)},
                          {"responded_at", instant_json(answer->at)},
                          {"chosen_options", answer->chosen_options},
                          {"params_input", answer->params_input}});
  });
}

}  // namespace weft::api
