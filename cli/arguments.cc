#include "cli/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "server/loader/dag_file.h"
#include "server/loader/loader.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;

nlohmann::json json_or_text(const std::string& text) {
  auto value = nlohmann::json::parse(text, nullptr, false);
  return value.is_discarded() ? nlohmann::json(text) : value;
}

bool is_text_param(const Param& param) {
  return param.schema.is_object() && param.schema.value("type", nlohmann::json()) == "string";
}

std::string names_of(const Dag& dag) {
  if (dag.params.empty()) return "it has no params";
  std::string names;
  for (const Param& param : dag.params) names += (names.empty() ? "" : ", ") + param.name;
  return "its params are: " + names;
}

}  // namespace

Result<std::optional<Instant>> parse_date(const std::string& option, const std::string& text) {
  if (text.empty()) return std::nullopt;
  auto instant = parse_instant(text);
  if (!instant) return fail(ErrorCode::invalid_argument, option + ": " + instant.error().message);
  return *instant;
}

Result<nlohmann::json> parse_params(const Dag& dag, const std::vector<std::string>& arguments) {
  auto conf = nlohmann::json::object();
  for (const std::string& argument : arguments) {
    const auto equals = argument.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("--param \"{}\": write name=value", argument));
    const std::string name = argument.substr(0, equals);
    const std::string value = argument.substr(equals + 1);
    const auto param = std::find_if(dag.params.begin(), dag.params.end(),
                                    [&](const Param& candidate) { return candidate.name == name; });
    if (param == dag.params.end())
      return fail(ErrorCode::invalid_argument, fmt::format("--param: DAG \"{}\" has no param "
                                                           "\"{}\"; {}",
                                                           dag.id, name, names_of(dag)));
    conf[name] = is_text_param(*param) ? nlohmann::json(value) : json_or_text(value);
  }
  return conf;
}

Result<nlohmann::json> parse_outputs(const std::vector<std::string>& arguments) {
  auto outputs = nlohmann::json::object();
  for (const std::string& argument : arguments) {
    const auto equals = argument.find('=');
    const auto dot = argument.substr(0, equals).find_last_of('.');
    if (equals == std::string::npos || dot == std::string::npos || dot == 0 || dot + 1 == equals)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("--output \"{}\": write task.key=value", argument));
    outputs[argument.substr(0, dot)][argument.substr(dot + 1, equals - dot - 1)] =
        json_or_text(argument.substr(equals + 1));
  }
  return outputs;
}

Result<DagArgument> load_dag_argument(const std::string& path, const std::string& root) {
  std::error_code code;
  const fs::path file = fs::canonical(path, code);
  if (code) return fail(ErrorCode::not_found, path + " cannot be read: " + code.message());
  if (!fs::is_regular_file(file, code))
    return fail(ErrorCode::invalid_argument, path + " is no file; name a DAG file");
  if (!dag_file_stem(file.filename().string()))
    return fail(ErrorCode::invalid_argument,
                path + " is no DAG file: its name must end with .dag.json or .dag.jsonc");
  TRY_ASSIGN(const BundleFolder bundle,
             BundleFolder::open(root.empty() ? bundle_root_of(file.string()) : root));
  const std::string inside = file.lexically_relative(bundle.root()).generic_string();
  if (inside.empty() || inside.starts_with(".."))
    return fail(ErrorCode::invalid_argument, path + " is not in the folder " + bundle.root());
  const LoadedFile loaded = load_dag_file(bundle, inside, path);
  if (!loaded.parsed.dag)
    return fail(ErrorCode::unprocessable, path + " is not valid:\n" + error_lines(loaded.parsed));
  for (const Diagnostic& warning : loaded.parsed.diagnostics)
    std::fprintf(stderr, "%s\n", warning.to_string().c_str());
  return DagArgument{loaded.parsed.dag, path, bundle.root()};
}

}  // namespace weft::cli
