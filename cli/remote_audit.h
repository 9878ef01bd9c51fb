#pragma once

// audit list: who did what.

#include <string>

#include "cli/remote.h"

namespace weft::cli {

struct AuditOptions {
  std::string user, action, dag, since, until;
};

/// The newest first.
int list_audit(const ServerOptions& server, const AuditOptions& options, const ListOptions& list);

}  // namespace weft::cli
