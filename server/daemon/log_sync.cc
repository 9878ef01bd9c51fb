#include "server/daemon/log_sync.h"

#include <spdlog/spdlog.h>

namespace weft::daemon {
namespace {

constexpr Duration between_syncs = std::chrono::seconds(5);

}  // namespace

LogSync::LogSync(storage::LogStore& logs)
    : logs_(logs), periodic_(between_syncs, between_syncs, [this] { sync(); }) {}

void LogSync::stop() {
  periodic_.stop();
  sync();
}

void LogSync::sync() {
  if (const auto done = logs_.sync(); !done)
    spdlog::warn("logs are not safe from a power cut: {}", done.error().message);
}

}  // namespace weft::daemon
