#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weft {

/// The candidate nearest to a misspelt name by edit distance (a swap of neighbours is one edit),
/// empty when none is near enough: at most a third of the name may differ. Ties: the first.
std::string_view nearest_name(std::string_view name,
                              const std::vector<std::string_view>& candidates);

/// ` (did you mean "extract"?)`, or nothing when no candidate is near.
std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& candidates);

/// `"text"`, cut to 60 characters: messages never repeat an unbounded input.
std::string shown(std::string_view text);

}  // namespace weft
