#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <memory>

#include "server/net/loop.h"
#include "server/net/tls.h"
#include "server/net/worker_pool.h"

namespace weft::http {

/// The identity in use, which follows its files: they are looked at on a thread of the pool, and a
/// pair that cannot be used changes nothing. Loop thread only, but for open().
class TlsKeeper : public std::enable_shared_from_this<TlsKeeper> {
 public:
  /// `loop` and `pool` must outlive it. Errors: as TlsIdentity::load.
  static Result<std::shared_ptr<TlsKeeper>> open(TlsOptions options, Loop& loop, WorkerPool& pool);

  /// Looks at the files from now on.
  void start();
  void stop();
  /// Reads the files again, changed or not.
  void refresh() { look(true); }

  const std::shared_ptr<TlsIdentity>& identity() const { return identity_; }

 private:
  /// What tells one version of a file from the next.
  struct Stamp {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = -1;
    std::int64_t modified_ns = 0, changed_ns = 0;
    bool operator==(const Stamp&) const = default;
  };
  using Stamps = std::array<Stamp, 2>;

  TlsKeeper(TlsOptions options, Loop& loop, WorkerPool& pool)
      : options_(std::move(options)), loop_(loop), pool_(pool) {}
  static Stamp stamp_of(const std::string& path);
  static Stamps stamps_of(const TlsFiles& files);
  void look_later();
  void look(bool even_unchanged);
  void take(const Stamps& stamps, Result<std::shared_ptr<TlsIdentity>> loaded);
  void looked();

  const TlsOptions options_;
  Loop& loop_;
  WorkerPool& pool_;
  std::shared_ptr<TlsIdentity> identity_;
  Stamps seen_{};
  std::unique_ptr<Loop::Timer> timer_;
  bool looking_ = false;
  bool again_ = false;  ///< refresh() was called meanwhile
};

}  // namespace weft::http
