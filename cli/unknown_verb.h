#pragma once

#include <string>
#include <vector>

#include "cli/completion.h"

namespace weft::cli {

/// What is wrong with a line whose verb does not exist, in words: `weft dags has no verb "lst" (did
/// you mean "list"?)`, with where to look. "" when that is not what is wrong with it.
std::string unknown_verb(const VerbTree& root, const std::vector<std::string>& words);

}  // namespace weft::cli
