#include "proto/wire/json_reader.h"

#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "proto/wire/utf8.h"

namespace weft::wire {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

bool JsonReader::error(std::string_view why) {
  if (failed_) return false;
  failed_ = true;
  why_ = why;
  return false;
}

bool JsonReader::syntax(std::string_view why) {
  if (!failed_) bad_syntax_ = true;
  return error(why);
}

bool JsonReader::prepend_key(std::string_view key) {
  if (!failed_) error("is wrong");
  const bool joins = !path_.empty() && path_.front() != '[';
  path_ = fmt::format("{}{}{}", key.substr(0, 100), joins ? "." : "", path_);
  return false;
}

bool JsonReader::prepend_index(std::size_t index) {
  if (!failed_) error("is wrong");
  const bool joins = !path_.empty() && path_.front() != '[';
  path_ = fmt::format("[{}]{}{}", index, joins ? "." : "", path_);
  return false;
}

Error JsonReader::failure() const {
  if (bad_syntax_)
    return {ErrorCode::invalid_argument,
            fmt::format("the JSON is malformed at byte {}{}{}: {}", at_ - begin_,
                        path_.empty() ? "" : " in ", path_, why_)};
  if (path_.empty()) return {ErrorCode::unprocessable, fmt::format("the message {}", why_)};
  return {ErrorCode::unprocessable, fmt::format("{}: {}", path_, why_)};
}

bool JsonReader::open(char c, std::string_view what) {
  white_space();
  if (at_ == end_) return syntax("it ends too early");
  if (*at_ != c) return error(fmt::format("must be {}", what));
  if (++depth_ > max_depth) return syntax("it is nested too deeply");
  ++at_;
  return true;
}

bool JsonReader::close(char c) {
  if (!take(c)) return syntax(c == '}' ? "expected , or }" : "expected , or ]");
  return leave();
}

bool JsonReader::key_into(std::string& key) {
  white_space();
  if (at_ == end_ || *at_ != '"') return syntax("expected a field's name");
  if (!string_into(key)) return false;
  return take(':') || syntax("expected :");
}

bool JsonReader::read(std::int64_t& value) {
  white_space();
  const auto [end, code] = std::from_chars(at_, end_, value);
  if (code == std::errc::result_out_of_range) return error("is too large");
  if (code != std::errc{}) return error("must be an integer");
  if (end != end_ && (*end == '.' || *end == 'e' || *end == 'E'))
    return error("must be an integer");
  at_ = end;
  return true;
}

bool JsonReader::read(int& value) {
  std::int64_t wide = 0;
  if (!read(wide)) return false;
  if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max())
    return error("is too large");
  value = static_cast<int>(wide);
  return true;
}

bool JsonReader::word(std::string_view text) {
  if (static_cast<std::size_t>(end_ - at_) < text.size()) return false;
  if (std::string_view(at_, text.size()) != text) return false;
  at_ += text.size();
  return true;
}

bool JsonReader::read(bool& value) {
  white_space();
  if (word("true")) return value = true;
  if (!word("false")) return error("must be true or false");
  value = false;
  return true;
}

bool JsonReader::read(std::string& value) {
  white_space();
  if (at_ == end_ || *at_ != '"') return error("must be a string");
  value.clear();
  return string_into(value);
}

bool JsonReader::string_into(std::string& value) {
  ++at_;
  const std::size_t begins = value.size();
  bool ascii = true;
  while (true) {
    const char* from = at_;
    while (at_ != end_) {
      const auto c = static_cast<unsigned char>(*at_);
      if (c == '"' || c == '\\' || c < 0x20) break;
      if (c >= 0x80) ascii = false;
      ++at_;
    }
    value.append(from, static_cast<std::size_t>(at_ - from));
    if (at_ == end_) return syntax("a string has no end");
    if (*at_ == '"') break;
    if (*at_ != '\\') return syntax("a control character stands in a string");
    if (!escape_into(value)) return false;
  }
  ++at_;
  if (!ascii && !is_valid_utf8(std::string_view(value).substr(begins)))
    return syntax("a string is not UTF-8");
  return true;
}

bool JsonReader::escape_into(std::string& value) {
  ++at_;
  if (at_ == end_) return syntax("a string has no end");
  switch (*at_++) {
    case '"': value += '"'; return true;
    case '\\': value += '\\'; return true;
    case '/': value += '/'; return true;
    case 'b': value += '\b'; return true;
    case 'f': value += '\f'; return true;
    case 'n': value += '\n'; return true;
    case 'r': value += '\r'; return true;
    case 't': value += '\t'; return true;
    case 'u': break;
    default: return syntax("an unknown escape stands in a string");
  }
  unsigned code = 0;
  if (!hex4(code)) return false;
  if (code >= 0xDC00 && code <= 0xDFFF) return syntax("a surrogate stands alone");
  if (code >= 0xD800 && code <= 0xDBFF) {
    unsigned low = 0;
    if (!word("\\u") || !hex4(low) || low < 0xDC00 || low > 0xDFFF)
      return syntax("a surrogate stands alone");
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  }
  append_code_point(value, code);
  return true;
}

bool JsonReader::hex4(unsigned& code) {
  if (end_ - at_ < 4) return syntax("\\u needs four hex digits");
  const auto [end, failed] = std::from_chars(at_, at_ + 4, code, 16);
  if (failed != std::errc{} || end != at_ + 4) return syntax("\\u needs four hex digits");
  at_ += 4;
  return true;
}

bool JsonReader::read(std::vector<std::int64_t>& values, std::size_t max) {
  values.clear();
  return array(max, [&] { return read(values.emplace_back()); });
}

bool JsonReader::read(std::vector<std::string>& values, std::size_t max) {
  values.clear();
  return array(max, [&] { return read(values.emplace_back()); });
}

bool JsonReader::read(std::map<std::string, std::string>& values, std::size_t max) {
  values.clear();
  return object([&](std::string_view key) {
    if (values.size() == max) return error("has more fields than the limit");
    return read(values[std::string(key)]);
  });
}

bool JsonReader::read(nlohmann::json& value) {
  white_space();
  const char* from = at_;
  if (!skip()) return false;
  value = nlohmann::json::parse(from, at_, nullptr, false);
  return !value.is_discarded() || syntax("a value cannot be read");
}

bool JsonReader::skip_number() {
  const char* from = at_;
  while (at_ != end_ && (is_digit(*at_) || *at_ == '-' || *at_ == '+' || *at_ == '.' ||
                         *at_ == 'e' || *at_ == 'E'))
    ++at_;
  return at_ != from || syntax("expected a value");
}

bool JsonReader::skip() {
  white_space();
  if (at_ == end_) return syntax("it ends too early");
  switch (*at_) {
    case '{': return object([&](std::string_view) { return skip(); });
    case '[': return array(SIZE_MAX, [&] { return skip(); });
    case '"': {
      std::string ignored;
      return string_into(ignored);
    }
    case 't': return word("true") || syntax("expected a value");
    case 'f': return word("false") || syntax("expected a value");
    case 'n': return word("null") || syntax("expected a value");
    default: return skip_number();
  }
}

bool JsonReader::finish() {
  if (failed_) return false;
  white_space();
  return at_ == end_ || syntax("something follows its end");
}

}  // namespace weft::wire
