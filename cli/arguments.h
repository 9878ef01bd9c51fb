#pragma once

// What options say, checked: dates, `--param name=value`, `--output task.key=value`.

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/instant.h"
#include "base/result.h"
#include "server/core/dag/dag.h"

namespace weft::cli {

/// nullopt for "". Errors: invalid_argument naming the option.
Result<std::optional<Instant>> parse_date(const std::string& option, const std::string& text);

/// The conf that `name=value` arguments make: a value is text where the DAG's param is a string,
/// else JSON, and text when it isn't JSON. Errors: invalid_argument without `=` or for a name that
/// is no param of the DAG.
Result<nlohmann::json> parse_params(const Dag& dag, const std::vector<std::string>& arguments);

/// {task: {key: value}} from `task.key=value` arguments; JSON, or text when it isn't JSON. Errors:
/// invalid_argument.
Result<nlohmann::json> parse_outputs(const std::vector<std::string>& arguments);

/// The file (the bundle around it is found) that a verb works on.
struct DagArgument {
  std::shared_ptr<const Dag> dag;
  std::string path;  ///< as given
  std::string root;  ///< absolute folder of the bundle
};

/// `root` is the bundle's folder; "": the nearest above the file with a weft.json or .git, else the
/// file's own. Errors: unprocessable with all findings, a line for each; not_found. Warnings go to
/// stderr.
Result<DagArgument> load_dag_argument(const std::string& path, const std::string& root = {});

}  // namespace weft::cli
