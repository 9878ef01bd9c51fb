#include "cli/unknown_verb.h"

#include <algorithm>
#include <string_view>

#include "server/core/expression/suggest.h"

namespace weft::cli {
namespace {

/// What every group has, such as `list`, is no help.
constexpr int most_places = 3;

/// In which other groups one has that name: who looks for `dags trigger` means `runs trigger`.
std::string elsewhere(const VerbTree& root, std::string_view word) {
  std::string found;
  int places = 0;
  for (const VerbTree& group : root.verbs)
    for (const VerbTree& verb : group.verbs)
      if (verb.name == word)
        found += (places++ == 0 ? "; there is " : " and ") + root.name + " " + group.name + " " +
                 verb.name;
  return places > most_places ? "" : found;
}

}  // namespace

std::string unknown_verb(const VerbTree& root, const std::vector<std::string>& words) {
  const VerbTree* at = &root;
  std::string line = root.name;
  for (const std::string& word : words) {
    if (at->verbs.empty()) return "";     // a verb that does something: the rest is its own
    if (word.starts_with('-')) continue;  // in front of a verb there are only flags
    const auto found = std::find_if(at->verbs.begin(), at->verbs.end(),
                                    [&](const VerbTree& verb) { return verb.name == word; });
    if (found == at->verbs.end()) {
      std::vector<std::string_view> names;
      for (const VerbTree& verb : at->verbs) names.push_back(verb.name);
      return line + " has no verb " + shown(word) + did_you_mean(word, names) +
             elsewhere(root, word) + "; see " + line + " --help";
    }
    at = &*found;
    line += " " + word;
  }
  return "";
}

}  // namespace weft::cli
