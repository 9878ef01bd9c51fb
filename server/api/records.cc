#include "server/api/records.h"

#include <fmt/format.h>

#include <algorithm>

namespace weft::api {

Outcome<void> check_mask(const std::vector<std::string>& mask, std::string_view noun,
                         std::span<const std::string_view> fields) {
  for (const auto& name : mask)
    if (std::find(fields.begin(), fields.end(), name) == fields.end())
      return refuse(ErrorCode::invalid_argument,
                    fmt::format("update_mask: a {} has no field \"{}\" that can be changed", noun,
                                name.substr(0, 100)));
  return {};
}

bool in_mask(const std::vector<std::string>& mask, std::string_view field) {
  return mask.empty() || std::find(mask.begin(), mask.end(), field) != mask.end();
}

std::string change_text(const nlohmann::json& before, const nlohmann::json& after) {
  return to_text({{"before", before}, {"after", after}});
}

void refuse_team(Body& body) {
  if (body.text("team_name"))
    body.report("team_name", "Teams do not exist here; leave it out", "value_error");
}

http::Response no_content() {
  http::Response response;
  response.status = 204;
  return response;
}

}  // namespace weft::api
