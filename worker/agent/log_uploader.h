#pragma once

// Which part of which attempt's log goes to the server next. No I/O: the caller reads the files
// and makes the calls. A result waits for its log, but not for long.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "proto/wire/worker.h"

namespace weft::worker {

/// PUT /attempts/{attempt}/log?offset=… with these bytes of the log file.
struct LogCall {
  std::int64_t attempt = 0;
  std::int64_t offset = 0;
  std::int64_t length = 0;
};

/// All times are boottime microseconds.
class LogUploader {
 public:
  static constexpr std::size_t max_in_flight = 2;
  static constexpr std::int64_t patience = 5'000'000;  ///< how long a result waits for its log

  /// The log file has this many bytes by now.
  void grown(std::int64_t attempt, std::int64_t bytes);
  /// No more will come; `bytes` is the whole length.
  void finished(std::int64_t attempt, std::int64_t bytes, std::int64_t now);
  /// There is no log file after all (a full disk took none of it): what was told of it is
  /// forgotten.
  void dropped(std::int64_t attempt);

  /// A call to make, until there is nothing to do or enough in flight.
  std::optional<LogCall> next_call(std::int64_t now);
  /// The server has everything up to next_offset.
  void answered(std::int64_t attempt, std::int64_t next_offset);
  /// Try again later, or never when the server does not want it (`refused`).
  void failed(std::int64_t attempt, bool refused, std::int64_t now);
  /// The call was too large for something between: later, and in smaller parts.
  void too_large(std::int64_t attempt, std::int64_t now);
  /// All calls in flight were aborted.
  void aborted();

  /// Attempts whose result need not wait any longer: each once.
  std::vector<std::int64_t> take_released(std::int64_t now);
  /// Attempts whose file is of no use any more: each once.
  std::vector<std::int64_t> take_done();

  bool is_idle() const { return logs_.empty(); }
  /// When to call again if nothing happens before.
  std::int64_t wakeup() const;

 private:
  struct Log {
    std::int64_t bytes = 0;
    std::int64_t acknowledged = 0;
    std::int64_t chunk = wire::max_log_chunk_bytes;
    bool in_flight = false;
    bool finished = false;
    bool released = false;
    std::int64_t release_at = 0;
    std::int64_t retry_at = 0;
    std::int64_t retry_delay = 0;
    bool is_complete() const { return finished && acknowledged >= bytes; }
  };

  void settle(std::map<std::int64_t, Log>::iterator log);

  std::map<std::int64_t, Log> logs_;
  std::size_t in_flight_ = 0;
  std::int64_t last_served_ = 0;  ///< so that all have their turn
  std::vector<std::int64_t> released_;
  std::vector<std::int64_t> done_;
};

}  // namespace weft::worker
