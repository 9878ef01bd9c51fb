#pragma once

// pools: where tasks find room.

#include <string>

#include "cli/remote.h"

namespace weft::cli {

struct PoolOptions {
  std::string name, description;
  int slots = 0;
};

int list_pools(const ServerOptions& server, const ListOptions& list);
int show_pool(const ServerOptions& server, const std::string& name);
/// Makes or changes it.
int set_pool(const ServerOptions& server, const PoolOptions& options);
int delete_pool(const ServerOptions& server, const std::string& name);

}  // namespace weft::cli
