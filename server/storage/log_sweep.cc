#include "server/storage/log_sweep.h"

#include <charconv>
#include <filesystem>
#include <optional>

namespace weft::storage {
namespace {

namespace fs = std::filesystem;

/// A folder's name that is an id.
std::optional<std::int64_t> id_of(const fs::directory_entry& entry) {
  std::error_code error;
  if (!entry.is_directory(error) || entry.is_symlink(error)) return std::nullopt;
  const std::string name = entry.path().filename().string();
  std::int64_t id = 0;
  const auto [end, code] = std::from_chars(name.data(), name.data() + name.size(), id);
  if (code != std::errc() || end != name.data() + name.size() || id <= 0) return std::nullopt;
  return id;
}

template <class Id>
std::vector<Id> ids_in(const fs::path& folder) {
  std::vector<Id> ids;
  std::error_code error;
  fs::directory_iterator it(folder, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error))
    if (const auto id = id_of(*it)) ids.push_back(Id{*id});
  return ids;
}

}  // namespace

Result<std::int64_t> sweep_logs(const std::string& root, const DeletedRuns& deleted) {
  std::int64_t swept = 0;
  for (const DagKey dag : ids_in<DagKey>(root)) {
    const fs::path folder = fs::path(root) / std::to_string(dag.value);
    const auto runs = ids_in<RunId>(folder);
    std::error_code error;
    if (!runs.empty()) {
      TRY_ASSIGN(const auto gone, deleted(dag, runs));
      for (const RunId run : gone) {
        fs::remove_all(folder / std::to_string(run.value), error);
        swept += error ? 0 : 1;
      }
      if (gone.size() < runs.size()) continue;
    }
    fs::remove(folder, error);  // unless a run of it has begun to write meanwhile
  }
  return swept;
}

}  // namespace weft::storage
