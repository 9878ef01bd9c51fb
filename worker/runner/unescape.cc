#include "worker/runner/unescape.h"

#include <algorithm>

#include "proto/wire/utf8.h"

namespace weft::worker {
namespace {

constexpr std::size_t unicode_length = 6;  // \u00e9

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The value of an escape of `length` bytes: `begin`, then hex digits.
struct HexEscape {
  enum class State { malformed, cut, whole } state = State::malformed;
  unsigned value = 0;
};

HexEscape hex_escape(std::string_view text, std::string_view begin, std::size_t length) {
  const std::size_t have = std::min(text.size(), length);
  unsigned value = 0;
  for (std::size_t i = 0; i < have; ++i) {
    if (i < begin.size()) {
      if (text[i] != begin[i]) return {};
      continue;
    }
    const int digit = hex_digit(text[i]);
    if (digit < 0) return {};
    value = value << 4 | static_cast<unsigned>(digit);
  }
  return {have < length ? HexEscape::State::cut : HexEscape::State::whole, value};
}

Unescaped itself(std::string_view text) {
  return {1, std::string(text.substr(0, 1))};
}

Unescaped unescape_percent(std::string_view text, bool complete) {
  const HexEscape escape = hex_escape(text, "%", 3);
  if (escape.state == HexEscape::State::whole)
    return {3, std::string(1, static_cast<char>(escape.value))};
  if (escape.state == HexEscape::State::cut && !complete) return {};
  return itself(text);
}

Unescaped unescape_unicode(std::string_view text, bool complete) {
  HexEscape escape = hex_escape(text, "\\u", unicode_length);
  std::size_t length = unicode_length;
  if (escape.state == HexEscape::State::whole && escape.value >= 0xD800 && escape.value < 0xDC00) {
    const HexEscape low = hex_escape(text.substr(unicode_length), "\\u", unicode_length);
    const bool fits = low.value >= 0xDC00 && low.value < 0xE000;
    escape.state =
        low.state == HexEscape::State::whole && !fits ? HexEscape::State::malformed : low.state;
    escape.value = 0x10000 + ((escape.value - 0xD800) << 10) + (low.value - 0xDC00);
    length += unicode_length;
  } else if (escape.value >= 0xDC00 && escape.value < 0xE000) {
    escape.state = HexEscape::State::malformed;
  }
  if (escape.state == HexEscape::State::cut && !complete) return {};
  if (escape.state != HexEscape::State::whole) return itself(text);
  Unescaped result{length, {}};
  wire::append_code_point(result.bytes, escape.value);
  return result;
}

Unescaped unescape_json(std::string_view text, bool complete) {
  if (text.size() < 2) return complete ? itself(text) : Unescaped{};
  switch (text[1]) {
    case '"':
    case '\\':
    case '/': return {2, std::string(text.substr(1, 1))};
    case 'b': return {2, "\b"};
    case 'f': return {2, "\f"};
    case 'n': return {2, "\n"};
    case 'r': return {2, "\r"};
    case 't': return {2, "\t"};
    case 'u': return unescape_unicode(text, complete);
    default: return itself(text);
  }
}

}  // namespace

Unescaped unescape(Escaping escaping, std::string_view text, bool complete) {
  if (!begins_escape(escaping, text.front())) return itself(text);
  if (escaping == Escaping::json) return unescape_json(text, complete);
  if (text.front() == '+') return {1, " "};
  return unescape_percent(text, complete);
}

}  // namespace weft::worker
