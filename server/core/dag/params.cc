#include <algorithm>

#include <fmt/format.h>

#include "server/core/dag/draft.h"
#include "server/core/dag/param_schema.h"
#include "server/core/expression/suggest.h"

namespace weft {
namespace {

constexpr std::size_t max_params = 200;

/// Names become `$WEFT_PARAM_<name>`.
bool is_param_name(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && name.size() <= 100 && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

/// Everything that may stand in a schema here; a misspelt keyword would check nothing.
const std::vector<std::string_view>& schema_keywords() {
  static const std::vector<std::string_view> words = {"type",
                                                      "enum",
                                                      "const",
                                                      "default",
                                                      "title",
                                                      "description",
                                                      "examples",
                                                      "format",
                                                      "pattern",
                                                      "minLength",
                                                      "maxLength",
                                                      "minimum",
                                                      "maximum",
                                                      "exclusiveMinimum",
                                                      "exclusiveMaximum",
                                                      "multipleOf",
                                                      "items",
                                                      "additionalItems",
                                                      "minItems",
                                                      "maxItems",
                                                      "uniqueItems",
                                                      "contains",
                                                      "properties",
                                                      "required",
                                                      "additionalProperties",
                                                      "patternProperties",
                                                      "minProperties",
                                                      "maxProperties",
                                                      "propertyNames",
                                                      "dependencies",
                                                      "allOf",
                                                      "anyOf",
                                                      "oneOf",
                                                      "not",
                                                      "if",
                                                      "then",
                                                      "else",
                                                      "$comment",
                                                      "readOnly",
                                                      "writeOnly",
                                                      "contentMediaType",
                                                      "contentEncoding"};
  return words;
}

bool check_keywords(ValueReader& reader, JsonRef schema) {
  bool all_known = true;
  for (JsonRef member = schema.first(); member; member = member.next()) {
    const auto& words = schema_keywords();
    if (std::find(words.begin(), words.end(), member.key()) != words.end()) continue;
    reader.report().key_error(
        member, fmt::format("unknown keyword {} of JSON Schema{}", shown(member.key()),
                            did_you_mean(member.key(), words)));
    all_known = false;
  }
  return all_known;
}

void read_param(ValueReader& reader, std::vector<Param>& all, std::vector<JsonRef>* places,
                JsonRef at) {
  if (!is_param_name(at.key())) {
    return reader.report().key_error(
        at, fmt::format("{} is no name of a param: letters, digits and '_', not first a digit",
                        shown(at.key())));
  }
  if (!reader.is_object(at,
                        "with a JSON Schema, e.g. {\"type\": \"string\", \"default\": \"x\"},") ||
      !check_keywords(reader, at)) {
    return;
  }
  Param param;
  param.name = std::string(at.key());
  param.schema = at.to_json();
  param.has_default = param.schema.contains("default");
  if (param.has_default) {
    param.default_value = std::move(param.schema["default"]);
    param.schema.erase("default");
  }
  if (const std::string error = check_schema(param.schema); !error.empty()) {
    return reader.report().error(at, "this is no JSON Schema (draft-07): " + error);
  }
  if (param.has_default) {
    const std::string error = check_value(param.schema, param.default_value);
    if (!error.empty()) reader.report().error(at.find("default"), "the default: " + error);
  }
  const auto place = std::find_if(all.begin(), all.end(),
                                  [&](const Param& other) { return other.name == param.name; });
  const auto index = static_cast<std::size_t>(place - all.begin());
  if (place == all.end()) {
    all.emplace_back();
    if (places != nullptr) places->emplace_back();
  }
  all[index] = std::move(param);
  if (places != nullptr) (*places)[index] = at;
}

}  // namespace

void read_params(ValueReader& reader, DagDraft& draft, JsonRef at) {
  read_params(reader, draft.dag.params, &draft.params, at);
}

void read_params(ValueReader& reader, std::vector<Param>& params, std::vector<JsonRef>* places,
                 JsonRef at) {
  if (!reader.is_object(at, "of names and JSON Schemas")) return;
  if (at.count() > max_params) {
    return reader.report().error(at, fmt::format("at most {} params expected", max_params));
  }
  for (JsonRef param = at.first(); param; param = param.next())
    read_param(reader, params, places, param);
}

Result<nlohmann::json> resolve_params(const Dag& dag, const nlohmann::json& conf) {
  return resolve_params(dag.params, conf);
}

Result<nlohmann::json> resolve_params(const std::vector<Param>& params,
                                      const nlohmann::json& conf) {
  if (!conf.is_object() && !conf.is_null()) {
    return fail(ErrorCode::unprocessable, "conf must be an object of params and their values");
  }
  nlohmann::json values = conf.is_object() ? conf : nlohmann::json::object();
  for (const Param& param : params) {
    const auto given = values.find(param.name);
    if (given == values.end()) {
      if (!param.has_default) {
        return fail(ErrorCode::unprocessable,
                    fmt::format("param \"{}\" has no default: give it in conf", param.name));
      }
      values[param.name] = param.default_value;
      continue;
    }
    const std::string error = check_value(param.schema, *given);
    if (!error.empty()) {
      return fail(ErrorCode::unprocessable, fmt::format("param \"{}\": {}", param.name, error));
    }
  }
  return values;
}

}  // namespace weft
