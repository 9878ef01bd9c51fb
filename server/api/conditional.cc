#include "server/api/conditional.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <string>

#include "base/digest.h"
#include "server/api/permission.h"
#include "server/api/router.h"
#include "server/api/shared.h"

namespace weft::api {
namespace {

/// What is larger is rather sent again than hashed.
constexpr std::size_t max_tagged_body = 4 << 20;
constexpr std::size_t tag_bytes = 16;

struct EntityTag {
  std::string_view text;  ///< with its quotes
  bool is_weak = false;
};

/// Takes the first tag off a list; what is no tag ends it. A comma may stand inside of a tag.
std::optional<EntityTag> next_tag(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t,"), rest.size()));
  EntityTag tag{.is_weak = rest.starts_with("W/")};
  if (tag.is_weak) rest.remove_prefix(2);
  const auto end = rest.starts_with('"') ? rest.find('"', 1) : std::string_view::npos;
  if (end == std::string_view::npos) return std::nullopt;
  tag.text = rest.substr(0, end + 1);
  rest.remove_prefix(end + 1);
  return tag;
}

bool has_tag(std::string_view list, std::string_view etag, bool weak_ones_count) {
  if (list == "*") return true;
  while (const auto tag = next_tag(list))
    if (tag->text == etag && (weak_ones_count || !tag->is_weak)) return true;
  return false;
}

std::string_view header_of(const http::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

bool is_tagged(const http::Response& response) {
  return response.status == 200 && !response.stream && !response.pending &&
         response.body.size() <= max_tagged_body &&
         header_of(response, "content-type") == "application/json" &&
         header_of(response, "cache-control").find("no-store") == std::string_view::npos;
}

bool may_be_conditional(const http::Request& request) {
  return request.method == "PATCH" || request.method == "PUT" || request.method == "DELETE";
}

/// The write of an output names its instance in the body; the read, in the query.
Outcome<void> take_map_index(const Call& call, http::Request& read) {
  std::erase_if(read.query, [](const auto& entry) { return entry.first == "map_index"; });
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body, true));
  const auto index = body.integer("map_index", -1, std::numeric_limits<int>::max());
  if (index) read.query.emplace_back("map_index", std::to_string(*index));
  return {};
}

/// What a GET of the same path answers to the same caller.
Outcome<http::Response> read_current(const Call& call, const Route& route) {
  const Route* const reading = find_route("GET", route.pattern);
  if (reading == nullptr)
    return refuse(ErrorCode::precondition_failed,
                  "If-Match: nothing can be read at this path, so nothing there has an ETag");
  http::Request request = call.request;
  request.method = "GET";
  request.body.clear();
  if (call.request.method == "PATCH" && route.pattern.ends_with("/{xcom_key}"))
    API_TRY(take_map_index(call, request));
  Call read{request, call.deps, call.shared, call.caller, reading->need, call.path};
  API_TRY(check_need(read));
  return reading->handler(read);
}

}  // namespace

std::string etag_of(std::string_view body) {
  return fmt::format("\"{}\"", hex_digest(body, tag_bytes));
}

bool is_none_match(std::string_view field, std::string_view etag) {
  return has_tag(field, etag, true);
}

bool is_match(std::string_view field, std::string_view etag) {
  return has_tag(field, etag, false);
}

void add_etag(http::Response& response, const http::Request& request) {
  if (!is_tagged(response)) return;
  auto etag = etag_of(response.body);
  if (is_none_match(request.header("if-none-match"), etag))
    response = http::Response{.status = 304};
  response.headers.emplace_back("etag", std::move(etag));
}

WriteTurns::Turn WriteTurns::take(std::string_view name) {
  return Turn(locks_[std::hash<std::string_view>()(name) % locks_.size()]);
}

WriteTurns::Turn take_record_turn(const Call& call, std::string_view noun, std::string_view key) {
  return call.shared->record_turns.take(fmt::format("{}/{}", noun, key));
}

Outcome<WriteTurns::Turn> check_if_match(const Call& call, const Route& route) {
  const auto wanted = call.request.header("if-match");
  if (wanted.empty() || !may_be_conditional(call.request)) return WriteTurns::Turn();
  auto turn = call.shared->path_turns.take(call.request.path);
  API_TRY_ASSIGN(const auto current, read_current(call, route));
  if (!is_tagged(current))
    return refuse(ErrorCode::precondition_failed, "If-Match: what is here has no ETag");
  if (is_match(wanted, etag_of(current.body))) return turn;
  return refuse(ErrorCode::precondition_failed,
                "If-Match: this was changed since it had that ETag; read it again");
}

}  // namespace weft::api
