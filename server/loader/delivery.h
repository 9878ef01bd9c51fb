#pragma once

// Hands what was loaded to the engine, a window of commands at a time, and keeps what it refused.

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "server/engine/engine.h"

namespace weft {

/// Bundle, path in it.
using BundleFile = std::pair<std::string, std::string>;

/// What is wrong with a file.
struct FileErrors {
  std::string lines;
  std::string findings;
  bool operator==(const FileErrors&) const = default;
};

/// Used by the loader thread; replies come from the engine's.
class Delivery {
 public:
  Delivery(Engine& engine, std::size_t window) : engine_(engine), window_(window) {}

  /// A file that parsed well. Told before with the same hash, it is not told again.
  void put(const BundleFile& file, std::shared_ptr<const Dag> dag);
  /// A file that did not: what is wrong, as lines and as JSON (findings.h).
  void put_error(const BundleFile& file, const std::string& dag_id, const FileErrors& errors);
  void remove(const BundleFile& file);
  /// Nothing is known of it now: it is looked at again with the undelivered ones.
  void put_off(const BundleFile& file) { undelivered_.insert(file); }

  /// Waits for all answers. Then tells the engine of the files whose dag_id another one has.
  void settle();

  /// The engine could not take these: load them again. Empties the list.
  std::set<BundleFile> take_undelivered();
  const std::set<BundleFile>& undelivered() const { return undelivered_; }
  /// Files whose dag_id another one has: worth a try whenever a file went away. Empties the list.
  std::set<BundleFile> take_conflicting();
  std::size_t import_errors() const { return errors_.size() + conflicts_.size(); }

 private:
  struct Answered {
    BundleFile file;
    std::string dag_id;
    bool was_dag = false;  ///< of PutDag
    Error error;
  };
  void post(const BundleFile& file, const std::string& dag_id, Command command);
  void forget(const BundleFile& file);
  void wait_until_below(std::size_t limit);

  Engine& engine_;
  const std::size_t window_;
  std::map<BundleFile, std::string> delivered_;  ///< file → hash
  std::map<BundleFile, FileErrors> errors_;
  std::set<BundleFile> conflicts_;
  std::set<BundleFile> undelivered_;

  std::mutex mutex_;  ///< of what follows
  std::condition_variable answered_;
  std::size_t waiting_ = 0;
  std::vector<Answered> refused_;
};

}  // namespace weft
