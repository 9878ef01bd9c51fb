#include "server/net/tls_keeper.h"

#include <sys/stat.h>

#include <utility>

namespace weft::http {

TlsKeeper::Stamp TlsKeeper::stamp_of(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return {};
  const auto ns = [](const timespec& time) { return time.tv_sec * 1'000'000'000 + time.tv_nsec; };
  return {facts.st_dev, facts.st_ino, facts.st_size, ns(facts.st_mtim), ns(facts.st_ctim)};
}

TlsKeeper::Stamps TlsKeeper::stamps_of(const TlsFiles& files) {
  return {stamp_of(files.certificate), stamp_of(files.key)};
}

Result<std::shared_ptr<TlsKeeper>> TlsKeeper::open(TlsOptions options, Loop& loop,
                                                   WorkerPool& pool) {
  auto keeper = std::shared_ptr<TlsKeeper>(new TlsKeeper(std::move(options), loop, pool));
  keeper->seen_ = stamps_of(keeper->options_.files);
  TRY_ASSIGN(keeper->identity_, TlsIdentity::load(keeper->options_.files));
  return keeper;
}

void TlsKeeper::start() {
  look_later();
}

void TlsKeeper::stop() {
  timer_.reset();
}

void TlsKeeper::look_later() {
  timer_ = loop_.after(options_.look_every, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->look(false);
    self->look_later();
  });
}

void TlsKeeper::look(bool even_unchanged) {
  if (std::exchange(looking_, true)) {
    again_ = again_ || even_unchanged;
    return;
  }
  const bool accepted = pool_.submit(
      [self = shared_from_this(), files = options_.files, seen = seen_, even_unchanged] {
        // Before the reading: what is written meanwhile differs the next time.
        const Stamps stamps = stamps_of(files);
        if (stamps == seen && !even_unchanged) {
          self->loop_.post([self] { self->looked(); });
          return;
        }
        self->loop_.post([self, stamps, loaded = TlsIdentity::load(files)]() mutable {
          self->take(stamps, std::move(loaded));
        });
      });
  if (!accepted) looking_ = false;
}

void TlsKeeper::take(const Stamps& stamps, Result<std::shared_ptr<TlsIdentity>> loaded) {
  seen_ = stamps;
  if (loaded) identity_ = std::move(*loaded);
  if (options_.told) {
    options_.told(loaded ? Result<std::string>(identity_->description())
                         : Result<std::string>(tl::unexpected<Error>(loaded.error())));
  }
  looked();
}

void TlsKeeper::looked() {
  looking_ = false;
  if (std::exchange(again_, false)) look(true);
}

}  // namespace weft::http
