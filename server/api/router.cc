#include "server/api/router.h"

#include <algorithm>

namespace weft::api {
namespace {

constexpr std::size_t max_segments = 12;

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  path.remove_prefix(path.starts_with('/') ? 1 : 0);
  while (segments.size() <= max_segments) {
    const auto slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return segments;
}

bool is_name(std::string_view segment) {
  return segment.starts_with('{');
}

struct Compiled {
  const Route* route;
  std::vector<std::string_view> segments;
};

const std::vector<Compiled>& compiled() {
  static const std::vector<Compiled> table = [] {
    std::vector<Compiled> result;
    for (const auto& route : route_table()) result.push_back({&route, split(route.pattern)});
    return result;
  }();
  return table;
}

/// One bit per segment that is literal, the first one highest; nullopt: no match.
std::optional<std::uint32_t> rank(const Compiled& candidate,
                                  const std::vector<std::string_view>& segments) {
  if (candidate.segments.size() != segments.size()) return std::nullopt;
  std::uint32_t rank = 1;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const auto wanted = candidate.segments[i];
    if (is_name(wanted) ? segments[i].empty() : wanted != segments[i]) return std::nullopt;
    rank = rank << 1 | (is_name(wanted) ? 0U : 1U);
  }
  return rank;
}

}  // namespace

const Route* find_route(std::string_view method, std::string_view pattern) {
  const auto table = route_table();
  const auto found = std::find_if(table.begin(), table.end(), [&](const Route& route) {
    return route.method == method && route.pattern == pattern;
  });
  return found == table.end() ? nullptr : &*found;
}

Match match_route(std::string_view method, std::string_view path) {
  const auto segments = split(path);
  Match match;
  const Compiled* best = nullptr;
  std::uint32_t best_rank = 0;
  for (const auto& candidate : compiled()) {
    const auto fits = rank(candidate, segments);
    if (!fits) continue;
    match.allowed.push_back(candidate.route->method);
    if (candidate.route->method != method || *fits <= best_rank) continue;
    best = &candidate;
    best_rank = *fits;
  }
  if (best == nullptr) return match;
  match.route = best->route;
  match.allowed.clear();
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const auto name = best->segments[i];
    if (is_name(name)) match.values.emplace_back(name.substr(1, name.size() - 2), segments[i]);
  }
  return match;
}

}  // namespace weft::api
