#pragma once

// Results that could not be handed in, on disk: they survive agent, runner and machine.

#include <string>
#include <vector>

#include "base/result.h"
#include "worker/agent/protocol.h"
#include "worker/runner/unique_fd.h"

namespace weft::worker {

/// One file of JSON lines, {"session":…,"result":{…}}. Bounded: beyond max_bytes nothing is added
/// (the runner still holds the results in memory).
class Spool {
 public:
  static constexpr std::int64_t max_bytes = 256 << 20;

  explicit Spool(std::string path) : path_(std::move(path)) {}

  /// What is there; a line that a crash cut short is left out.
  std::vector<SpooledResult> load() const;

  /// Adds results and waits until the disk has them. Errors: unavailable, resource_exhausted.
  Result<void> append(const std::vector<SpooledResult>& results);

  /// Forgets everything.
  void clear();

 private:
  std::string path_;
};

}  // namespace weft::worker
