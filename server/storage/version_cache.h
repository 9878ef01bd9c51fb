#pragma once

// Compiled DAG versions by the hash of their canonical JSON.

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "server/core/dag/dag.h"

namespace weft::storage {

/// What someone holds is never compiled twice, and the last few that nobody holds stay. Thread
/// safe: the writer fills it, readers may share it.
class VersionCache {
 public:
  explicit VersionCache(std::size_t keep = 64) : keep_(keep) {}

  void put(const std::shared_ptr<const Dag>& dag);
  /// Null when it isn't there.
  std::shared_ptr<const Dag> find(const std::string& hash);
  /// The stored version with this hash, compiled from `canonical` if need be. Its `source` is the
  /// canonical text: the file's own stands in dag_version.source. Errors: internal when this
  /// program can't compile it (damaged, or written by a newer one).
  Result<std::shared_ptr<const Dag>> get(const std::string& hash, std::string_view canonical);

 private:
  void put_locked(const std::shared_ptr<const Dag>& dag);

  const std::size_t keep_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::weak_ptr<const Dag>> by_hash_;
  std::size_t sweep_at_ = 1024;
  std::deque<std::shared_ptr<const Dag>> recent_;
};

}  // namespace weft::storage
