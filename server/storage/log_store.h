#pragma once

// The logs of attempts: one file each, logs/<dag key>/<run>/<instance>/<attempt>.log, and the
// same with .zst once it is over and worth it. Never rows of the database.

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"

namespace weft::storage {

/// Which log. All integers: nothing that a user writes becomes a path.
struct LogKey {
  DagKey dag;
  RunId run;
  InstanceId instance;
  AttemptId attempt;
};

struct LogStoreOptions {
  /// A worker keeps head and tail of at most 64 MiB; no file grows beyond this.
  std::int64_t max_bytes = 80 << 20;
  /// Smaller ones stay as they are when they end.
  std::int64_t compress_from_bytes = 16 << 10;
};

/// Part of a log.
struct LogChunk {
  std::string bytes;
  std::int64_t next_offset = 0;  ///< where the next read goes on
  std::int64_t size = 0;         ///< of the whole log now
};

/// Thread safe: appends and changes of form take turns by a lock on the instance's folder, reads
/// wait for nobody. An append says where its bytes stand, so a repeat or an overlap changes
/// nothing. What append has answered survives the end of this process; a power cut takes at most
/// what came after the last sync().
class LogStore {
 public:
  explicit LogStore(std::string root, LogStoreOptions options = {});

  /// Writes `bytes`, which stand at `offset` in the log; returns where the next ones are wanted.
  /// Bytes beyond a gap are not taken: the answer is then the log's end. Errors: invalid_argument
  /// (negative offset), too_large (max_bytes), unavailable (disk full or broken).
  Result<std::int64_t> append(const LogKey& key, std::int64_t offset, std::string_view bytes) const;

  /// No more is expected: compresses a large log. Takes up to about 0.3 s: not on an event loop.
  /// An append that comes later still works. Errors: unavailable.
  Result<void> finish(const LogKey& key) const;

  /// At most `limit` bytes from `offset`; nothing beyond the end. A log that isn't there is empty.
  /// Errors: invalid_argument (negative offset), unavailable, internal (damaged).
  Result<LogChunk> read(const LogKey& key, std::int64_t offset, std::int64_t limit) const;

  /// 0 when there is none.
  Result<std::int64_t> size(const LogKey& key) const;

  /// Puts on the disk what was appended since the last call, if there was anything. Takes as long
  /// as the disk does: for a thread of its own. Not by two threads at once. Errors: unavailable.
  Result<void> sync();

  /// Where its plain form stands.
  std::string path(const LogKey& key) const;

 private:
  std::string folder(const LogKey& key) const;

  std::string root_;
  LogStoreOptions options_;
  mutable std::atomic<std::uint64_t> appended_ = 0;  ///< times
  std::uint64_t synced_ = 0;
};

}  // namespace weft::storage
