#pragma once

// PATCH of a collection, with Airflow's bulk body: a list of actions, each over many entities. All
// of the body is checked before anything is done; then each entity is a change of its own.
//
//   read_bulk (what is asked) ──► run_bulk (each action by its resource) ──► BulkAnswer

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/api/call.h"

namespace weft::api {

enum class BulkKind : std::uint8_t { create, update, remove };
/// What becomes of an entity that is there already (create), or is not (update, delete).
enum class BulkClash : std::uint8_t { fail, skip, overwrite };

/// One entry of "actions". Its entities are not looked into yet.
struct BulkAction {
  BulkKind kind = BulkKind::update;
  BulkClash clash = BulkClash::fail;
  std::vector<std::string> update_mask;  ///< empty: every field that is given
  nlohmann::json entities;               ///< a list
  std::vector<std::string> place;        ///< in the body, for what is wrong with an entity
};

/// The call's body. Errors: unprocessable; of more than 1,000 entities too.
Outcome<std::vector<BulkAction>> read_bulk(const Call& call);

/// Per kind of action the keys that were changed, and what was wrong.
class BulkAnswer {
 public:
  /// From now on the kind is not null in the answer.
  void begin(BulkKind kind);
  void succeed(BulkKind kind, const std::string& key);
  void fail(BulkKind kind, const Error& error);
  http::Response response() const { return json_response(body_); }

 private:
  nlohmann::json body_{{"create", nullptr}, {"update", nullptr}, {"delete", nullptr}};
};

/// `there already: pool "a", "b"`: why an action that shall fail on them does nothing at all.
Error bulk_clash(BulkKind kind, std::string_view noun, const std::vector<std::string>& keys);

/// Reads every entity, then does the actions in their order. A Resource is:
///
///   using Entity = …;
///   static constexpr std::string_view noun = "pool";
///   Entity read(Body& body);                      // reports what is wrong
///   const std::string& key(const Entity&);
///   Entity named(const std::string& key);         // an entity of a delete, given by its name
///   Outcome<bool> exists(const std::string& key);
///   Outcome<void> create(const Entity&, bool overwrite);
///   Outcome<void> update(const Entity&, const std::vector<std::string>& mask);
///   Outcome<void> remove(const Entity&);
template <class Resource>
Outcome<http::Response> run_bulk(const Call& call, Resource resource);

// ------------------------------------------------------------------------------------------------

template <class Resource>
class BulkRun {
 public:
  using Entity = typename Resource::Entity;

  explicit BulkRun(Resource resource) : resource_(std::move(resource)) {}

  Outcome<http::Response> run(const std::vector<BulkAction>& actions) {
    std::vector<std::vector<Entity>> entities;
    for (const auto& action : actions) entities.push_back(read(action));
    if (!issues_.empty()) return tl::make_unexpected(Failure(std::move(issues_)));
    for (std::size_t i = 0; i < actions.size(); ++i) {
      answer_.begin(actions[i].kind);
      API_TRY(apply(actions[i], entities[i]));
    }
    return answer_.response();
  }

 private:
  std::vector<Entity> read(const BulkAction& action) {
    std::vector<Entity> entities;
    for (const auto& value : action.entities) {
      auto place = action.place;
      place.insert(place.end(), {"entities", std::to_string(entities.size())});
      if (action.kind == BulkKind::remove && value.is_string()) {
        entities.push_back(resource_.named(value.template get<std::string>()));
        continue;
      }
      entities.emplace_back();
      auto body = Body::part(value, std::move(place));
      if (body) entities.back() = resource_.read(*body);
      auto checked = body ? body->check() : Outcome<void>(tl::make_unexpected(body.error()));
      if (checked) continue;
      for (auto& issue : checked.error().issues) issues_.push_back(std::move(issue));
    }
    return entities;
  }

  Outcome<void> apply(const BulkAction& action, const std::vector<Entity>& entities) {
    const bool clashes_when = action.kind == BulkKind::create;
    const auto clash_code = clashes_when ? ErrorCode::conflict : ErrorCode::not_found;
    std::vector<bool> is_there;
    std::vector<std::string> clashing;
    for (const auto& entity : entities) {
      API_TRY_ASSIGN(const bool found, resource_.exists(resource_.key(entity)));
      is_there.push_back(found);
      if (found == clashes_when) clashing.push_back(resource_.key(entity));
    }
    if (action.clash == BulkClash::fail && !clashing.empty()) {
      answer_.fail(action.kind, bulk_clash(action.kind, Resource::noun, clashing));
      return {};
    }
    for (std::size_t i = 0; i < entities.size(); ++i) {
      if (is_there[i] == clashes_when && action.clash == BulkClash::skip) continue;
      const auto done = change(action, entities[i]);
      if (done)
        answer_.succeed(action.kind, resource_.key(entities[i]));
      else if (action.clash != BulkClash::skip || done.error().error.code != clash_code)
        answer_.fail(action.kind, done.error().error);  // else another call was quicker
    }
    return {};
  }

  Outcome<void> change(const BulkAction& action, const Entity& entity) {
    switch (action.kind) {
      case BulkKind::create: return resource_.create(entity, action.clash == BulkClash::overwrite);
      case BulkKind::update: return resource_.update(entity, action.update_mask);
      case BulkKind::remove: return resource_.remove(entity);
    }
    return {};
  }

  Resource resource_;
  std::vector<Issue> issues_;
  BulkAnswer answer_;
};

template <class Resource>
Outcome<http::Response> run_bulk(const Call& call, Resource resource) {
  API_TRY_ASSIGN(const auto actions, read_bulk(call));
  return BulkRun<Resource>(std::move(resource)).run(actions);
}

}  // namespace weft::api
