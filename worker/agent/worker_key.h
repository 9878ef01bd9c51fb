#pragma once

// The key that a worker got when it joined, in its state folder: `key`, mode 0600.

#include <string>

#include "base/result.h"

namespace weft::worker {

struct WorkerKey {
  std::string text;    ///< "": there is none
  std::string worker;  ///< whose it is
};

/// The name that a worker asks for: the one it was given, or what is left of the host's.
std::string worker_name(const std::string& wanted);

WorkerKey load_key(const std::string& state_dir);
/// Durable when it returns. Errors: unavailable.
Result<void> save_key(const std::string& state_dir, const WorkerKey& key);

}  // namespace weft::worker
