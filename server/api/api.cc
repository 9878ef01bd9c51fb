#include "server/api/api.h"

#include <fmt/format.h>

#include <algorithm>

#include "server/api/conditional.h"
#include "server/api/permission.h"
#include "server/api/router.h"
#include "server/api/shared.h"

namespace weft {
namespace {

using api::Failure;

http::Response wrong_method(const api::Match& match, const http::Request& request) {
  std::vector<std::string_view> methods = match.allowed;
  std::sort(methods.begin(), methods.end());
  methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
  const auto allow = fmt::format("{}", fmt::join(methods, ", "));
  auto response =
      problem(Failure(ErrorCode::method_not_allowed,
                      fmt::format("{} is not possible here; allowed: {}", request.method, allow)),
              request.path);
  response.headers.emplace_back("allow", allow);
  return response;
}

}  // namespace

Api::Api(ApiDependencies dependencies)
    : dependencies_(std::move(dependencies)),
      shared_(std::make_shared<api::Shared>(dependencies_)) {}

Api::~Api() = default;

http::Response Api::handle(const http::Request& request, const auth::Caller& caller) const {
  auto match = api::match_route(request.method, request.path);
  if (match.route == nullptr && !match.allowed.empty()) return wrong_method(match, request);
  if (match.route == nullptr)
    return problem(Failure(ErrorCode::not_found, fmt::format("there is no {}", request.path)),
                   request.path);
  const std::string_view pattern = match.route->pattern;
  http::Response response = answer(request, caller, std::move(match));
  response.route = pattern;
  return response;
}

http::Response Api::answer(const http::Request& request, const auth::Caller& caller,
                           api::Match match) const {
  const bool is_open = dependencies_.public_metrics && match.route->handler == api::get_metrics;
  const api::Need need = is_open ? api::everyone : match.route->need;
  api::Call call{request, dependencies_, shared_, caller, need, std::move(match.values)};
  try {
    if (const auto allowed = api::check_need(call); !allowed)
      return problem(allowed.error(), request.path);
    const auto turn = api::check_if_match(call, *match.route);
    if (!turn) return problem(turn.error(), request.path);
    auto response = match.route->handler(call);
    if (!response) return problem(response.error(), request.path);
    if (request.method == "GET") api::add_etag(*response, request);
    return std::move(*response);
  } catch (const std::exception& e) {
    // Only libraries throw; what comes here is a bug of ours.
    return problem(Failure(ErrorCode::internal, std::string("internal error: ") + e.what()),
                   request.path);
  }
}

std::vector<Api::RouteInfo> Api::routes() {
  std::vector<RouteInfo> list;
  for (const auto& route : api::route_table())
    list.push_back({route.method, route.pattern, route.need});
  return list;
}

}  // namespace weft
