#pragma once

// Graphs of DAG versions as they were answered: a version never changes, so its drawing doesn't.

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace weft::api {

/// The texts that were asked for last, up to a number of bytes. Thread safe.
class GraphCache {
 public:
  explicit GraphCache(std::size_t max_bytes = 32 << 20) : max_bytes_(max_bytes) {}

  /// Null when it isn't there.
  std::shared_ptr<const std::string> find(const std::string& key);
  /// A text larger than an eighth of the cache is not kept.
  void put(const std::string& key, std::shared_ptr<const std::string> text);

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const std::string> text;
    std::size_t bytes() const { return key.size() + text->size(); }
  };

  const std::size_t max_bytes_;
  std::mutex mutex_;
  std::list<Entry> entries_;  ///< the latest first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
  std::size_t bytes_ = 0;
};

}  // namespace weft::api
