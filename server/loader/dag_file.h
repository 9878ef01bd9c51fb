#pragma once

// One DAG file with all that it is made of: itself, the defaults.json above it, the files that it
// names.

#include <map>
#include <optional>
#include <string>

#include "server/core/dag/parse.h"
#include "server/loader/bundle_folder.h"

namespace weft {

/// A file whose change changes the DAG: its state when it was read, nullopt: it was not there.
using FileInputs = std::map<std::string, std::optional<FileStamp>>;

struct LoadedFile {
  ParseOutput parsed;
  FileInputs inputs;            ///< by path in the bundle; the DAG file itself is one
  std::string findings = "[]";  ///< its errors with the text round them (findings.h)
};

/// Reads and parses `path` of the bundle. `shown` is how errors name it. What cannot be read is an
/// error diagnostic too.
LoadedFile load_dag_file(const BundleFolder& bundle, const std::string& path,
                         const std::string& shown);

/// The lines of `weft validate`, errors only.
std::string error_lines(const ParseOutput& parsed);

}  // namespace weft
