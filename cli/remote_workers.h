#pragma once

// workers: where tasks run, and what lets them join.

#include <string>
#include <vector>

#include "cli/remote.h"

namespace weft::cli {

struct InviteOptions {
  std::string id;    ///< of a token that is deleted
  std::string name;  ///< the only worker that may join; "": any
  std::vector<std::string> queues;
  bool once = false;  ///< what it is anyway, unless `hours`
  int hours = 0;      ///< any number of workers for so long; 0: one, within a day
};

struct DrainOptions {
  std::string name;
  bool is_drained = true;
  bool wait = false;  ///< until it runs nothing
};

int list_workers(const ServerOptions& server, const ListOptions& list);
/// Prints the token alone on stdout.
int invite_worker(const ServerOptions& server, const InviteOptions& options);
int list_invites(const ServerOptions& server, const ListOptions& list);
int delete_invite(const ServerOptions& server, const std::string& id);
int drain_worker(const ServerOptions& server, const DrainOptions& options);
int revoke_worker(const ServerOptions& server, const std::string& name);

}  // namespace weft::cli
