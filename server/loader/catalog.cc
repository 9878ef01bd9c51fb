#include "server/loader/catalog.h"

#include <algorithm>

namespace weft {

Result<std::set<std::string>> Catalog::compare(std::vector<std::string>& folders) {
  TRY(folder_.follow());
  TRY_ASSIGN(auto listing, folder_.walk());
  folders.clear();
  for (const std::string& folder : listing.folders) folders.push_back(folder_.absolute(folder));
  other_json_ = std::move(listing.other_json);
  std::set<std::string> differing;
  Stamps seen;
  for (const std::string& path : listing.dag_files) {
    const auto known = entries_.find(path);
    if (known == entries_.end() || changed(known->second, seen)) differing.insert(path);
  }
  for (const auto& [path, inputs] : entries_)
    if (!std::binary_search(listing.dag_files.begin(), listing.dag_files.end(), path))
      differing.insert(path);
  return differing;
}

bool Catalog::changed(const FileInputs& inputs, Stamps& seen) const {
  return std::any_of(inputs.begin(), inputs.end(), [&](const auto& input) {
    auto found = seen.find(input.first);
    if (found == seen.end()) found = seen.emplace(input.first, folder_.stamp(input.first)).first;
    return found->second != input.second;
  });
}

std::set<std::string> Catalog::concerned(const std::set<std::string>& changed_paths) const {
  std::set<std::string> all;
  for (const std::string& path : changed_paths) {
    if (const auto found = dependents_.find(path); found != dependents_.end())
      all.insert(found->second.begin(), found->second.end());
    if (dag_file_stem(path)) all.insert(path);
  }
  return all;
}

LoadedFile Catalog::load(const std::string& path) {
  LoadedFile loaded = load_dag_file(folder_, path, path);
  set_inputs(path, loaded.inputs);
  return loaded;
}

void Catalog::forget(const std::string& path) {
  set_inputs(path, {});
  entries_.erase(path);
}

void Catalog::set_inputs(const std::string& path, FileInputs inputs) {
  FileInputs& known = entries_[path];
  for (const auto& [input, stamp] : known) {
    auto& users = dependents_[input];
    users.erase(path);
    if (users.empty()) dependents_.erase(input);
  }
  known = std::move(inputs);
  for (const auto& [input, stamp] : known) dependents_[input].insert(path);
}

}  // namespace weft
