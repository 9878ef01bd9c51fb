#pragma once

#include "server/core/dag/draft.h"

namespace weft {

/// The part that needs all tasks: ids, edges, order, branches, references, weights. Moves the
/// drafts' tasks into Dag::tasks if the report has no error.
void assemble_tasks(ValueReader& reader, DagDraft& draft);

}  // namespace weft
