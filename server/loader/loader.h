#pragma once

// Watches folders and hands the DAGs in them to the engine:
//
//   inotify, rescan ──► catalog (which files are concerned) ──► dag_file (read, parse)
//                                                                   │
//   engine ◄── PutDag · PutImportError · RemoveDagFile ◄── delivery ┘
//
// A newcomer starts here. Uses core/dag and the engine's inbox; knows nothing of HTTP and SQL.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "server/core/dag/parse.h"
#include "server/engine/engine.h"

namespace weft {

/// A folder of DAG files under a name.
struct Bundle {
  std::string name;
  std::string path;
};

/// For health: what the loader has seen.
struct LoaderStatus {
  std::size_t files = 0;  ///< DAG files that are there
  std::size_t import_errors = 0;
  std::size_t undelivered = 0;       ///< the engine could not take them yet
  std::optional<Instant> last_scan;  ///< end of the last whole comparison with the disk
  std::string problem;               ///< why a bundle cannot be read or watched; "" = none
};

struct LoaderOptions {
  std::vector<Bundle> bundles;
  /// Files that the database knows, by (bundle, path): those that are gone are removed.
  std::vector<std::pair<std::string, std::string>> known;
  Duration rescan = std::chrono::seconds(30);
  std::size_t window = 64;  ///< commands in the engine's inbox at once
  /// After each pass, when the engine has answered everything. On the loader thread; may be empty.
  std::function<void(const LoaderStatus&)> after_pass;
};

/// Thread safe. The first pass begins at once; nothing waits for it.
class Loader {
 public:
  /// `engine` must outlive it. Errors: not_found or invalid_argument naming the bundle's folder.
  static Result<std::unique_ptr<Loader>> start(LoaderOptions options, Engine& engine);
  virtual ~Loader() = default;

  virtual LoaderStatus status() const = 0;
  /// Compares everything with the disk soon.
  virtual void rescan() = 0;
  /// Ends the thread. Idempotent.
  virtual void stop() = 0;
};

/// The nearest folder above `file` (an absolute path) with a weft.json or .git, else its own: the
/// bundle that the verbs without a server see a file in.
std::string bundle_root_of(const std::string& file);

/// `weft validate`: all findings about DAG files, or about all of folders, with paths as given; at
/// last the cycles of assets among all of them. A file is seen as part of the nearest folder above
/// it with a weft.json or .git, else alone.
std::vector<Diagnostic> validate_paths(const std::vector<std::string>& paths);

}  // namespace weft
