#include "worker/poke/file_poke.h"

#include <glob.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "base/size.h"

namespace weft::worker {
namespace {

using std::chrono::seconds;

struct Seen {
  std::string path;
  std::int64_t size = 0;
  bool is_folder = false;
  Instant changed_at{};
};

bool is_absence(int error) {
  return error == ENOENT || error == ENOTDIR;
}

Error cannot_look(const std::string& path, int error) {
  return {ErrorCode::internal, fmt::format("cannot look at \"{}\": {}", path, strerror(error))};
}

/// nullopt: it is not there.
Result<std::optional<Seen>> see(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    if (is_absence(errno)) return std::optional<Seen>();
    return tl::unexpected(cannot_look(path, errno));
  }
  const auto changed =
      seconds(info.st_mtim.tv_sec) +
      std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(info.st_mtim.tv_nsec));
  return std::optional<Seen>(
      {path, info.st_size, S_ISDIR(info.st_mode), from_micros(Duration(changed).count())});
}

// glob() tells its errors to a function without a context.
thread_local std::string unreadable_folder;
thread_local int unreadable_error = 0;

int note_error(const char* folder, int error) {
  if (!is_absence(error) && unreadable_error == 0) {
    unreadable_folder = folder;
    unreadable_error = error;
  }
  return 0;
}

Result<std::vector<std::string>> matches_of(const std::string& pattern) {
  unreadable_error = 0;
  glob_t found{};
  const int result = glob(pattern.c_str(), 0, note_error, &found);
  const std::unique_ptr<glob_t, decltype(&globfree)> owner(&found, &globfree);
  if (result == GLOB_NOSPACE)
    return fail(ErrorCode::too_large, fmt::format("\"{}\" matches too much", pattern));
  std::vector<std::string> paths(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  if (paths.empty() && unreadable_error != 0)
    return tl::unexpected(cannot_look(unreadable_folder, unreadable_error));
  return paths;
}

Result<std::vector<Seen>> look(const std::string& path) {
  std::vector<Seen> all;
  TRY_ASSIGN(auto plain, see(path));
  if (plain) {
    all.push_back(std::move(*plain));
    return all;
  }
  if (path.find_first_of("*?[") == std::string::npos) return all;
  TRY_ASSIGN(const auto paths, matches_of(path));
  for (const std::string& match : paths) {
    TRY_ASSIGN(auto seen, see(match));
    if (seen) all.push_back(std::move(*seen));
  }
  return all;
}

/// Why this one is not ready; "" when it is.
std::string shortcoming(const Seen& file, const FilePoke& poke, Instant now) {
  if (!file.is_folder && file.size < poke.min_size)
    return fmt::format("\"{}\" has {} of at least {}", file.path, format_size(file.size),
                       format_size(poke.min_size));
  const Duration age = now - file.changed_at;
  if (poke.stable_for > Duration{} && age < poke.stable_for) {
    if (age < Duration{})
      return fmt::format("\"{}\" was changed in the future, at {}: the clocks differ", file.path,
                         format_instant(file.changed_at));
    return fmt::format("\"{}\" changed {} ago; it must have been left alone for {}", file.path,
                       format_duration(std::chrono::duration_cast<seconds>(age)),
                       format_duration(poke.stable_for));
  }
  return {};
}

}  // namespace

Result<FileLook> look_for_files(const FilePoke& poke, Instant now) {
  TRY_ASSIGN(const std::vector<Seen> all, look(poke.path));
  FileLook look;
  std::int64_t bytes = 0;
  for (const Seen& file : all) {
    look.paths.push_back(file.path);
    bytes += file.is_folder ? 0 : file.size;
    if (look.words.empty()) look.words = shortcoming(file, poke, now);
  }
  if (all.empty()) {
    look.words = fmt::format("\"{}\" is not there", poke.path);
  } else if (look.words.empty()) {
    look.is_there = true;
    look.words =
        all.size() == 1
            ? fmt::format("\"{}\" is there, {}", all.front().path,
                          all.front().is_folder ? "a folder" : format_size(bytes))
            : fmt::format("{} match \"{}\", {} in all", all.size(), poke.path, format_size(bytes));
  }
  return look;
}

}  // namespace weft::worker
