#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "server/secrets/lookup.h"
#include "server/secrets/private_file.h"

namespace weft::secrets {

struct SecretsFile {
  nlohmann::json variables = nlohmann::json::object();    ///< {KEY: text, or any JSON}
  nlohmann::json connections = nlohmann::json::object();  ///< {ID: "uri", or {fields}}
};

/// `path` is for messages. Errors: unavailable naming the place, and nothing of what stands there.
Result<SecretsFile> parse_secrets_file(std::string_view text, const std::string& path);

/// A JSON file `{"variables": {…}, "connections": {…}}` of its owner alone, at most 4 MiB, that is
/// read anew when it has changed. All that stands in it is secret; the same for every DAG. While it
/// cannot be read, nothing is known of what it held.
class FileSource final : public Source {
 public:
  /// Reads it once, so that the start says what is wrong. Errors: unavailable.
  static Result<std::unique_ptr<FileSource>> open(std::string path);

  std::string name() const override { return path_; }
  Result<std::optional<Variable>> variable(const std::string& key) const override;
  Result<std::optional<Connection>> connection(const std::string& id,
                                               const std::string& dag_id) const override;

 private:
  explicit FileSource(std::string path) : path_(std::move(path)) {}
  Result<std::shared_ptr<const SecretsFile>> content() const;

  const std::string path_;
  mutable std::mutex mutex_;
  mutable FileStamp stamp_;                             ///< guarded by mutex_
  mutable std::shared_ptr<const SecretsFile> content_;  ///< guarded by mutex_
};

}  // namespace weft::secrets
