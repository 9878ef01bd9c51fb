#pragma once

// PATCH of task instances: a state, a note, or both; one at a time or in bulk.

#include <optional>
#include <string>

#include "server/api/call.h"

namespace weft::api {

/// The engine's answer to an edit. Errors: the command's.
Outcome<EditAnswer> apply_edit(Call& call, EditTasks command);

/// What a PATCH shall do.
struct MarkRequest {
  TaskSelection what;  ///< with one task
  std::optional<EditAction> action;
  std::optional<std::string> note;
};

/// new_state, note and include_* of a body, without those that the mask leaves out. What is wrong
/// is reported to the body.
MarkRequest read_mark(Body& body, const std::vector<std::string>& mask);

}  // namespace weft::api
