// inlets, outlets and the tree of an asset schedule: mentions become one list of assets.

#include <algorithm>

#include <fmt/format.h>

#include "server/core/dag/draft.h"
#include "server/core/expression/suggest.h"

namespace weft {

bool AssetCondition::holds(const std::function<bool(AssetIndex)>& has) const {
  const auto part_holds = [&](const AssetCondition& part) { return part.holds(has); };
  switch (kind) {
    case Kind::asset: return has(asset);
    case Kind::all: return std::all_of(parts.begin(), parts.end(), part_holds);
    case Kind::any: return std::any_of(parts.begin(), parts.end(), part_holds);
  }
  return false;
}

void AssetCondition::collect(std::vector<AssetIndex>& into) const {
  if (kind == Kind::asset) into.push_back(asset);
  for (const AssetCondition& part : parts) part.collect(into);
}

namespace {

constexpr std::size_t longest_uri = 1500;
constexpr std::size_t longest_name = 250;
constexpr std::size_t most_extra_bytes = 64 * 1024;
constexpr std::size_t most_mentions = 1000;

std::optional<std::string> read_uri(ValueReader& reader, JsonRef at) {
  auto uri = reader.string(at, longest_uri);
  if (!uri) return std::nullopt;
  if (uri->find("{{") != std::string::npos) {
    reader.report().error(at,
                          "an asset is the same in every run, so its uri has no {{ }}; name the "
                          "part that a run made by \"partition_key\" in its event's extra");
    return std::nullopt;
  }
  const bool printable =
      std::none_of(uri->begin(), uri->end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; });
  if (uri->empty() || !printable) {
    reader.report().error(at, "an asset's uri without spaces and control characters expected");
    return std::nullopt;
  }
  return uri;
}

void read_member(ValueReader& reader, AssetSpec& spec, JsonRef member) {
  if (member.key() == "uri") {
    spec.uri = read_uri(reader, member).value_or("");
  } else if (member.key() == "name") {
    spec.name = reader.string(member, longest_name);
    if (spec.name && spec.name->empty()) reader.report().error(member, "a name cannot be empty");
  } else if (member.key() == "group") {
    spec.group = reader.string(member, longest_name);
  } else if (member.key() == "extra") {
    if (!reader.is_object(member, "with what others shall know of it")) return;
    spec.extra = member.to_json();
    if (spec.extra.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).size() >
        most_extra_bytes)
      reader.report().error(member, "more than 64 KiB");
  } else {
    reader.report().key_error(
        member, fmt::format("unknown key {}{}", shown(member.key()),
                            did_you_mean(member.key(), {"uri", "name", "group", "extra"})));
  }
}

}  // namespace

std::optional<AssetSpec> read_asset(ValueReader& reader, JsonRef at) {
  AssetSpec spec;
  if (at.is_string()) {
    auto uri = read_uri(reader, at);
    if (!uri) return std::nullopt;
    spec.uri = std::move(*uri);
    return spec;
  }
  if (!at.is_object()) {
    reader.expected(at, "an asset's uri, or {\"uri\", \"name\", \"group\", \"extra\"}");
    return std::nullopt;
  }
  if (!at.find("uri")) {
    reader.report().error(at, "\"uri\" is missing");
    return std::nullopt;
  }
  for (JsonRef member = at.first(); member; member = member.next())
    read_member(reader, spec, member);
  if (spec.uri.empty()) return std::nullopt;
  return spec;
}

namespace {

/// One DAG's list of assets while it grows.
class AssetList {
 public:
  AssetList(ValueReader& reader, Dag& dag) : reader_(reader), dag_(dag) {}

  AssetIndex add(const AssetDraft& mention) {
    const AssetSpec& spec = mention.spec;
    const AssetIndex next{static_cast<std::int32_t>(dag_.assets.size())};
    const auto [place, is_new] = positions_.emplace(spec.uri, next);
    if (is_new) {
      dag_.assets.push_back(spec);
      return next;
    }
    AssetSpec& known = dag_.assets[static_cast<std::size_t>(place->second.value)];
    lay_over(mention, "name", known.name, spec.name);
    lay_over(mention, "group", known.group, spec.group);
    if (!spec.extra.is_null()) {
      if (!known.extra.is_null() && known.extra != spec.extra) complain(mention, "extra");
      known.extra = spec.extra;
    }
    return place->second;
  }

  std::vector<AssetIndex> add_all(const std::vector<AssetDraft>& mentions) {
    std::vector<AssetIndex> all;
    for (const AssetDraft& mention : mentions) {
      const AssetIndex index = add(mention);
      if (std::find(all.begin(), all.end(), index) == all.end())
        all.push_back(index);
      else
        reader_.report().warning(mention.at, shown(mention.spec.uri) + " is given twice");
    }
    return all;
  }

  AssetCondition condition(JsonRef at) {
    if (!is_tree(at)) {
      if (auto spec = read_asset(reader_, at))
        return {AssetCondition::Kind::asset, add({at, std::move(*spec)}), {}};
      return {};
    }
    const bool all = static_cast<bool>(at.find("all"));
    AssetCondition tree{all ? AssetCondition::Kind::all : AssetCondition::Kind::any, {}, {}};
    const JsonRef list = at.find(all ? "all" : "any");
    if (at.count() != 1) reader_.expected(at, "\"all\" or \"any\", alone");
    if (!reader_.is_list(list, "assets")) return tree;
    if (list.count() == 0) reader_.report().error(list, "at least one asset expected");
    mentions_ += list.count();
    if (mentions_ > most_mentions) {
      reader_.report().error(list, "more than 1000 assets in one schedule");
      return tree;
    }
    for (JsonRef part = list.first(); part; part = part.next())
      tree.parts.push_back(condition(part));
    return tree;
  }

  static bool is_tree(JsonRef at) { return at.is_object() && (at.find("all") || at.find("any")); }

 private:
  void lay_over(const AssetDraft& mention, std::string_view key, std::optional<std::string>& known,
                const std::optional<std::string>& said) {
    if (!said) return;
    if (known && *known != *said) complain(mention, key);
    known = said;
  }

  void complain(const AssetDraft& mention, std::string_view key) {
    reader_.report().error(mention.at,
                           fmt::format("{} has another \"{}\" elsewhere in this DAG; say it once",
                                       shown(mention.spec.uri), key));
  }

  ValueReader& reader_;
  Dag& dag_;
  std::unordered_map<std::string, AssetIndex> positions_;
  std::size_t mentions_ = 0;
};

void read_assets(ValueReader& reader, std::vector<AssetDraft>& assets, JsonRef at) {
  assets.clear();
  if (!reader.is_list(at, "assets")) return;
  if (at.count() > most_mentions) return reader.report().error(at, "more than 1000 assets");
  for (JsonRef item = at.first(); item; item = item.next())
    if (auto spec = read_asset(reader, item)) assets.push_back({item, std::move(*spec)});
}

}  // namespace

void read_inlets(ValueReader& reader, TaskDraft& draft, JsonRef at) {
  read_assets(reader, draft.inlets, at);
}

void read_outlets(ValueReader& reader, TaskDraft& draft, JsonRef at) {
  read_assets(reader, draft.outlets, at);
}

/// Does what the DAG makes itself suffice to start it again?
static void warn_of_circle(ValueReader& reader, const DagDraft& draft) {
  const auto makes = [&](AssetIndex asset) {
    return std::any_of(draft.tasks.begin(), draft.tasks.end(), [&](const TaskDraft& task) {
      const auto& outlets = task.task.outlets;
      return std::find(outlets.begin(), outlets.end(), asset) != outlets.end();
    });
  };
  if (draft.dag.asset_schedule->holds(makes))
    reader.report().warning(draft.assets_at,
                            "the DAG makes all of these itself: each run starts the next one, "
                            "without an end");
}

void settle_assets(ValueReader& reader, DagDraft& draft) {
  AssetList list(reader, draft.dag);
  for (TaskDraft& task : draft.tasks) {
    task.task.inlets = list.add_all(task.inlets);
    task.task.outlets = list.add_all(task.outlets);
  }
  if (!draft.assets_at) return;
  if (!AssetList::is_tree(draft.assets_at))
    return reader.expected(draft.assets_at, "{\"all\": [assets]} or {\"any\": [assets]}");
  draft.dag.asset_schedule = list.condition(draft.assets_at);
  if (!reader.report().has_errors()) warn_of_circle(reader, draft);
}

}  // namespace weft
