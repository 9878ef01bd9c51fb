// `expand` and `expand_zip`: what a task or a group is mapped over.

#include <algorithm>

#include <fmt/format.h>

#include "server/core/dag/draft.h"
#include "server/core/expression/suggest.h"

namespace weft {
namespace {

constexpr std::size_t max_keys = 16;

/// Names become `$WEFT_MAP_<name>`.
bool is_map_key(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && name.size() <= 100 && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

bool holds_template(const JsonRef& at) {
  if (at.is_string()) return at.text().find("{{") != std::string_view::npos;
  for (JsonRef child = at.first(); child; child = child.next()) {
    if (holds_template(child)) return true;
  }
  return false;
}

/// True if the text is one `{{ }}` and nothing else, so that it keeps the type of its value.
bool is_whole(std::string_view text) {
  return text.starts_with("{{") && text.ends_with("}}") &&
         text.find("{{", 2) == std::string_view::npos;
}

void read_key(ValueReader& reader, MappingDraft& draft, JsonRef at) {
  if (!is_map_key(at.key())) {
    return reader.report().key_error(
        at, fmt::format("{} cannot name a map key: letters, digits and _, not beginning with a "
                        "digit",
                        shown(at.key())));
  }
  MapKey key;
  key.name = std::string(at.key());
  const auto& keys = draft.mapping.keys;
  if (std::any_of(keys.begin(), keys.end(), [&](const MapKey& k) { return k.name == key.name; })) {
    return reader.report().key_error(at, fmt::format("the key {} is given twice", shown(key.name)));
  }
  if (at.is_array()) {
    if (holds_template(at)) {
      return reader.report().error(
          at, "the items of a list are taken as they are; write the whole list as one \"{{ }}\"");
    }
    key.literal = at.to_json();
  } else if (at.is_string() && is_whole(at.text())) {
    key.value = reader.parse_template(at, std::string(at.text()));
    if (!key.value) return;
  } else {
    return reader.expected(at,
                           "a list, or one \"{{ }}\" that gives one (a param or a task's output)");
  }
  draft.mapping.keys.push_back(std::move(key));
  draft.places.push_back(at);
}

}  // namespace

void read_mapping(ValueReader& reader, MappingDraft& draft, JsonRef at, bool zip) {
  if (draft.at) {
    return reader.report().key_error(at, "\"expand\" and \"expand_zip\" exclude each other");
  }
  draft.at = at;
  draft.mapping.zip = zip;
  if (at.is_array()) {
    for (JsonRef item = at.first(); item; item = item.next()) {
      const JsonRef only = item.is_object() && item.count() == 1 ? item.first() : JsonRef();
      if (only) {
        read_key(reader, draft, only);
      } else {
        reader.expected(item, "an object with one key");
      }
    }
  } else if (reader.is_object(at, "with a list per key")) {
    for (JsonRef member = at.first(); member; member = member.next()) {
      read_key(reader, draft, member);
    }
  } else {
    return;
  }
  if (at.count() == 0) reader.report().error(at, "at least one key is needed");
  if (at.count() > max_keys) {
    reader.report().error(at, fmt::format("at most {} keys are possible", max_keys));
  }
}

void read_max_map_length(ValueReader& reader, MappingDraft& draft, JsonRef at) {
  if (const auto length = reader.integer(at, 1, 100'000))
    draft.mapping.max_length = static_cast<int>(*length);
}

nlohmann::json ordered_expand(JsonRef expand) {
  if (!expand.is_object() || expand.count() < 2) return expand.to_json();
  nlohmann::json list = nlohmann::json::array();
  for (JsonRef member = expand.first(); member; member = member.next()) {
    list.push_back({{std::string(member.key()), member.to_json()}});
  }
  return list;
}

}  // namespace weft
