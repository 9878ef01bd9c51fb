#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

/// Who makes a value that a template reads.
enum class Origin : std::uint8_t {
  scheduler,  ///< dates, ids and numbers: may stand in a shell's text
  author,     ///< other texts of the DAG file
  conf,       ///< what the caller of a trigger passed
  param,
  output,
  mapped,
  variable,
  connection,
  asset,
};

struct NameLookup {
  Origin origin = Origin::scheduler;
  std::string error;  ///< not empty: there is no such name
};

/// Looks a path such as {"ti", "try_number"} up in the list of what templates may read
/// (server/core/scheduler/template_scope.cc supplies the values). Members of params, outputs and
/// conf are the caller's to check.
NameLookup look_up_name(const std::vector<std::string>& path);

/// `outputs.extract.rows`, for messages.
std::string spell_path(const std::vector<std::string>& path);

}  // namespace weft
