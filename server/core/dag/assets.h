#pragma once

// Assets in a DAG: what its tasks read and make, and the condition on whose events it runs.

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace weft {

/// Position of an asset in one DAG version's list.
struct AssetIndex {
  std::int32_t value = -1;
  constexpr auto operator<=>(const AssetIndex&) const = default;
};

/// A piece of data by its name, the same in all DAGs. What a DAG leaves out another may say.
struct AssetSpec {
  std::string uri;
  std::optional<std::string> name;   ///< the uri unless some DAG gives one
  std::optional<std::string> group;  ///< "asset" unless some DAG gives one
  nlohmann::json extra;              ///< an object; null: not given
};

/// A tree over assets: when it holds, the events since the last run make the next.
struct AssetCondition {
  enum class Kind : std::uint8_t { asset, all, any };
  Kind kind = Kind::asset;
  AssetIndex asset;                   ///< Kind::asset
  std::vector<AssetCondition> parts;  ///< the others; never empty

  /// Does it hold when `has` says of which assets there are events?
  bool holds(const std::function<bool(AssetIndex)>& has) const;
  /// Every asset in it, some maybe twice.
  void collect(std::vector<AssetIndex>& into) const;
};

}  // namespace weft
