#include "server/loader/dag_file.h"

#include <algorithm>

#include "server/loader/findings.h"

namespace weft {
namespace {

/// "a/b/x.dag.json" → "defaults.json", "a/defaults.json", "a/b/defaults.json".
std::vector<std::string> defaults_above(const std::string& path) {
  std::vector<std::string> all{"defaults.json"};
  for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
    all.push_back(path.substr(0, slash + 1) + "defaults.json");
  return all;
}

class FileLoad {
 public:
  FileLoad(const BundleFolder& bundle, std::string path, std::string shown)
      : bundle_(bundle), path_(std::move(path)), shown_(std::move(shown)) {}

  LoadedFile run() {
    ParseInput input;
    input.path = shown_;
    input.comments_allowed = path_.ends_with(".jsonc");
    auto text = take(path_);
    if (!text) return refused(text.error().message);
    input.text = std::move(*text);
    for (const std::string& defaults : defaults_above(path_)) {
      auto more = take(defaults);
      if (more)
        input.defaults.emplace_back(shown_beside(defaults), std::move(*more));
      else if (more.error().code != ErrorCode::not_found)
        return refused(more.error().message);
    }
    input.read_beside = [this](const std::string& path) { return read_beside(path); };
    result_.parsed = parse_dag(input);
    if (result_.parsed.dag &&
        result_.parsed.dag->canonical.size() > static_cast<std::size_t>(max_bundle_file_bytes))
      return refused("with its defaults and the files that it names it is larger than 32 MiB");
    if (!result_.parsed.dag) {
      NamedTexts texts{{shown_, input.text}};
      for (const auto& [name, defaults] : input.defaults) texts.emplace(name, defaults);
      result_.findings = findings_json(result_.parsed.diagnostics, texts);
    }
    return std::move(result_);
  }

 private:
  Result<std::string> take(const std::string& path) {
    // The stamp before the text: a change in between makes another load, never a missed one.
    result_.inputs[path] = bundle_.stamp(path);
    return bundle_.read(path);
  }

  std::optional<std::string> read_beside(const std::string& path) {
    const auto inside = BundleFolder::beside(path_, path);
    if (!inside) return std::nullopt;
    result_.inputs[*inside] = bundle_.stamp(*inside);
    auto text = bundle_.read(*inside);
    if (!text) return std::nullopt;
    return std::move(*text);
  }

  /// As `shown_` names the bundle's root.
  std::string shown_beside(const std::string& path) const {
    return shown_.substr(0, shown_.size() - std::min(shown_.size(), path_.size())) + path;
  }

  LoadedFile refused(std::string message) {
    const auto name = path_.substr(path_.rfind('/') + 1);
    result_.parsed.dag.reset();
    result_.parsed.dag_id = dag_file_stem(name).value_or(name);
    result_.parsed.diagnostics.push_back({.file = shown_, .message = std::move(message)});
    result_.findings = findings_json(result_.parsed.diagnostics, {});
    return std::move(result_);
  }

  const BundleFolder& bundle_;
  const std::string path_;
  const std::string shown_;
  LoadedFile result_;
};

}  // namespace

LoadedFile load_dag_file(const BundleFolder& bundle, const std::string& path,
                         const std::string& shown) {
  return FileLoad(bundle, path, shown).run();
}

std::string error_lines(const ParseOutput& parsed) {
  std::string lines;
  for (const Diagnostic& diagnostic : parsed.diagnostics)
    if (diagnostic.severity == Diagnostic::Severity::error) lines += diagnostic.to_string() + "\n";
  return lines;
}

}  // namespace weft
