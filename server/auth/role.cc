#include "server/auth/role.h"

#include <algorithm>
#include <array>

namespace weft::auth {
namespace {

constexpr std::array<std::string_view, 5> names{"", "viewer", "operator", "editor", "admin"};

Role capped(const Caller& caller, Role role) {
  return caller.cap ? std::min(role, *caller.cap) : role;
}

bool reaches(const Grant& grant, std::string_view dag_id, const std::vector<std::string>& tags) {
  if (!grant.dag_id.empty()) return grant.dag_id == dag_id;
  return std::find(tags.begin(), tags.end(), grant.tag) != tags.end();
}

std::string text_of(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::string_view name_of(Role role) {
  return names[static_cast<std::size_t>(role)];
}

std::optional<Role> role_from(std::string_view name) {
  const auto* const found = std::find(names.begin() + 1, names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Role>(found - names.begin());
}

std::vector<Grant> grants_from(const nlohmann::json& list) {
  std::vector<Grant> grants;
  if (!list.is_array()) return grants;
  for (const auto& item : list) {
    if (!item.is_object()) continue;
    const auto role = role_from(text_of(item, "role"));
    Grant grant{role.value_or(Role::none), text_of(item, "dag_id"), text_of(item, "tag")};
    if (role && grant.dag_id.empty() != grant.tag.empty()) grants.push_back(std::move(grant));
  }
  return grants;
}

nlohmann::json grants_json(const std::vector<Grant>& grants) {
  auto list = nlohmann::json::array();
  for (const Grant& grant : grants) {
    nlohmann::json item{{"role", name_of(grant.role)}};
    if (grant.dag_id.empty())
      item["tag"] = grant.tag;
    else
      item["dag_id"] = grant.dag_id;
    list.push_back(std::move(item));
  }
  return list;
}

Role role_over_everything(const Caller& caller) {
  return capped(caller, caller.role);
}

Role role_over(const Caller& caller, std::string_view dag_id,
               const std::vector<std::string>& tags) {
  Role role = caller.role;
  for (const Grant& grant : caller.grants)
    if (reaches(grant, dag_id, tags)) role = std::max(role, grant.role);
  return capped(caller, role);
}

Role highest_role(const Caller& caller) {
  Role role = caller.role;
  for (const Grant& grant : caller.grants) role = std::max(role, grant.role);
  return capped(caller, role);
}

}  // namespace weft::auth
