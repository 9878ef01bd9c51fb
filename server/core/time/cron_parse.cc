#include <string>
#include <vector>

#include <fmt/format.h>

#include "server/core/time/cron.h"
#include "server/core/time/cron_field.h"

namespace weft {
namespace {

using cron_detail::FieldId;

/// Longer than any real expression: sixty listed minutes are 170 characters.
constexpr std::size_t longest_expression = 512;

struct Preset {
  std::string_view name;
  std::string_view expression;
};

constexpr Preset presets[] = {{"@hourly", "0 * * * *"},   {"@daily", "0 0 * * *"},
                              {"@midnight", "0 0 * * *"}, {"@weekly", "0 0 * * 0"},
                              {"@monthly", "0 0 1 * *"},  {"@yearly", "0 0 1 1 *"},
                              {"@annually", "0 0 1 1 *"}};

bool is_space(char c) {
  return c == ' ' || c == '\t';
}

/// Printable and short enough to stand in a message.
std::string shown(std::string_view text) {
  std::string result;
  for (const char c : text.substr(0, 80)) {
    const auto byte = static_cast<unsigned char>(c);
    result += byte < 0x20 || byte >= 0x7f ? '?' : c;
  }
  return text.size() > 80 ? result + "..." : result;
}

std::vector<std::string_view> split_fields(std::string_view text) {
  std::vector<std::string_view> fields;
  std::size_t at = 0;
  while (at < text.size()) {
    if (is_space(text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && !is_space(text[at])) ++at;
    fields.push_back(text.substr(begin, at - begin));
  }
  return fields;
}

Result<std::string_view> expand_preset(std::string_view name) {
  std::string known;
  for (const Preset& preset : presets) {
    if (preset.name == name) return preset.expression;
    known += (known.empty() ? "" : ", ") + std::string(preset.name);
  }
  if (name == "@once" || name == "@continuous") {
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("{} cannot be part of a list of crons; write it alone as the schedule", name));
  }
  return fail(ErrorCode::invalid_argument,
              fmt::format("cron \"{}\": unknown preset; write one of {}", shown(name), known));
}

Result<void> check_text(std::string_view text) {
  if (text.size() > longest_expression) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("cron \"{}\" is {} characters long, at most {} are read; split it into "
                            "a list of crons",
                            shown(text), text.size(), longest_expression));
  }
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte >= 0x7f) {
      return fail(ErrorCode::invalid_argument,
                  fmt::format("cron \"{}\" has a character that is not plain ASCII (byte {:#04x}); "
                              "write the fields with spaces between them",
                              shown(text), byte));
    }
  }
  return {};
}

}  // namespace

Result<Cron> parse_cron(std::string_view text) {
  TRY(check_text(text));
  std::vector<std::string_view> fields = split_fields(text);
  if (fields.size() == 1 && fields[0].front() == '@') {
    TRY_ASSIGN(const std::string_view expression, expand_preset(fields[0]));
    fields = split_fields(expression);
  }
  if (fields.size() != 5 && fields.size() != 6) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("cron \"{}\" has {} field{}; write five (minute hour day-of-month "
                            "month day-of-week), or six with seconds first",
                            shown(text), fields.size(), fields.size() == 1 ? "" : "s"));
  }
  Cron cron;
  auto id = static_cast<int>(fields.size() == 6 ? FieldId::second : FieldId::minute);
  for (const std::string_view field : fields) {
    TRY(cron_detail::parse_field(static_cast<FieldId>(id), field, text, cron));
    ++id;
  }
  return cron;
}

}  // namespace weft
