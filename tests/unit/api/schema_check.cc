#include "tests/unit/api/schema_check.h"

#include <regex>
#include <set>

#include "base/instant.h"

namespace weft::test {
namespace {

using nlohmann::json;

class Checker {
 public:
  explicit Checker(const json& document) : document_(document) {}

  void check(const json& schema, const json& value, const std::string& path) {
    if (schema.contains("$ref")) return check(resolve(schema["$ref"]), value, path);
    if (schema.contains("anyOf")) return check_any(schema["anyOf"], value, path);
    if (schema.contains("allOf")) return check(schema["allOf"][0], value, path);
    refuse_unknown_words(schema, path);
    if (schema.contains("const") && value != schema["const"]) report(path, "is not the constant");
    if (schema.contains("enum") && !has(schema["enum"], value)) report(path, "is no enum value");
    if (schema.contains("type") && !has_type(schema["type"], value))
      return report(path, "has the wrong type: " + value.dump());
    if (value.is_object()) check_object(schema, value, path);
    if (value.is_array() && schema.contains("items"))
      for (std::size_t i = 0; i < value.size(); ++i)
        check(schema["items"], value[i], path + "/" + std::to_string(i));
    if (value.is_string() && schema.contains("format"))
      check_format(schema["format"].get<std::string>(), value.get<std::string>(), path);
    if (value.is_number() && schema.contains("minimum") && value < schema["minimum"])
      report(path, "is below the minimum");
  }

  std::vector<std::string> errors;

 private:
  void report(const std::string& path, const std::string& why) {
    errors.push_back(path + ": " + why);
  }

  const json& resolve(const std::string& reference) const {
    return document_.at(json::json_pointer(reference.substr(1)));
  }

  static bool has(const json& list, const json& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
  }

  static bool is_type(const std::string& type, const json& value) {
    if (type == "null") return value.is_null();
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    if (type == "boolean") return value.is_boolean();
    if (type == "array") return value.is_array();
    return type == "object" && value.is_object();
  }

  static bool has_type(const json& type, const json& value) {
    if (type.is_string()) return is_type(type, value);
    return std::any_of(type.begin(), type.end(),
                       [&](const json& one) { return is_type(one, value); });
  }

  void check_any(const json& schemas, const json& value, const std::string& path) {
    for (const auto& schema : schemas) {
      Checker one(document_);
      one.check(schema, value, path);
      if (one.errors.empty()) return;
    }
    report(path, "fits none of anyOf: " + value.dump());
  }

  void check_object(const json& schema, const json& value, const std::string& path) {
    for (const auto& name : schema.value("required", json::array()))
      if (!value.contains(name)) report(path, "lacks " + name.get<std::string>());
    if (!schema.contains("type") && !schema.contains("properties")) return;
    const auto properties = schema.value("properties", json::object());
    const auto rest = schema.value("additionalProperties", json(false));
    for (const auto& [name, field] : value.items()) {
      const auto at = path + "/" + name;
      if (properties.contains(name))
        check(properties[name], field, at);
      else if (rest.is_object())
        check(rest, field, at);
      else if (rest == false)
        report(at, "is not in the schema");
    }
  }

  void check_format(const std::string& format, const std::string& text, const std::string& path) {
    static const std::regex uuid7(
        "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    static const std::regex duration("PT[0-9]+(\\.[0-9]+)?S");
    if (format == "date-time" && (!parse_instant(text) || !text.ends_with('Z')))
      report(path, "is no date-time: " + text);
    if (format == "uuid" && !std::regex_match(text, uuid7)) report(path, "is no UUIDv7: " + text);
    if (format == "duration" && !std::regex_match(text, duration))
      report(path, "is no duration: " + text);
  }

  void refuse_unknown_words(const json& schema, const std::string& path) {
    static const std::set<std::string> known = {
        "type",    "properties",  "required",        "items",     "enum",    "const",
        "format",  "minimum",     "maximum",         "maxLength", "pattern", "additionalProperties",
        "default", "description", "exclusiveMinimum"};
    for (const auto& [word, ignored] : schema.items())
      if (!known.contains(word)) report(path, "the checker does not know \"" + word + "\"");
  }

  const json& document_;
};

}  // namespace

std::vector<std::string> check_schema(const json& document, const json& schema, const json& value) {
  Checker checker(document);
  checker.check(schema, value, "");
  return std::move(checker.errors);
}

}  // namespace weft::test
