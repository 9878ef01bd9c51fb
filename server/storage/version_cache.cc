#include "server/storage/version_cache.h"

#include <fmt/format.h>

#include "server/core/dag/parse.h"

namespace weft::storage {

void VersionCache::put(const std::shared_ptr<const Dag>& dag) {
  const std::lock_guard lock(mutex_);
  put_locked(dag);
}

void VersionCache::put_locked(const std::shared_ptr<const Dag>& dag) {
  by_hash_[dag->hash] = dag;
  recent_.push_back(dag);
  if (recent_.size() > keep_) recent_.pop_front();
  if (by_hash_.size() < sweep_at_) return;
  std::erase_if(by_hash_, [](const auto& entry) { return entry.second.expired(); });
  sweep_at_ = std::max<std::size_t>(1024, by_hash_.size() * 2);
}

std::shared_ptr<const Dag> VersionCache::find(const std::string& hash) {
  const std::lock_guard lock(mutex_);
  const auto found = by_hash_.find(hash);
  return found == by_hash_.end() ? nullptr : found->second.lock();
}

Result<std::shared_ptr<const Dag>> VersionCache::get(const std::string& hash,
                                                     std::string_view canonical) {
  if (auto known = find(hash)) return known;
  ParseInput input;
  input.path = "version " + hash.substr(0, 12);
  input.text = std::string(canonical);
  input.is_stored = true;
  ParseOutput parsed = parse_dag(input);
  if (!parsed.dag) {
    std::string why = "damaged";
    for (const auto& diagnostic : parsed.diagnostics)
      if (diagnostic.severity == Diagnostic::Severity::error) {
        why = diagnostic.to_string();
        break;
      }
    return fail(ErrorCode::internal,
                fmt::format("the stored DAG version {} cannot be compiled: {}", hash, why));
  }
  const std::lock_guard lock(mutex_);
  put_locked(parsed.dag);
  by_hash_[hash] = parsed.dag;  // a newer program may write the same text differently
  return std::move(parsed.dag);
}

}  // namespace weft::storage
