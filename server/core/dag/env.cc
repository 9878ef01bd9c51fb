#include <algorithm>

#include <fmt/format.h>

#include "server/core/dag/draft.h"
#include "server/core/expression/suggest.h"

namespace weft {
namespace {

constexpr std::size_t max_entries = 1000;

bool is_env_name(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && name.size() <= 250 && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

/// Why an entry cannot be; "" when it can.
std::string complaint_about(std::string_view name) {
  if (!is_env_name(name)) {
    return fmt::format(
        "{} is no name of an environment variable: letters, digits and '_', not "
        "first a digit",
        shown(name));
  }
  if (name.starts_with("WEFT_")) {
    return fmt::format("{}: names that start with WEFT_ are set by Weft itself", shown(name));
  }
  return {};
}

}  // namespace

void read_env(ValueReader& reader, EnvDrafts& env, JsonRef at) {
  if (!reader.is_object(at, "of names and strings")) return;
  for (JsonRef entry = at.first(); entry; entry = entry.next()) {
    if (const std::string complaint = complaint_about(entry.key()); !complaint.empty()) {
      reader.report().key_error(entry, complaint);
      continue;
    }
    if (!entry.is_string()) {
      reader.expected(entry, "a string");
      continue;
    }
    const auto text = reader.string(entry, 128 * 1024 - entry.key().size() - 2);
    if (!text) continue;
    if (auto value = reader.parse_template(entry, *text)) {
      env[std::string(entry.key())] = EnvDraft{entry, std::move(*value)};
    }
  }
  if (env.size() > max_entries) reader.report().error(at, "at most 1000 entries expected");
}

void read_shell(ValueReader& reader, std::vector<std::string>& shell, JsonRef at) {
  shell.clear();
  if (!reader.is_list(at, "strings, e.g. [\"bash\", \"-ec\"],")) return;
  if (at.count() == 0 || at.count() > 100) {
    return reader.report().error(at, "1 to 100 strings expected, e.g. [\"bash\", \"-ec\"]");
  }
  for (JsonRef item = at.first(); item; item = item.next()) {
    auto text = reader.string(item);
    if (!text) continue;
    if (text->find("{{") != std::string::npos) {
      reader.report().error(item, "templates are not allowed here: this is what runs the command");
    } else if (text->empty() && item.node().ordinal == 0) {
      reader.report().error(item, "the program's name is empty");
    } else {
      shell.push_back(std::move(*text));
    }
  }
}

}  // namespace weft
