#include "cli/unknown_verb.h"

#include <algorithm>
#include <string_view>

#include "server/core/expression/suggest.h"

namespace weft::cli {

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
      return line + " has no verb " + shown(word) + did_you_mean(word, names) + "; see " + line +
             " --help";
    }
    at = &*found;
    line += " " + word;
  }
  return "";
}

}  // namespace weft::cli
