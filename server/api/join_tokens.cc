// What lets workers join: each token is shown once, at its making.

#include <fmt/format.h>

#include <algorithm>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/records.h"
#include "server/api/users.h"
#include "server/auth/token.h"
#include "server/storage/queries/worker_keys.h"

namespace weft::api {
namespace {

using nlohmann::json;
using storage::JoinTokenRow;

constexpr Duration usual_time = std::chrono::hours(24);
constexpr Duration longest_time = std::chrono::hours(24 * 366);
constexpr std::size_t max_queues_named = 100;

json join_token_json(const JoinTokenRow& row) {
  return {{"id", row.id},
          {"worker_name", text_or_null(row.worker)},
          {"queues", row.queues},
          {"is_single_use", row.is_once},
          {"created_by", row.created_by},
          {"created_at", instant_json(row.created_at)},
          {"expires_at", instant_json(row.expires_at)},
          {"used_at", instant_json(row.used_at)},
          {"used_by", text_or_null(row.used_by)}};
}

/// As the worker protocol has it for names of workers and queues.
bool is_plain_id(std::string_view text) {
  return !text.empty() && text.size() <= max_name && text != "." && text != ".." &&
         text.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
             std::string_view::npos;
}

void check_names(Body& body, const JoinTokenRow& row) {
  if (!row.worker.empty() && !is_plain_id(row.worker))
    body.report("worker_name", "Input should be 1 to 250 of the characters A-Z a-z 0-9 _ . -",
                "value_error");
  if (row.queues.size() > max_queues_named)
    body.report("queues", "List should have at most 100 items", "too_long");
  if (!std::all_of(row.queues.begin(), row.queues.end(), is_plain_id))
    body.report("queues", "Input should be names of queues", "value_error");
}

Outcome<JoinTokenRow> read_join_token(const Call& call) {
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body, true));
  JoinTokenRow row{.created_by = call.caller.user, .created_at = call.deps.clock.now().wall};
  row.worker = body.text("worker_name", max_name).value_or("");
  row.queues = body.words("queues").value_or(std::vector<std::string>());
  row.is_once = body.boolean("is_single_use").value_or(true);
  row.expires_at = body.instant("expires_at").value_or(row.created_at + usual_time);
  if (row.expires_at <= row.created_at || row.expires_at > row.created_at + longest_time)
    body.report("expires_at", "Input should be in the future, at most 366 days from now",
                "value_error");
  check_names(body, row);
  API_TRY(body.check());
  return row;
}

}  // namespace

Outcome<http::Response> get_join_tokens(Call& call) {
  Query query(call.request);
  const auto page = query.page();
  const auto order = query.order_by(storage::is_join_token_order, {{"created_at", true}});
  API_TRY(query.check());
  return call.read([&](storage::Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto tokens, storage::list_join_tokens(reader, {}, order, page));
    auto list = json::array();
    for (const auto& row : tokens.rows) list.push_back(join_token_json(row));
    return json_response(
        collection_json("join_tokens", std::move(list), tokens.total, tokens.total_is_exact));
  });
}

Outcome<http::Response> post_join_token(Call& call) {
  API_TRY_ASSIGN(auto row, read_join_token(call));
  const std::string token = auth::make_token(auth::join_prefix);
  row.id = auth::make_token_id();
  row.hash = auth::token_hash(token);
  API_TRY(call.deps.worker_keys.invite(row, call.actor()));
  json answer = join_token_json(row);
  answer["token"] = token;
  return json_response(answer, 201);
}

Outcome<http::Response> delete_join_token(Call& call) {
  API_TRY(call.deps.worker_keys.take_back(call.value("join_token_id"), call.actor()));
  return no_content();
}

}  // namespace weft::api
