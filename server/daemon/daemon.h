#pragma once

// Wires everything and owns the threads: the only place that knows everyone.
//
//   main thread: signals, start, stop      loop: connections, dispatch      pool: API, log files
//   engine: the only writer                loader: DAG files
//
// In the data folder: weft.db, lock, logs/, admin-token, worker-token.

#include <memory>
#include <string>

#include "base/result.h"
#include "server/daemon/settings.h"

namespace weft::daemon {

inline constexpr const char* program_version = WEFT_VERSION;

/// A server that answers from start() to stop(). Main thread only.
class Daemon {
 public:
  /// Errors, in words for stderr: a data folder in use, a port in use, a broken database, a folder
  /// of DAG files that is not there.
  static Result<std::unique_ptr<Daemon>> start(Settings settings);
  /// As stop().
  ~Daemon();

  /// `http://HOST:PORT` or `https://…`, with the base path, as callers on this machine reach it.
  std::string url() const;
  /// "" when the file is gone, or what stands in it is valid no more.
  const std::string& admin_token() const;
  std::string admin_token_path() const;
  std::string worker_token_path() const;

  /// Compares the DAG files with what is known and reads the certificate again, now.
  void reload();

  /// A clean stop: attempts run on under leases of 15 minutes, waiting workers are told so, answers
  /// in work are finished. Takes a few seconds at most. Idempotent.
  void stop();

 private:
  struct Parts;
  explicit Daemon(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace weft::daemon
