#pragma once

// What the loader knows of one bundle: which DAG files there are, what each is made of, and what
// the engine was told about it.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "server/loader/dag_file.h"

namespace weft {

class Catalog {
 public:
  explicit Catalog(BundleFolder folder) : folder_(std::move(folder)) {}

  const BundleFolder& folder() const { return folder_; }
  std::size_t size() const { return entries_.size(); }

  /// Compares everything with the disk: the DAG files that are new, changed or gone, sorted.
  /// `folders` becomes those to watch. Errors: as BundleFolder::follow and
  /// walk; nothing is then gone.
  Result<std::set<std::string>> compare(std::vector<std::string>& folders);

  /// The DAG files that a change of these paths concerns.
  std::set<std::string> concerned(const std::set<std::string>& changed) const;

  /// Is there such a file now?
  bool exists(const std::string& path) const { return folder_.stamp(path).has_value(); }
  LoadedFile load(const std::string& path);
  void forget(const std::string& path);

  /// The .json files that no DAG file is; of the last compare().
  const std::vector<std::string>& other_json() const { return other_json_; }

 private:
  using Stamps = std::map<std::string, std::optional<FileStamp>>;
  bool changed(const FileInputs& inputs, Stamps& seen) const;
  void set_inputs(const std::string& path, FileInputs inputs);

  BundleFolder folder_;
  std::map<std::string, FileInputs> entries_;                ///< by DAG file
  std::map<std::string, std::set<std::string>> dependents_;  ///< input → DAG files
  std::vector<std::string> other_json_;
};

}  // namespace weft
