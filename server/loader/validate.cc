#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <memory>

#include "server/core/dag/asset_cycles.h"
#include "server/core/dag/report.h"
#include "server/loader/dag_file.h"
#include "server/loader/loader.h"
#include "server/loader/misnamed.h"

namespace weft {
namespace {

namespace fs = std::filesystem;

Diagnostic finding(std::string file, std::string message,
                   Diagnostic::Severity severity = Diagnostic::Severity::error) {
  return {.severity = severity, .file = std::move(file), .message = std::move(message)};
}

/// A place in the file where the schedule is; at its beginning when defaults.json gives it.
Diagnostic at_schedule(const std::string& file, const std::string& text, std::string message) {
  JsonTree tree(file, text);
  std::vector<JsonFinding> ignored;  // it was read before, without errors
  Report report;
  if (!tree.parse(file.ends_with(".jsonc"), ignored)) return finding(file, std::move(message));
  const JsonRef root(&tree, 0), schedule = root.find("schedule");
  report.error(schedule ? schedule : root, std::move(message));
  return report.finish().front();
}

class Validation {
 public:
  void path(const std::string& given) {
    file_of_.clear();
    std::error_code code;
    if (fs::is_directory(given, code))
      folder(given);
    else
      file(given);
  }

  /// Of all paths so far; at the first DAG of each.
  void asset_cycles() {
    std::vector<AssetFlow> flows;
    for (const auto& [id, seen] : dags_) flows.push_back(flow_of(*seen.dag));
    for (const AssetCycle& cycle : find_asset_cycles(flows)) {
      const Seen& first = dags_.at(cycle.steps.front().dag_id);
      found_.push_back(at_schedule(first.shown, first.dag->source, describe(cycle)));
    }
  }

  std::vector<Diagnostic> take() { return std::move(found_); }

 private:
  struct Seen {
    std::shared_ptr<const Dag> dag;
    std::string shown;
  };

  void file(const fs::path& given) {
    std::error_code code;
    const fs::path file = fs::canonical(given, code);
    if (code) return say(finding(given.string(), "cannot be read: " + code.message()));
    if (!dag_file_stem(file.filename().string()))
      return say(finding(given.string(),
                         "is no DAG file: its name must end with .dag.json or .dag.jsonc"));
    auto bundle = BundleFolder::open(bundle_root_of(file.string()));
    if (!bundle) return say(finding(given.string(), bundle.error().message));
    add(*bundle, file.lexically_relative(bundle->root()).generic_string(), given.string());
  }

  void folder(const fs::path& given) {
    auto bundle = BundleFolder::open(given.string());
    if (!bundle) return say(finding(given.string(), bundle.error().message));
    const auto listing = bundle->walk();
    if (!listing) return say(finding(given.string(), listing.error().message));
    for (const std::string& path : listing->dag_files) add(*bundle, path, (given / path).string());
    for (const std::string& path : listing->other_json)
      if (looks_like_dag(*bundle, path))
        say(finding((given / path).string(), misnamed_advice(path), Diagnostic::Severity::warning));
  }

  void say(Diagnostic diagnostic) { found_.push_back(std::move(diagnostic)); }

  void add(const BundleFolder& bundle, const std::string& path, const std::string& shown) {
    LoadedFile loaded = load_dag_file(bundle, path, shown);
    for (Diagnostic& diagnostic : loaded.parsed.diagnostics) say(std::move(diagnostic));
    const auto& dag = loaded.parsed.dag;
    if (!dag) return;
    dags_.emplace(dag->id, Seen{dag, shown});
    const auto [first, is_new] = file_of_.emplace(dag->id, shown);
    if (!is_new)
      say(finding(shown, fmt::format("dag_id \"{}\" is already defined by {}; give "
                                     "one of the two another dag_id",
                                     dag->id, first->second)));
  }

  static AssetFlow flow_of(const Dag& dag) {
    AssetFlow flow{.dag_id = dag.id, .produces = {}, .consumes = {}};
    for (const Task& task : dag.tasks)
      for (const AssetIndex outlet : task.outlets) flow.produces.push_back(dag.asset(outlet).uri);
    std::vector<AssetIndex> waited_for;
    if (dag.asset_schedule) dag.asset_schedule->collect(waited_for);
    for (const AssetIndex asset : waited_for) flow.consumes.push_back(dag.asset(asset).uri);
    return flow;
  }

  std::vector<Diagnostic> found_;
  std::map<std::string, std::string> file_of_;  ///< by dag_id, of the path at hand
  std::map<std::string, Seen> dags_;            ///< by dag_id; the first of each counts
};

}  // namespace

std::string bundle_root_of(const std::string& file) {
  const fs::path own = fs::path(file).parent_path();
  for (fs::path folder = own;; folder = folder.parent_path()) {
    std::error_code code;
    if (fs::exists(folder / "weft.json", code) || fs::exists(folder / ".git", code))
      return folder.string();
    if (folder == folder.root_path()) return own.string();
  }
}

std::vector<Diagnostic> validate_paths(const std::vector<std::string>& paths) {
  Validation validation;
  for (const std::string& path : paths) validation.path(path);
  validation.asset_cycles();
  return validation.take();
}

}  // namespace weft
