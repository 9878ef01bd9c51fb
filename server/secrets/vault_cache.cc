#include "server/secrets/vault_cache.h"

#include <algorithm>
#include <utility>

namespace weft::secrets {

Result<VaultCache::Fields> VaultCache::get(const std::string& path) {
  std::unique_lock lock(mutex_);
  const Time now = now_();
  if (const auto known = entries_.find(path); known != entries_.end()) {
    if (now < known->second.until) return known->second.fields;
    entries_.erase(known);
  }
  if (const auto flying = flights_.find(path); flying != flights_.end()) {
    const std::shared_ptr<Flight> flight = flying->second;
    ++waiting_;
    landed_.wait(lock, [&] { return flight->outcome.has_value(); });
    --waiting_;
    return *flight->outcome;
  }
  if (outage_ && now < outage_until_) return tl::unexpected<Error>(*outage_);
  const auto flight = std::make_shared<Flight>();
  flights_.emplace(path, flight);
  lock.unlock();
  Result<Fields> outcome = fetch_(path);
  lock.lock();
  keep(path, outcome);
  flight->outcome = outcome;
  flights_.erase(path);
  landed_.notify_all();
  return outcome;
}

void VaultCache::keep(const std::string& path, const Result<Fields>& outcome) {
  const Time now = now_();
  if (!outcome) {
    if (outcome.error().code != ErrorCode::unavailable) return;
    outage_ = outcome.error();
    outage_until_ = now + outage_time;
    return;
  }
  outage_.reset();
  std::erase_if(entries_, [&](const auto& entry) { return now >= entry.second.until; });
  if (entries_.size() >= max_entries)
    entries_.erase(std::min_element(
        entries_.begin(), entries_.end(),
        [](const auto& a, const auto& b) { return a.second.until < b.second.until; }));
  entries_.insert_or_assign(path, Entry{*outcome, now + (*outcome ? found_time : missing_time)});
}

int VaultCache::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

std::size_t VaultCache::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace weft::secrets
