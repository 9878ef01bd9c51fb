#pragma once

// DAG file → Dag, with every error at once, each with its place. Pure: what stands beside the
// file ({"file": …}, defaults.json) is handed in by the caller.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/dag/dag.h"

namespace weft {

/// One finding about a file.
struct Diagnostic {
  enum class Severity : std::uint8_t { error, warning };
  Severity severity = Severity::error;
  std::string file;
  int line = 1;         ///< from 1
  int column = 1;       ///< from 1, in characters
  std::string pointer;  ///< JSON pointer, e.g. /tasks/3/depends_on/0
  std::string message;  ///< `tasks[3].depends_on[0]: no task "extrct" (did you mean "extract"?)`

  /// `file:line:column: message`, as compilers print it.
  std::string to_string() const;
};

/// The text of a file beside the DAG (path relative to the DAG file's folder, never outside the
/// bundle); nullopt when it can't be read.
using ReadBeside = std::function<std::optional<std::string>(const std::string& path)>;

struct ParseInput {
  std::string path;  ///< as it shall be named in errors, relative to the bundle
  std::string text;
  bool comments_allowed = false;  ///< *.dag.jsonc
  /// A version that was accepted before: what a later program refuses for being unwise still
  /// stands.
  bool is_stored = false;
  /// defaults.json texts from the bundle's root to the file's folder (path, text); nearest last.
  std::vector<std::pair<std::string, std::string>> defaults;
  ReadBeside read_beside;  ///< may be empty: then {"file": …} is an error
};

struct ParseOutput {
  std::shared_ptr<const Dag> dag;       ///< null if there is any error
  std::string dag_id;                   ///< as far as it could be read, else the file's name
  std::vector<Diagnostic> diagnostics;  ///< errors and warnings, by place; at most 100
};

/// Bounds: 32 MiB of text, 64 levels deep, 100,000 tasks; beyond them one clear error.
ParseOutput parse_dag(const ParseInput& input);

/// The JSON Schema of DAG files (proto/dag.schema.json), embedded in the binary.
std::string_view dag_schema_text();

/// The name of a DAG file without its ending (`a/b.dag.json` → `b`); nullopt if it is none.
std::optional<std::string> dag_file_stem(std::string_view path);

}  // namespace weft
