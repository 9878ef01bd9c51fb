#include "server/core/dag/param_schema.h"

#include <regex>

#include <boost/regex.hpp>

// std::regex overflows the stack on long texts and runs without end on hostile patterns;
// boost::regex gives up with an exception instead. Inside of valijson's namespace `std::regex`
// finds these names first.
namespace valijson {
namespace std {
using namespace ::std;  // NOLINT(google-build-using-namespace): the point of the shim
using regex = ::boost::regex;
using smatch = ::boost::smatch;
using ::boost::regex_match;
using ::boost::regex_search;
}  // namespace std
}  // namespace valijson

// Without this valijson ends the process at a schema that it cannot read.
#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace weft {
namespace {

using Adapter = valijson::adapters::NlohmannJsonAdapter;

/// Throws what valijson throws: std::exception.
void compile(const nlohmann::json& schema, valijson::Schema& into) {
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(Adapter(schema), into);
}

/// valijson compiles them when a value meets them: too late for a clear error.
void compile_patterns(const nlohmann::json& schema) {
  if (schema.is_array()) {
    for (const nlohmann::json& item : schema) compile_patterns(item);
  }
  if (!schema.is_object()) return;
  for (const auto& [key, value] : schema.items()) {
    if (key == "pattern" && value.is_string()) boost::regex(value.get<std::string>());
    if (key == "patternProperties" && value.is_object()) {
      for (const auto& entry : value.items()) boost::regex(entry.key());
    }
    compile_patterns(value);
  }
}

/// valijson looks at `format` whatever the value is, and a null is no date; the standard says that
/// it concerns texts alone. So it is put behind that condition.
nlohmann::json with_formats_of_texts(const nlohmann::json& schema) {
  if (!schema.is_structured()) return schema;
  nlohmann::json result = schema;
  for (const auto& [key, value] : result.items()) {
    if (key == "enum" || key == "const" || key == "examples") continue;  // values, no schemas
    const bool has_names = key == "properties" || key == "patternProperties";
    if (!has_names || !value.is_object()) {
      value = with_formats_of_texts(value);
      continue;
    }
    for (auto& property : value) property = with_formats_of_texts(property);
  }
  const auto format = result.find("format");
  if (!schema.is_object() || format == result.end() || !format->is_string()) return result;
  nlohmann::json condition{{"if", {{"type", "string"}}}, {"then", {{"format", *format}}}};
  result.erase(format);
  result["allOf"].push_back(std::move(condition));
  return result;
}

}  // namespace

std::string check_schema(const nlohmann::json& schema) {
  try {
    valijson::Schema compiled;
    compile(schema, compiled);
    compile_patterns(schema);
    return {};
  } catch (const std::exception& error) {
    return error.what();
  }
}

std::string check_value(const nlohmann::json& schema, const nlohmann::json& value) {
  try {
    valijson::Schema compiled;
    compile(with_formats_of_texts(schema), compiled);
    valijson::Validator validator;
    valijson::ValidationResults results;
    if (validator.validate(compiled, Adapter(value), &results)) return {};
    // The deepest error comes first: the others only say that something below is wrong.
    valijson::ValidationResults::Error error;
    if (!results.popError(error)) return "does not fit its schema";
    std::string place;
    for (std::size_t i = 1; i < error.context.size(); ++i) place += error.context[i];
    return (place.empty() ? "" : "at " + place + ": ") + error.description;
  } catch (const std::exception& error) {
    return std::string("cannot be checked against its schema: ") + error.what();
  }
}

}  // namespace weft
