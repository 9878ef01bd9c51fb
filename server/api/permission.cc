#include "server/api/permission.h"

#include <fmt/format.h>

#include <algorithm>

#include "server/api/lookup.h"

namespace weft::api {
namespace {

using auth::Role;
using storage::Reader;

tl::unexpected<Failure> too_low(Role needed, Role has, const std::string& over) {
  return refuse(ErrorCode::permission_denied,
                fmt::format("this needs the role {} over {}; you have {}", auth::name_of(needed),
                            over, has == Role::none ? "none" : auth::name_of(has)));
}

/// Null: the path has no {dag_id}.
const std::string* dag_in_path(const Call& call) {
  for (const auto& [name, value] : call.path)
    if (name == "dag_id") return &value;
  return nullptr;
}

Outcome<void> check_role(const Call& call) {
  const Role needed = call.need.role;
  const Role everywhere = auth::role_over_everything(call.caller);
  if (everywhere >= needed) return {};
  const std::string* dag_id = dag_in_path(call);
  const bool names_one =
      dag_id != nullptr && !(call.need.over == Need::Over::some && *dag_id == all_of_them);
  if (names_one) return call.read([&](Reader& reader) { return check_dag(reader, call, *dag_id); });
  if (call.need.over == Need::Over::some) {
    const Role highest = auth::highest_role(call.caller);
    if (highest >= needed) return {};
    return too_low(needed, highest, "at least one DAG");
  }
  return too_low(needed, everywhere, "everything");
}

}  // namespace

Outcome<void> check_need(const Call& call) {
  if (call.need.over == Need::Over::nothing) return {};
  if (!call.caller.is_signed_in())
    return refuse(ErrorCode::unauthenticated, "this needs a token: sign in first");
  if (call.need.over == Need::Over::self) return {};
  return check_role(call);
}

Outcome<void> check_dag(Reader& reader, const Call& call, std::string_view dag_id,
                        const std::string& missing) {
  if (auth::role_over_everything(call.caller) >= call.need.role) return {};
  API_TRY_ASSIGN(const auto dag, storage::find_dag(reader, dag_id));
  const Role has = dag ? auth::role_over(call.caller, dag_id, dag->tags) : Role::none;
  if (has >= call.need.role) return {};
  if (has == Role::none) return refuse(ErrorCode::not_found, missing);
  return too_low(call.need.role, has, fmt::format("the DAG \"{}\"", dag_id));
}

Outcome<void> check_dag(Reader& reader, const Call& call, std::string_view dag_id) {
  return check_dag(reader, call, dag_id, no_dag(dag_id));
}

Outcome<VisibleDags> visible_dags(Reader& reader, const Call& call) {
  const Role needed = call.need.role;
  if (auth::role_over_everything(call.caller) >= needed) return VisibleDags();
  std::vector<std::string> dag_ids, tags;
  const Role cap = call.caller.cap.value_or(Role::admin);
  for (const auth::Grant& grant : call.caller.grants) {
    if (std::min(grant.role, cap) < needed) continue;
    if (grant.dag_id.empty())
      tags.push_back(grant.tag);
    else
      dag_ids.push_back(grant.dag_id);
  }
  if (!tags.empty()) {
    API_TRY_ASSIGN(auto tagged, storage::dag_ids_with_tags(reader, tags));
    dag_ids.insert(dag_ids.end(), std::make_move_iterator(tagged.begin()),
                   std::make_move_iterator(tagged.end()));
  }
  return VisibleDags(std::move(dag_ids));
}

bool is_visible(const VisibleDags& dags, const std::string& dag_id) {
  return !dags || std::find(dags->begin(), dags->end(), dag_id) != dags->end();
}

Outcome<void> add_visible(storage::Filter& filter, Reader& reader, const Call& call,
                          std::string_view column) {
  API_TRY_ASSIGN(const auto dags, visible_dags(reader, call));
  if (dags) filter.add_in(column, *dags);
  return {};
}

bool has_role(const Call& call, Role role) {
  return auth::role_over_everything(call.caller) >= role;
}

}  // namespace weft::api
