#include "server/api/bulk.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace weft::api {
namespace {

constexpr std::size_t max_entities = 1'000;
constexpr std::size_t most_keys_told = 10;

constexpr std::pair<std::string_view, BulkKind> kinds[] = {
    {"create", BulkKind::create}, {"update", BulkKind::update}, {"delete", BulkKind::remove}};

const char* name_of(BulkKind kind) {
  switch (kind) {
    case BulkKind::create: return "create";
    case BulkKind::update: return "update";
    case BulkKind::remove: return "delete";
  }
  return "";
}

std::optional<BulkKind> kind_from(std::string_view name) {
  for (const auto& [known, kind] : kinds)
    if (name == known) return kind;
  return std::nullopt;
}

BulkClash read_clash(Body& body, BulkKind kind) {
  const bool creates = kind == BulkKind::create;
  const auto* const key = creates ? "action_on_existence" : "action_on_non_existence";
  const auto word = body.text(key).value_or("fail");
  if (word == "skip") return BulkClash::skip;
  if (word == "overwrite" && creates) return BulkClash::overwrite;
  if (word != "fail")
    body.report(key,
                creates ? "Input should be 'fail', 'skip' or 'overwrite'"
                        : "Input should be 'fail' or 'skip'",
                "enum");
  return BulkClash::fail;
}

BulkAction read_action(Body& body, std::vector<std::string> place) {
  BulkAction action{.place = std::move(place)};
  for (const auto* key : {"action", "entities"}) body.require(key);
  const auto name = body.text("action");
  const auto kind = kind_from(name.value_or("update"));
  if (!kind) body.report("action", "Input should be 'create', 'update' or 'delete'", "enum");
  action.kind = kind.value_or(BulkKind::update);
  action.clash = read_clash(body, action.kind);
  if (action.kind == BulkKind::update)
    action.update_mask = body.words("update_mask").value_or(std::vector<std::string>());
  const auto* entities = body.raw("entities");
  action.entities = nlohmann::json::array();
  if (entities != nullptr && entities->is_array())
    action.entities = *entities;
  else if (entities != nullptr)
    body.report("entities", "Input should be a valid list", "list_type");
  return action;
}

}  // namespace

Outcome<std::vector<BulkAction>> read_bulk(const Call& call) {
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  body.require("actions");
  const auto* list = body.raw("actions");
  if (list != nullptr && !list->is_array())
    body.report("actions", "Input should be a valid list", "list_type");
  API_TRY(body.check());
  std::vector<BulkAction> actions;
  std::vector<Issue> issues;
  std::size_t count = 0;
  for (const auto& value : *list) {
    std::vector<std::string> place{"body", "actions", std::to_string(actions.size())};
    auto part = Body::part(value, place);
    actions.push_back(part ? read_action(*part, std::move(place)) : BulkAction{});
    auto checked = part ? part->check() : Outcome<void>(tl::make_unexpected(part.error()));
    if (!checked)
      for (auto& issue : checked.error().issues) issues.push_back(std::move(issue));
    count += actions.back().entities.size();
  }
  if (count > max_entities)
    issues.push_back({{"body", "actions"},
                      fmt::format("At most {} entities at once, not {}", max_entities, count),
                      "too_long"});
  if (!issues.empty()) return tl::make_unexpected(Failure(std::move(issues)));
  return actions;
}

void BulkAnswer::begin(BulkKind kind) {
  auto& part = body_[name_of(kind)];
  if (part.is_null())
    part = {{"success", nlohmann::json::array()}, {"errors", nlohmann::json::array()}};
}

void BulkAnswer::succeed(BulkKind kind, const std::string& key) {
  body_[name_of(kind)]["success"].push_back(key);
}

void BulkAnswer::fail(BulkKind kind, const Error& error) {
  body_[name_of(kind)]["errors"].push_back(
      {{"error", error.message}, {"status_code", status_of(error.code)}});
}

Error bulk_clash(BulkKind kind, std::string_view noun, const std::vector<std::string>& keys) {
  const std::size_t told = std::min(keys.size(), most_keys_told);
  std::string names;
  for (std::size_t i = 0; i < told; ++i)
    names += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", keys[i]);
  if (told < keys.size()) names += fmt::format(" and {} more", keys.size() - told);
  if (kind == BulkKind::create)
    return {ErrorCode::conflict, fmt::format("there already: {} {}", noun, names)};
  return {ErrorCode::not_found, fmt::format("no {} {}", noun, names)};
}

}  // namespace weft::api
