#include "server/api/api.h"

#include <fmt/format.h>

#include <algorithm>

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

/// FNV-1a: an ETag tells versions of one thing apart, nothing more.
std::string etag_of(std::string_view body) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : body) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return fmt::format("\"{:016x}\"", hash);
}

bool knows(std::string_view if_none_match, std::string_view etag) {
  return if_none_match == "*" || if_none_match.find(etag) != std::string_view::npos;
}

void add_etag(http::Response& response, const http::Request& request) {
  if (response.status != 200 || response.stream || response.pending) return;
  auto etag = etag_of(response.body);
  if (knows(request.header("if-none-match"), etag)) {
    response = http::Response{};
    response.status = 304;
  }
  response.headers.emplace_back("etag", std::move(etag));
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
  api::Call call{request, dependencies_,     shared_,
                 caller,  match.route->need, std::move(match.values)};
  try {
    if (const auto allowed = api::check_need(call); !allowed)
      return problem(allowed.error(), request.path);
    auto response = match.route->handler(call);
    if (!response) return problem(response.error(), request.path);
    if (match.route->etag == api::Etag::yes) add_etag(*response, request);
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
