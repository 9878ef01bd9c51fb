#include "worker/agent/log_uploader.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace weft::worker {
namespace {

constexpr std::int64_t first_delay = 100'000;
constexpr std::int64_t max_delay = 5'000'000;
constexpr std::int64_t least_chunk = 16 << 10;

}  // namespace

void LogUploader::grown(std::int64_t attempt, std::int64_t bytes) {
  Log& log = logs_[attempt];
  log.bytes = std::max(log.bytes, bytes);
}

void LogUploader::finished(std::int64_t attempt, std::int64_t bytes, std::int64_t now) {
  const auto found = logs_.try_emplace(attempt).first;
  Log& log = found->second;
  log.bytes = std::max(log.bytes, bytes);
  log.finished = true;
  log.release_at = now + patience;
  settle(found);
}

void LogUploader::dropped(std::int64_t attempt) {
  const auto found = logs_.find(attempt);
  if (found == logs_.end()) return;
  if (found->second.in_flight) --in_flight_;
  logs_.erase(found);
}

/// A complete log releases its result and is done with.
void LogUploader::settle(std::map<std::int64_t, Log>::iterator found) {
  Log& log = found->second;
  if (!log.is_complete() || log.in_flight) return;
  if (!log.released) released_.push_back(found->first);
  done_.push_back(found->first);
  logs_.erase(found);
}

std::optional<LogCall> LogUploader::next_call(std::int64_t now) {
  if (in_flight_ >= max_in_flight || logs_.empty()) return std::nullopt;
  auto at = logs_.upper_bound(last_served_);
  for (std::size_t looked = 0; looked < logs_.size(); ++looked, ++at) {
    if (at == logs_.end()) at = logs_.begin();
    Log& log = at->second;
    if (log.in_flight || log.acknowledged >= log.bytes || now < log.retry_at) continue;
    log.in_flight = true;
    ++in_flight_;
    last_served_ = at->first;
    return LogCall{at->first, log.acknowledged, std::min(log.bytes - log.acknowledged, log.chunk)};
  }
  return std::nullopt;
}

void LogUploader::answered(std::int64_t attempt, std::int64_t next_offset) {
  const auto found = logs_.find(attempt);
  if (found == logs_.end() || !found->second.in_flight) return;
  --in_flight_;
  Log& log = found->second;
  log.in_flight = false;
  log.retry_delay = 0;
  // The server may have more than we knew (an agent that died told it), or less (it lost some).
  log.acknowledged = std::clamp<std::int64_t>(next_offset, 0, log.bytes);
  settle(found);
}

void LogUploader::failed(std::int64_t attempt, bool refused, std::int64_t now) {
  const auto found = logs_.find(attempt);
  if (found == logs_.end() || !found->second.in_flight) return;
  --in_flight_;
  Log& log = found->second;
  log.in_flight = false;
  if (refused) {
    log.acknowledged = log.finished ? log.bytes : std::numeric_limits<std::int64_t>::max() / 2;
    return settle(found);
  }
  log.retry_delay = std::clamp(log.retry_delay * 2, first_delay, max_delay);
  log.retry_at = now + log.retry_delay;
}

void LogUploader::too_large(std::int64_t attempt, std::int64_t now) {
  const auto found = logs_.find(attempt);
  if (found != logs_.end()) found->second.chunk = std::max(found->second.chunk / 2, least_chunk);
  failed(attempt, false, now);
}

void LogUploader::aborted() {
  in_flight_ = 0;
  for (auto& [attempt, log] : logs_) log.in_flight = false;
}

std::vector<std::int64_t> LogUploader::take_released(std::int64_t now) {
  for (auto& [attempt, log] : logs_) {
    if (!log.finished || log.released || now < log.release_at) continue;
    log.released = true;
    released_.push_back(attempt);
  }
  return std::exchange(released_, {});
}

std::vector<std::int64_t> LogUploader::take_done() {
  return std::exchange(done_, {});
}

std::int64_t LogUploader::wakeup() const {
  std::int64_t at = std::numeric_limits<std::int64_t>::max();
  for (const auto& [attempt, log] : logs_) {
    if (log.finished && !log.released) at = std::min(at, log.release_at);
    if (!log.in_flight && log.acknowledged < log.bytes && in_flight_ < max_in_flight)
      at = std::min(at, log.retry_at);
  }
  return at;
}

}  // namespace weft::worker
