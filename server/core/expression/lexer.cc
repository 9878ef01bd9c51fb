#include "server/core/expression/lexer.h"

#include <array>
#include <charconv>
#include <optional>

#include "server/core/expression/suggest.h"

namespace weft::expression_detail {
namespace {

using nlohmann::json;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name_char(char c) {
  return is_name_start(c) || is_digit(c);
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct Constant {
  std::string_view name;
  json value;
};

const json* constant_value(std::string_view name) {
  static const std::array<Constant, 8> constants = {{{"true", true},
                                                     {"True", true},
                                                     {"false", false},
                                                     {"False", false},
                                                     {"null", nullptr},
                                                     {"none", nullptr},
                                                     {"None", nullptr},
                                                     {"Null", nullptr}}};
  for (const Constant& constant : constants) {
    if (constant.name == name) return &constant.value;
  }
  return nullptr;
}

/// One pass over the text; every read_* starts at position_ and leaves it behind what it took.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  tl::expected<std::vector<Token>, ExpressionError> run() {
    while (!error_) {
      while (position_ < text_.size() && is_space(text_[position_])) ++position_;
      if (position_ == text_.size()) break;
      read_token();
    }
    if (error_) return tl::unexpected(*error_);
    tokens_.push_back({TokenKind::end, "", text_.size(), nullptr});
    return std::move(tokens_);
  }

 private:
  void read_token() {
    const char c = text_[position_];
    if (is_name_start(c)) {
      read_name();
    } else if (is_digit(c)) {
      read_number();
    } else if (c == '\'' || c == '"') {
      read_string(c);
    } else {
      read_symbol();
    }
  }

  void add(TokenKind kind, std::size_t start, json value = nullptr) {
    tokens_.push_back({kind, text_.substr(start, position_ - start), start, std::move(value)});
  }

  void read_name() {
    const std::size_t start = position_;
    while (position_ < text_.size() && is_name_char(text_[position_])) ++position_;
    const bool member = !tokens_.empty() && tokens_.back().text == ".";
    const json* constant =
        member ? nullptr : constant_value(text_.substr(start, position_ - start));
    add(constant ? TokenKind::literal : TokenKind::name, start, constant ? *constant : json());
  }

  void skip_digits() {
    while (position_ < text_.size() && is_digit(text_[position_])) ++position_;
  }

  bool digit_at(std::size_t at) const { return at < text_.size() && is_digit(text_[at]); }

  void read_number() {
    const std::size_t start = position_;
    bool whole = true;
    skip_digits();
    if (position_ < text_.size() && text_[position_] == '.' && digit_at(position_ + 1)) {
      whole = false;
      ++position_;
      skip_digits();
    }
    if (position_ < text_.size() && (text_[position_] == 'e' || text_[position_] == 'E')) {
      const bool sign = position_ + 1 < text_.size() &&
                        (text_[position_ + 1] == '-' || text_[position_ + 1] == '+');
      if (digit_at(position_ + (sign ? 2 : 1))) {
        whole = false;
        position_ += sign ? 2 : 1;
        skip_digits();
      }
    }
    if (position_ < text_.size() && is_name_char(text_[position_])) {
      return fail_at(position_, "a number ends here; put an operator between");
    }
    add_number(start, whole);
  }

  void add_number(std::size_t start, bool whole) {
    const char* begin = text_.data() + start;
    const char* end = text_.data() + position_;
    if (whole) {
      std::int64_t value = 0;
      if (std::from_chars(begin, end, value).ec != std::errc()) {
        return fail_at(start, "this whole number is too large");
      }
      return add(TokenKind::literal, start, value);
    }
    double value = 0;
    if (std::from_chars(begin, end, value).ec != std::errc()) {
      return fail_at(start, "this number is out of range");
    }
    add(TokenKind::literal, start, value);
  }

  void read_string(char quote) {
    const std::size_t start = position_++;
    std::string value;
    while (true) {
      if (position_ == text_.size()) return fail_at(start, "this quote is never closed");
      const char c = text_[position_++];
      if (c == quote) break;
      if (c != '\\') {
        value += c;
        continue;
      }
      if (position_ == text_.size()) return fail_at(start, "this quote is never closed");
      const std::optional<char> escaped = escape(text_[position_]);
      if (!escaped) {
        return fail_at(position_ - 1, "unknown escape; known are \\n \\t \\r \\\\ \\' \\\"");
      }
      value += *escaped;
      ++position_;
    }
    add(TokenKind::literal, start, std::move(value));
  }

  static std::optional<char> escape(char c) {
    switch (c) {
      case 'n': return '\n';
      case 't': return '\t';
      case 'r': return '\r';
      case '\\':
      case '\'':
      case '"': return c;
      default: return std::nullopt;
    }
  }

  void read_symbol() {
    static constexpr std::array<std::string_view, 4> doubles = {"==", "!=", "<=", ">="};
    static constexpr std::string_view singles = "<>+-*/%()[],|.";
    const std::size_t start = position_;
    const std::string_view rest = text_.substr(position_);
    for (const std::string_view symbol : doubles) {
      if (!rest.starts_with(symbol)) continue;
      position_ += 2;
      return add(TokenKind::symbol, start);
    }
    if (singles.find(rest.front()) != std::string_view::npos) {
      ++position_;
      return add(TokenKind::symbol, start);
    }
    fail_at(start, hint(rest));
  }

  static std::string hint(std::string_view rest) {
    if (rest.front() == '=') return "'=' is no operator; compare with '=='";
    if (rest.starts_with("&&")) return "'&&' is no operator; write 'and'";
    if (rest.front() == '!') return "'!' is no operator; write 'not' or '!='";
    if (rest.front() == '{') return "'{' cannot stand in an expression";
    std::size_t length = 1;
    while (length < rest.size() && (static_cast<unsigned char>(rest[length]) & 0xC0) == 0x80) {
      ++length;
    }
    return "unexpected character " + shown(rest.substr(0, length));
  }

  void fail_at(std::size_t offset, std::string message) {
    error_ = ExpressionError{offset, std::move(message)};
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::vector<Token> tokens_;
  std::optional<ExpressionError> error_;
};

}  // namespace

tl::expected<std::vector<Token>, ExpressionError> tokenize(std::string_view text) {
  return Lexer(text).run();
}

std::size_t find_closing_braces(std::string_view text, std::size_t from) {
  char quote = '\0';
  for (std::size_t i = from; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == '\\') {
        ++i;
      } else if (c == quote) {
        quote = '\0';
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '}' && i + 1 < text.size() && text[i + 1] == '}') {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace weft::expression_detail
