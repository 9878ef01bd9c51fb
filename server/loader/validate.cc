#include <fmt/format.h>

#include <filesystem>

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

class Validation {
 public:
  std::vector<Diagnostic> file(const fs::path& given) {
    std::error_code code;
    const fs::path file = fs::canonical(given, code);
    if (code) return {finding(given.string(), "cannot be read: " + code.message())};
    if (!dag_file_stem(file.filename().string()))
      return {finding(given.string(),
                      "is no DAG file: its name must end with .dag.json or .dag.jsonc")};
    auto bundle = BundleFolder::open(bundle_root_of(file.string()));
    if (!bundle) return {finding(given.string(), bundle.error().message)};
    add(*bundle, file.lexically_relative(bundle->root()).generic_string(), given.string());
    return std::move(found_);
  }

  std::vector<Diagnostic> folder(const fs::path& given) {
    auto bundle = BundleFolder::open(given.string());
    if (!bundle) return {finding(given.string(), bundle.error().message)};
    const auto listing = bundle->walk();
    if (!listing) return {finding(given.string(), listing.error().message)};
    for (const std::string& path : listing->dag_files) add(*bundle, path, (given / path).string());
    for (const std::string& path : listing->other_json)
      if (looks_like_dag(*bundle, path))
        found_.push_back(
            finding((given / path).string(), misnamed_advice(path), Diagnostic::Severity::warning));
    return std::move(found_);
  }

 private:
  void add(const BundleFolder& bundle, const std::string& path, const std::string& shown) {
    LoadedFile loaded = load_dag_file(bundle, path, shown);
    for (Diagnostic& diagnostic : loaded.parsed.diagnostics)
      found_.push_back(std::move(diagnostic));
    if (!loaded.parsed.dag) return;
    const auto [first, is_new] = file_of_.emplace(loaded.parsed.dag->id, shown);
    if (!is_new)
      found_.push_back(finding(shown, fmt::format("dag_id \"{}\" is already defined by {}; give "
                                                  "one of the two another dag_id",
                                                  loaded.parsed.dag->id, first->second)));
  }

  std::vector<Diagnostic> found_;
  std::map<std::string, std::string> file_of_;  ///< by dag_id
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

std::vector<Diagnostic> validate_path(const std::string& path) {
  std::error_code code;
  return fs::is_directory(path, code) ? Validation().folder(path) : Validation().file(path);
}

}  // namespace weft
