// `task_groups`: their keys.

#include <fmt/format.h>

#include "server/core/dag/draft.h"
#include "server/core/expression/suggest.h"

namespace weft {
namespace {

constexpr std::size_t max_groups = 10'000;
const std::vector<std::string_view> group_keys = {"depends_on", "expand", "max_map_length",
                                                  "retries", "tooltip"};

void read_member(ValueReader& reader, GroupDraft& draft, JsonRef at) {
  if (at.key() == "depends_on") {
    read_task_ids(reader, draft.depends_on, at);
  } else if (at.key() == "expand") {
    read_mapping(reader, draft.mapping, at, false);
  } else if (at.key() == "max_map_length") {
    read_max_map_length(reader, draft.mapping, at);
  } else if (at.key() == "retries") {
    if (const auto retries = reader.integer(at, 0, 10'000)) {
      draft.group.retries = static_cast<int>(*retries);
    }
  } else if (at.key() == "tooltip") {
    if (auto text = reader.string(at)) draft.group.tooltip = std::move(*text);
  } else {
    reader.report().key_error(at, fmt::format("unknown key {} of a task group{}", shown(at.key()),
                                              did_you_mean(at.key(), group_keys)));
  }
}

}  // namespace

void read_groups(ValueReader& reader, DagDraft& draft, JsonRef at) {
  if (!reader.is_object(at, "with a task group per name")) return;
  if (at.count() > max_groups) {
    return reader.report().error(at, fmt::format("more than {} task groups", max_groups));
  }
  for (JsonRef member = at.first(); member; member = member.next()) {
    GroupDraft& group = draft.groups.emplace_back();
    group.at = member;
    group.group.id = std::string(member.key());
    if (!is_valid_id(member.key())) {
      reader.report().key_error(member, fmt::format("{} cannot be a group's name: 1 to 250 of "
                                                    "A-Z a-z 0-9 _ . -",
                                                    shown(member.key())));
    }
    if (!reader.is_object(member, "with the keys of a task group")) continue;
    for (JsonRef key = member.first(); key; key = key.next()) read_member(reader, group, key);
    if (group.group.retries > 0 && group.mapping.at) {
      reader.report().error(member.find("retries"),
                            "a mapped group has no retries of its own: give them to its tasks");
    }
  }
}

}  // namespace weft
