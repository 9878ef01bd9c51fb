#include "server/api/graph_cache.h"

namespace weft::api {

std::shared_ptr<const std::string> GraphCache::find(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->text;
}

void GraphCache::put(const std::string& key, std::shared_ptr<const std::string> text) {
  const std::lock_guard lock(mutex_);
  // Two may have made the same at once.
  if (by_key_.contains(key) || key.size() + text->size() > max_bytes_ / 8) return;
  entries_.push_front({key, std::move(text)});
  by_key_.emplace(key, entries_.begin());
  bytes_ += entries_.front().bytes();
  while (bytes_ > max_bytes_) {
    bytes_ -= entries_.back().bytes();
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

}  // namespace weft::api
