#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/api/handlers.h"

namespace weft::api {

struct Route {
  std::string_view method;
  std::string_view pattern;  ///< segments, {name} takes any one that is not empty
  Handler handler;
  Need need;
};

/// All that the API answers (routes.cc).
std::span<const Route> route_table();
/// Null: there is none.
const Route* find_route(std::string_view method, std::string_view pattern);

struct Match {
  const Route* route = nullptr;  ///< null: not found, or another method
  std::vector<std::pair<std::string_view, std::string>> values;
  std::vector<std::string_view> allowed;  ///< methods of the path when the method is wrong
};

/// Literal segments win over {names}, the first difference counts.
Match match_route(std::string_view method, std::string_view path);

}  // namespace weft::api
