#include "proto/wire/json_writer.h"

#include <charconv>

#include "proto/wire/utf8.h"

namespace weft::wire {
namespace {

bool needs_escape(unsigned char c) {
  return c < 0x20 || c == '"' || c == '\\';
}

void append_escaped(std::string& out, unsigned char c) {
  static constexpr char hex[] = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default:
      out += "\\u00";
      out += hex[c >> 4];
      out += hex[c & 15];
  }
}

void append_escaped_text(std::string& out, std::string_view text) {
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (!needs_escape(c)) continue;
    out.append(text.data() + from, i - from);
    append_escaped(out, c);
    from = i + 1;
  }
  out.append(text.data() + from, text.size() - from);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  if (is_valid_utf8(text)) {
    append_escaped_text(out, text);
  } else {
    std::string clean;
    append_as_utf8(clean, text);
    append_escaped_text(out, clean);
  }
  out += '"';
}

void append_json_integer(std::string& out, std::int64_t value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

void ObjectWriter::integers(std::string_view name, const std::vector<std::int64_t>& values) {
  append_json_array(field(name), values, append_json_integer);
}

void ObjectWriter::strings(std::string_view name, const std::vector<std::string>& values) {
  append_json_array(field(name), values, append_json_string);
}

}  // namespace weft::wire
