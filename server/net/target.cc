#include "server/net/target.h"

#include <algorithm>

namespace weft::http {
namespace {

constexpr std::size_t max_query_values = 256;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// What a character of UTF-8 that starts so has next: how many more bytes, and the bounds of the
/// first of them, which leave out overlong forms and surrogates.
struct Follow {
  std::size_t count = 0;  ///< 0: nothing starts so
  unsigned char low = 0x80, high = 0xBF;
};

Follow follow_of(unsigned char first) {
  if (first >= 0xC2 && first <= 0xDF) return {1};
  if (first == 0xE0) return {2, 0xA0, 0xBF};
  if (first == 0xED) return {2, 0x80, 0x9F};
  if (first >= 0xE1 && first <= 0xEF) return {2};
  if (first == 0xF0) return {3, 0x90, 0xBF};
  if (first >= 0xF1 && first <= 0xF3) return {3};
  if (first == 0xF4) return {3, 0x80, 0x8F};
  return {};
}

bool is_text(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto first = static_cast<unsigned char>(bytes[i]);
    if (first < 0x80) continue;
    Follow follow = follow_of(first);
    if (follow.count == 0 || follow.count >= bytes.size() - i) return false;
    for (; follow.count > 0; --follow.count, follow.low = 0x80, follow.high = 0xBF) {
      const auto next = static_cast<unsigned char>(bytes[++i]);
      if (next < follow.low || next > follow.high) return false;
    }
  }
  return true;
}

}  // namespace

Result<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return fail(ErrorCode::invalid_argument,
                    "the request target has a % that two hex digits do not follow");
      }
      if (high == 0 && low == 0) {
        return fail(ErrorCode::invalid_argument, "the request target contains a NUL (%00)");
      }
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else if (c == '+' && plus_is_space) {
      out.push_back(' ');
    } else {
      out.push_back(c);
    }
  }
  if (!is_text(out)) {
    return fail(ErrorCode::invalid_argument,
                "the request target is not UTF-8 once its % escapes are decoded");
  }
  return out;
}

Result<Target> parse_target(std::string_view raw) {
  if (raw.empty() || raw.front() != '/') {
    return fail(ErrorCode::invalid_argument,
                "the request target must be a path that starts with /");
  }
  const auto is_control = [](unsigned char c) { return c <= ' ' || c == 0x7f; };
  if (std::any_of(raw.begin(), raw.end(), is_control)) {
    return fail(ErrorCode::invalid_argument,
                "the request target has a space or control character that is not percent-encoded");
  }
  raw = raw.substr(0, raw.find('#'));
  const std::size_t mark = raw.find('?');
  Target target;
  TRY_ASSIGN(target.path, percent_decode(raw.substr(0, mark), false));
  if (mark == std::string_view::npos) return target;
  std::string_view rest = raw.substr(mark + 1);
  while (!rest.empty()) {
    const std::size_t end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (pair.empty()) continue;
    if (target.query.size() == max_query_values) {
      return fail(ErrorCode::invalid_argument, "the query has more than 256 values");
    }
    const std::size_t equals = pair.find('=');
    TRY_ASSIGN(std::string key, percent_decode(pair.substr(0, equals), true));
    std::string value;
    if (equals != std::string_view::npos) {
      TRY_ASSIGN(value, percent_decode(pair.substr(equals + 1), true));
    }
    target.query.emplace_back(std::move(key), std::move(value));
  }
  return target;
}

bool has_odd_segment(std::string_view path) {
  std::size_t start = 1;
  while (start <= path.size()) {
    const std::size_t slash = path.find('/', start);
    const bool is_last = slash == std::string_view::npos;
    const std::string_view segment = path.substr(start, is_last ? slash : slash - start);
    if (segment == "." || segment == ".." || (segment.empty() && !is_last)) return true;
    if (is_last) return false;
    start = slash + 1;
  }
  return false;
}

}  // namespace weft::http
