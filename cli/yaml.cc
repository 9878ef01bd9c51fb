#include "cli/yaml.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace weft::cli {
namespace {

using nlohmann::json;

/// A key that is longer needs the mark `?`: readers look no further than 1,024 characters ahead.
constexpr std::size_t longest_plain_key = 900;

bool is_letter(char c) {
  const auto lower = static_cast<char>(c | 0x20);
  return (lower >= 'a' && lower <= 'z') || c == '_';
}

bool is_word_of_another_type(std::string_view text) {
  constexpr std::array words{"y",  "n",   "yes",  "no",  "true", "false",
                             "on", "off", "null", "inf", "nan"};
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  return std::find(words.begin(), words.end(), lower) != words.end();
}

/// Nothing but a string, without quotes: numbers and dates start with a digit, a sign or a dot.
bool is_plain(std::string_view text) {
  if (text.empty() || !(is_letter(text[0]) || text[0] == '/') || text.back() == ' ') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_digit = c >= '0' && c <= '9';
    const bool is_colon = c == ':' && i + 1 < text.size() && text[i + 1] != ' ';
    constexpr std::string_view harmless = "-./+@~%=() ";
    if (!is_letter(c) && !is_digit && !is_colon && harmless.find(c) == std::string_view::npos)
      return false;
  }
  return !is_word_of_another_type(text);
}

/// What breaks a line or can't be printed, of the characters that take two or three bytes: its
/// escape and how many bytes it takes.
std::pair<const char*, std::size_t> escape_of(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, const char*>, 5> found{
      {{"\xE2\x80\xA8", "\\u2028"},
       {"\xE2\x80\xA9", "\\u2029"},
       {"\xEF\xBB\xBF", "\\uFEFF"},
       {"\xEF\xBF\xBE", "\\uFFFE"},
       {"\xEF\xBF\xBF", "\\uFFFF"}}};
  for (const auto& [bytes, escape] : found)
    if (text.starts_with(bytes)) return {escape, bytes.size()};
  return {nullptr, 0};
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const unsigned next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    if (c == '"' || c == '\\') {
      out += '\\';
      out += text[i];
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c < 0x20 || c == 0x7F) {
      out += fmt::format("\\x{:02X}", c);
    } else if (c == 0xC2 && next >= 0x80 && next <= 0x9F) {  // C1 controls
      out += fmt::format("\\x{:02X}", next);
      ++i;
    } else if (const auto [escape, size] = escape_of(text.substr(i)); escape != nullptr) {
      out += escape;
      i += size - 1;
    } else {
      out += text[i];
    }
  }
  return out + "\"";
}

std::string string_scalar(const std::string& text) {
  if (is_plain(text)) return text;
  const bool is_ascii =
      std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
  if (is_ascii) return in_quotes(text);
  // As JSON with replacements and back: the rest of this file may rely on UTF-8.
  return in_quotes(json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace))
                       .get<std::string>());
}

/// A float has a dot: YAML 1.1 takes 1e+20 for a string.
std::string float_scalar(const json& value) {
  std::string text = value.dump();
  const auto exponent = text.find('e');
  if (exponent != std::string::npos && text.find('.') == std::string::npos)
    text.insert(exponent, ".0");
  return text;
}

bool is_block(const json& value) {
  return value.is_structured() && !value.empty();
}

std::string scalar(const json& value) {
  if (value.is_string()) return string_scalar(value.get_ref<const std::string&>());
  return value.is_number_float() ? float_scalar(value) : value.dump();
}

void append(std::string& out, const json& value, std::size_t indent);

/// An element of a list: what it holds starts on the line of the dash.
void append_items(std::string& out, const json& list, std::size_t indent) {
  bool is_first = true;
  for (const json& item : list) {
    if (!is_first) out.append(indent, ' ');
    is_first = false;
    out += "- ";
    if (is_block(item)) {
      append(out, item, indent + 2);
    } else {
      out += scalar(item) + "\n";
    }
  }
}

/// The first line's indent stands there already.
void append(std::string& out, const json& value, std::size_t indent) {
  if (value.is_array()) return append_items(out, value, indent);
  bool is_first = true;
  for (const auto& [name, member] : value.items()) {
    if (!is_first) out.append(indent, ' ');
    is_first = false;
    const std::string key = string_scalar(name);
    out += key.size() > longest_plain_key ? "? " + key + "\n" + std::string(indent, ' ') : key;
    out += ':';
    if (is_block(member)) {
      out += '\n';
      out.append(indent + 2, ' ');
      append(out, member, indent + 2);
    } else {
      out += " " + scalar(member) + "\n";
    }
  }
}

}  // namespace

std::string to_yaml(const json& value) {
  if (!is_block(value)) return scalar(value) + "\n";
  std::string out;
  append(out, value, 0);
  return out;
}

}  // namespace weft::cli
