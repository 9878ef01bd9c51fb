#include "server/api/call.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace weft::api {
namespace {

constexpr std::size_t max_accepted = 16;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// "text/html;q=0.5" → name and quality.
std::pair<std::string, double> media_type(std::string_view text) {
  const auto semicolon = std::min(text.find(';'), text.size());
  std::string name(trimmed(text.substr(0, semicolon)));
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  double quality = 1;
  const auto q = text.find("q=", semicolon);
  if (q != std::string_view::npos)
    quality = parse_number(trimmed(text.substr(q + 2, text.find(';', q) - q - 2))).value_or(1);
  return {std::move(name), quality};
}

bool matches(std::string_view accepted, std::string_view offered) {
  if (accepted == "*/*" || accepted == offered) return true;
  return accepted.ends_with("/*") && offered.starts_with(accepted.substr(0, accepted.size() - 1));
}

}  // namespace

const std::string& Call::value(std::string_view name) const {
  const auto found = std::find_if(path.begin(), path.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  WEFT_CHECK_MSG(found != path.end(), "a path value that the route does not have");
  return found->second;
}

Outcome<std::int64_t> Call::integer(std::string_view name) const {
  if (const auto number = parse_integer(value(name))) return *number;
  return refuse({{"path", std::string(name)},
                 "Input should be a valid integer, unable to parse string as an integer",
                 "int_parsing"});
}

Outcome<Answer> Call::command(Command command) const {
  API_TRY_ASSIGN(auto answer, deps.engine.call(std::move(command)));
  return answer;
}

std::vector<std::string> accepted_types(const http::Request& request) {
  std::string_view rest = trimmed(request.header("accept"));
  if (rest.empty()) return {"*/*"};
  std::vector<std::pair<std::string, double>> types;
  while (!rest.empty() && types.size() < max_accepted) {
    const auto comma = std::min(rest.find(','), rest.size());
    auto type = media_type(rest.substr(0, comma));
    if (!type.first.empty() && type.second > 0) types.push_back(std::move(type));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  std::stable_sort(types.begin(), types.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> names;
  for (auto& [name, quality] : types) names.push_back(std::move(name));
  return names;
}

std::string_view negotiate(const http::Request& request,
                           const std::vector<std::string_view>& offered) {
  for (const auto& accepted : accepted_types(request))
    for (const auto type : offered)
      if (matches(accepted, type)) return type;
  return {};
}

}  // namespace weft::api
