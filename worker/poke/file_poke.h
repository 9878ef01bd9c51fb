#pragma once

// What a sensor.file looks for on a worker's machine. It runs in a process of its own
// (`weft poke file`): a file system that hangs holds up nobody else, and is killed like a command.

#include <cstdint>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/result.h"

namespace weft::worker {

struct FilePoke {
  std::string path;           ///< a path, or a pattern of glob(7); relative to the current folder
  Duration stable_for{};      ///< since the last change of each that matches
  std::int64_t min_size = 0;  ///< bytes, of each that matches
};

struct FileLook {
  bool is_there = false;
  std::string words;               ///< what was seen, in one line
  std::vector<std::string> paths;  ///< what matches, sorted; also when it is not there yet
};

/// Looks once. It is there when something matches and all that matches is large enough and has not
/// changed for long enough: one that is still being written holds back the others. A path that
/// exists is taken as it is, whatever pattern it would be. Errors: what cannot be looked at (no
/// permission, an I/O error), which no waiting mends.
Result<FileLook> look_for_files(const FilePoke& poke, Instant now);

}  // namespace weft::worker
