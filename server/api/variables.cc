#include <fmt/format.h>

#include <array>

#include "server/api/bulk.h"
#include "server/api/conditional.h"
#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/records.h"
#include "server/secrets/stored.h"
#include "server/storage/queries/records.h"

namespace weft::api {
namespace {

using storage::Reader;

constexpr std::array<std::string_view, 4> fields{"key", "value", "description", "is_secret"};
constexpr std::size_t max_key = 250;
constexpr std::size_t max_value = 512 << 10;
constexpr std::size_t max_description = 10'000;

/// One that cannot be unsealed is shown without its value: the list must not fail for one row.
nlohmann::json variable_json(const VariableRow& row, const secrets::Keyring& keys) {
  nlohmann::json value = hidden_value;
  if (!row.is_secret) {
    auto opened = keys.open(row.value, secrets::about_variable(row.key));
    if (opened) value = std::move(*opened);
  }
  return {{"key", row.key},
          {"value", std::move(value)},
          {"description", text_or_null(row.description)},
          {"is_encrypted", true},
          {"is_secret", row.is_secret},
          {"team_name", nullptr}};
}

/// For the audit: that it changed, not to what.
nlohmann::json audit_json(const VariableRow& row) {
  return {{"key", row.key},
          {"value", hidden_value},
          {"description", text_or_null(row.description)},
          {"is_secret", row.is_secret}};
}

/// What a body says of a variable; absent: nothing.
struct VariableBody {
  std::string key;
  std::optional<std::string> value, description;
  std::optional<bool> is_secret;
};

VariableBody read_variable(Body& body) {
  VariableBody read;
  read.key = body.text("key", max_key).value_or("");
  if (const auto* value = body.raw("value"))
    read.value = value->is_string() ? value->get<std::string>() : to_text(*value);
  if (read.value && read.value->size() > max_value)
    body.report("value", fmt::format("Value should have at most {} bytes", max_value),
                "string_too_long");
  read.description = body.text("description", max_description);
  if (!read.description && body.has("description")) read.description = "";
  read.is_secret = body.boolean("is_secret");
  refuse_team(body);
  return read;
}

Outcome<VariableRow> require_variable(const Call& call, const std::string& key) {
  API_TRY_ASSIGN(auto row,
                 call.read([&](Reader& reader) { return storage::find_variable(reader, key); }));
  if (!row) return refuse(ErrorCode::not_found, fmt::format("no variable \"{}\"", key));
  return std::move(*row);
}

/// A whole one: create_variable's.
VariableBody read_new_variable(Body& body) {
  for (const auto* name : {"key", "value"}) body.require(name);
  return read_variable(body);
}

VariableRow as_new(const Call& call, const VariableBody& body) {
  return {.key = body.key,
          .value = call.deps.keys->seal(*body.value, secrets::about_variable(body.key)),
          .is_secret = body.is_secret.value_or(secrets::is_sensitive_name(body.key)),
          .description = body.description.value_or("")};
}

/// The row as the body and the mask want it.
Outcome<VariableRow> changed(const Call& call, const VariableRow& before, const VariableBody& body,
                             const std::vector<std::string>& mask) {
  VariableRow row = before;
  if (body.value && in_mask(mask, "value") && (!before.is_secret || *body.value != hidden_value))
    row.value = call.deps.keys->seal(*body.value, secrets::about_variable(row.key));
  if (body.description && in_mask(mask, "description")) row.description = *body.description;
  if (body.is_secret && in_mask(mask, "is_secret")) {
    // What was a secret must not become readable by a flag: it is entered anew for that.
    if (before.is_secret && !*body.is_secret && row.value == before.value)
      return refuse({{"body", "is_secret"},
                     "A secret becomes readable only together with a new value",
                     "value_error"});
    row.is_secret = *body.is_secret;
  }
  return row;
}

/// `before` null: there was none that was looked at.
Outcome<void> write(const Call& call, VariableRow row, const VariableRow* before,
                    PutRecord::Mode mode) {
  row.updated_at = call.deps.clock.now().wall;
  auto detail =
      change_text(before == nullptr ? nlohmann::json() : audit_json(*before), audit_json(row));
  API_TRY(
      call.command(PutRecord{.record = std::move(row),
                             .mode = mode,
                             .actor = call.actor(),
                             .action = before == nullptr ? "create_variable" : "update_variable",
                             .detail = std::move(detail)}));
  return {};
}

Outcome<void> remove(const Call& call, const VariableRow& before) {
  API_TRY(call.command(DeleteRecord{.kind = RecordKind::variable,
                                    .key = before.key,
                                    .actor = call.actor(),
                                    .detail = change_text(audit_json(before), nullptr)}));
  return {};
}

/// What run_bulk asks of variables.
struct VariableBulk {
  using Entity = VariableBody;
  static constexpr std::string_view noun = "variable";

  static Entity read(Body& body) { return read_new_variable(body); }
  static const std::string& key(const Entity& variable) { return variable.key; }
  static Entity named(const std::string& key) { return {.key = key}; }

  Outcome<bool> exists(const std::string& key) const {
    API_TRY_ASSIGN(const auto found,
                   call.read([&](Reader& reader) { return storage::find_variable(reader, key); }));
    return found.has_value();
  }
  Outcome<void> create(const Entity& variable, bool overwrite) const {
    const auto turn = take_record_turn(call, noun, variable.key);
    auto row = as_new(call, variable);
    if (!overwrite) return write(call, std::move(row), nullptr, PutRecord::Mode::create);
    API_TRY_ASSIGN(const auto before, call.read([&](Reader& reader) {
      return storage::find_variable(reader, variable.key);
    }));
    if (before && before->is_secret && *variable.value == hidden_value) {
      row.value = before->value;
      row.is_secret = true;
    }
    return write(call, std::move(row), before ? &*before : nullptr, PutRecord::Mode::put);
  }
  Outcome<void> update(const Entity& variable, const std::vector<std::string>& mask) const {
    API_TRY(check_mask(mask, noun, fields));
    const auto turn = take_record_turn(call, noun, variable.key);
    API_TRY_ASSIGN(const auto before, require_variable(call, variable.key));
    API_TRY_ASSIGN(auto row, changed(call, before, variable, mask));
    return write(call, std::move(row), &before, PutRecord::Mode::update);
  }
  Outcome<void> remove(const Entity& variable) const {
    const auto turn = take_record_turn(call, noun, variable.key);
    API_TRY_ASSIGN(const auto before, require_variable(call, variable.key));
    return api::remove(call, before);
  }

  const Call& call;
};

}  // namespace

Outcome<http::Response> get_variables(Call& call) {
  Query query(call.request);
  const auto page = query.page();
  const auto order = query.order_by(storage::is_variable_order, {{"id", false}});
  storage::Filter filter;
  add_pattern(filter, query, "variable_key_pattern", "key");
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto variables, storage::list_variables(reader, filter, order, page));
    auto list = nlohmann::json::array();
    for (const auto& row : variables.rows) list.push_back(variable_json(row, *call.deps.keys));
    return json_response(
        collection_json("variables", std::move(list), variables.total, variables.total_is_exact));
  });
}

Outcome<http::Response> get_variable(Call& call) {
  API_TRY_ASSIGN(const auto row, require_variable(call, call.value("variable_key")));
  return json_response(variable_json(row, *call.deps.keys));
}

Outcome<http::Response> post_variable(Call& call) {
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  const auto read = read_new_variable(body);
  API_TRY(body.check());
  const auto row = as_new(call, read);
  API_TRY(write(call, row, nullptr, PutRecord::Mode::create));
  return json_response(variable_json(row, *call.deps.keys), 201);
}

Outcome<http::Response> patch_variable(Call& call) {
  const auto& key = call.value("variable_key");
  const auto mask = Query(call.request).texts("update_mask");
  API_TRY(check_mask(mask, VariableBulk::noun, fields));
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  const auto read = read_variable(body);
  API_TRY(body.check());
  if (!read.key.empty() && read.key != key)
    return refuse(
        ErrorCode::invalid_argument,
        fmt::format("the body's key \"{}\" is not the path's: a variable cannot be renamed",
                    read.key.substr(0, 100)));
  const auto turn = take_record_turn(call, VariableBulk::noun, key);
  API_TRY_ASSIGN(const auto before, require_variable(call, key));
  API_TRY_ASSIGN(const auto row, changed(call, before, read, mask));
  API_TRY(write(call, row, &before, PutRecord::Mode::update));
  return json_response(variable_json(row, *call.deps.keys));
}

Outcome<http::Response> delete_variable(Call& call) {
  const auto& key = call.value("variable_key");
  const auto turn = take_record_turn(call, VariableBulk::noun, key);
  API_TRY_ASSIGN(const auto before, require_variable(call, key));
  API_TRY(remove(call, before));
  return no_content();
}

Outcome<http::Response> bulk_variables(Call& call) {
  return run_bulk(call, VariableBulk{call});
}

}  // namespace weft::api
