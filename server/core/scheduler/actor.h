#pragma once

#include <string>
#include <utility>

namespace weft {

/// Who does something, for the records; empty where the program itself does.
struct Actor {
  Actor() = default;
  Actor(std::string name_in, std::string remote_in = {})  // NOLINT: a name is an Actor
      : name(std::move(name_in)), remote(std::move(remote_in)) {}
  Actor(const char* name_in) : name(name_in) {}  // NOLINT: as above

  std::string name;
  std::string remote;  ///< the address that the request came from; "" = not over the network
};

}  // namespace weft
