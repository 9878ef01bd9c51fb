// Reads a text into a JsonTree. Recursive over the nesting, which is bounded by
// JsonTree::max_depth.

#include <array>
#include <charconv>
#include <unordered_set>

#include "server/core/dag/json_tree.h"
#include "server/core/dag/utf8.h"
#include "server/core/expression/suggest.h"

namespace weft {

class JsonScanner {
 public:
  JsonScanner(JsonTree& tree, bool comments, std::vector<JsonFinding>& findings)
      : tree_(tree), text_(tree.text_), comments_(comments), findings_(findings) {}

  bool run() {
    if (text_.size() > JsonTree::max_bytes) return fail(0, "the file is larger than 32 MiB");
    if (const auto broken = first_invalid_utf8(text_)) {
      return fail(*broken, "this is no valid UTF-8; save the file as UTF-8");
    }
    tree_.nodes_.reserve(text_.size() / 16 + 16);
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    if (!skip_space()) return false;
    if (at_ == text_.size()) return fail(at_, "the file is empty; a JSON object expected");
    add_node(0);
    if (!read_value(0, 1) || !skip_space()) return false;
    return at_ == text_.size() || fail(at_, "nothing may follow the end of the JSON value");
  }

 private:
  bool fail(std::size_t offset, std::string message) {
    findings_.push_back({static_cast<std::uint32_t>(offset), std::move(message)});
    return false;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool skip_space() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
        ++at_;
      } else if (c == '/') {
        if (!skip_comment()) return false;
      } else {
        break;
      }
    }
    return true;
  }

  bool skip_comment() {
    const std::string_view rest = text_.substr(at_);
    const bool line = rest.starts_with("//");
    if (!line && !rest.starts_with("/*")) return fail(at_, "unexpected '/'");
    if (!comments_) return fail(at_, "comments are allowed in *.dag.jsonc files only");
    const std::size_t end = line ? text_.find('\n', at_) : text_.find("*/", at_ + 2);
    if (end == std::string_view::npos) {
      if (!line) return fail(at_, "this comment is never closed by '*/'");
      at_ = text_.size();
    } else {
      at_ = end + (line ? 1 : 2);
    }
    return true;
  }

  std::uint32_t add_node(std::uint32_t parent) {
    tree_.nodes_.emplace_back();
    tree_.nodes_.back().offset = static_cast<std::uint32_t>(at_);
    tree_.nodes_.back().parent = parent;
    return static_cast<std::uint32_t>(tree_.nodes_.size() - 1);
  }

  JsonNode& node(std::uint32_t index) { return tree_.nodes_[index]; }

  bool read_value(std::uint32_t self, int depth) {
    if (tree_.nodes_.size() > JsonTree::max_nodes) {
      return fail(at_, "the file has more than 3,000,000 values");
    }
    node(self).offset = static_cast<std::uint32_t>(at_);
    const char c = peek();
    if (c == '{' || c == '[') {
      if (depth > JsonTree::max_depth) return fail(at_, "nested more than 64 levels deep");
      return c == '{' ? read_object(self, depth) : read_array(self, depth);
    }
    if (c == '"') {
      node(self).kind = JsonKind::string;
      std::string_view value;
      if (!read_string(value)) return false;
      node(self).text = value;
      return true;
    }
    if (c == '-' || (c >= '0' && c <= '9')) return read_number(node(self));
    return read_word(node(self));
  }

  bool read_word(JsonNode& into) {
    struct Word {
      std::string_view text;
      JsonKind kind;
    };
    static constexpr std::array<Word, 3> words = {
        {{"true", JsonKind::boolean}, {"false", JsonKind::boolean}, {"null", JsonKind::null}}};
    std::size_t end = at_;
    while (end < text_.size() && is_word_char(text_[end])) ++end;
    const std::string_view found = text_.substr(at_, end - at_);
    for (const Word& word : words) {
      if (word.text != found) continue;
      into.kind = word.kind;
      into.text = found;
      at_ = end;
      return true;
    }
    if (at_ == text_.size()) return fail(at_, "a value expected, but the file ends here");
    if (peek() == '\'') return fail(at_, "strings are written in double quotes");
    if (peek() == ',' || peek() == ']' || peek() == '}') {
      return fail(at_, std::string("a value expected before '") + peek() + "'");
    }
    if (found.empty()) return fail(at_, "a value expected");
    return fail(at_, "a value expected, found " + shown(found) + "; strings need double quotes");
  }

  static bool is_word_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  std::size_t digits() {
    const std::size_t start = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ - start;
  }

  bool read_number(JsonNode& into) {
    const std::size_t start = at_;
    into.kind = JsonKind::integer;
    if (peek() == '-') ++at_;
    const bool zero = peek() == '0';
    const std::size_t whole = digits();
    if (whole == 0 || (zero && whole > 1)) return fail(start, "this is no JSON number");
    if (peek() == '.') {
      ++at_;
      into.kind = JsonKind::real;
      if (digits() == 0) return fail(start, "digits expected after the point");
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      into.kind = JsonKind::real;
      if (peek() == '+' || peek() == '-') ++at_;
      if (digits() == 0) return fail(start, "digits expected in the exponent");
    }
    if (is_word_char(peek()) || peek() == '.') return fail(start, "this is no JSON number");
    into.text = text_.substr(start, at_ - start);
    double value = 0;
    if (std::from_chars(text_.data() + start, text_.data() + at_, value).ec != std::errc()) {
      return fail(start, "this number is out of range");
    }
    return true;
  }

  bool read_string(std::string_view& value) {
    const std::size_t open = at_++;
    const std::size_t start = at_;
    while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
           static_cast<unsigned char>(text_[at_]) >= 0x20) {
      ++at_;
    }
    if (peek() == '"') {
      value = text_.substr(start, at_++ - start);
      return true;
    }
    std::string made(text_.substr(start, at_ - start));
    if (!read_escaped(open, made)) return false;
    value = tree_.unescaped_.emplace_back(std::move(made));
    return true;
  }

  bool read_escaped(std::size_t open, std::string& made) {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) {
        return c == '\n' ? fail(open,
                                "this string is not closed on its line; a line break is "
                                "written \\n, a long text {\"lines\": [...]}")
                         : fail(at_, "a control character must be escaped (\\t, \\u00XX)");
      }
      if (c == '\\') {
        if (!read_escape(made)) return false;
      } else {
        made += c;
        ++at_;
      }
    }
    return fail(open, "this string is never closed");
  }

  bool read_escape(std::string& made) {
    static constexpr std::string_view names = "\"\\/bfnrt";
    static constexpr std::string_view values = "\"\\/\b\f\n\r\t";
    const std::size_t start = at_++;
    const char c = peek();
    const std::size_t known = names.find(c);
    if (at_ < text_.size() && known != std::string_view::npos) {
      made += values[known];
      ++at_;
      return true;
    }
    if (c != 'u') return fail(start, "unknown escape; a backslash is written \\\\");
    std::uint32_t code = 0;
    if (!read_hex(code)) return fail(start, "four hex digits expected after \\u");
    if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_).starts_with("\\u")) {
      ++at_;
      std::uint32_t low = 0;
      if (!read_hex(low) || low < 0xDC00 || low > 0xDFFF) {
        return fail(start, "the second half of this surrogate pair is missing");
      }
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    if (code >= 0xD800 && code <= 0xDFFF) return fail(start, "half of a surrogate pair");
    if (code == 0) return fail(start, "NUL cannot be passed to a process");
    append_utf8(made, code);
    return true;
  }

  /// At the `u`; leaves at_ behind the digits.
  bool read_hex(std::uint32_t& code) {
    ++at_;
    if (at_ + 4 > text_.size()) return false;
    const char* begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, begin + 4, code, 16);
    at_ += 4;
    return error == std::errc() && end == begin + 4;
  }

  /// Appends a child to its parent's list.
  void link(std::uint32_t self, std::uint32_t child, std::uint32_t& last) {
    node(child).ordinal = node(self).count++;
    (last == 0 ? node(self).first : node(last).next) = child;
    last = child;
  }

  bool read_array(std::uint32_t self, int depth) {
    node(self).kind = JsonKind::array;
    const std::size_t open = at_++;
    std::uint32_t last = 0;
    if (!skip_space()) return false;
    if (peek() == ']') return ++at_, true;
    while (true) {
      const std::uint32_t child = add_node(self);
      link(self, child, last);
      if (!read_value(child, depth + 1) || !skip_space()) return false;
      if (peek() == ']') return ++at_, true;
      if (!read_comma(open, ']')) return false;
    }
  }

  bool read_comma(std::size_t open, char closing) {
    if (at_ == text_.size()) {
      return fail(open, std::string("this is never closed by '") + closing + "'");
    }
    if (peek() != ',') return fail(at_, std::string("',' or '") + closing + "' expected");
    const std::size_t comma = at_++;
    if (!skip_space()) return false;
    if (peek() == closing) {
      return fail(comma, std::string("this comma stands before '") + closing + "'; remove it");
    }
    return true;
  }

  bool read_object(std::uint32_t self, int depth) {
    node(self).kind = JsonKind::object;
    const std::size_t open = at_++;
    std::uint32_t last = 0;
    std::unordered_set<std::string_view> seen;
    if (!skip_space()) return false;
    if (peek() == '}') return ++at_, true;
    while (true) {
      if (!read_member(self, depth, last, seen) || !skip_space()) return false;
      if (peek() == '}') return ++at_, true;
      if (!read_comma(open, '}')) return false;
    }
  }

  bool read_member(std::uint32_t self, int depth, std::uint32_t& last,
                   std::unordered_set<std::string_view>& seen) {
    if (peek() != '"') return fail(at_, "a key in double quotes expected");
    const std::size_t key_offset = at_;
    std::string_view key;
    if (!read_string(key) || !skip_space()) return false;
    if (peek() != ':') return fail(at_, "':' expected after the key " + shown(key));
    ++at_;
    if (!skip_space()) return false;
    const std::uint32_t child = add_node(self);
    node(child).has_key = true;
    node(child).key = key;
    node(child).key_offset = static_cast<std::uint32_t>(key_offset);
    if (is_first(self, key, seen)) {
      link(self, child, last);
    } else {
      fail(key_offset, "the key " + shown(key) + " is given twice");
    }
    return read_value(child, depth + 1);
  }

  /// Small objects, nearly all, are compared key by key; large ones through a set.
  bool is_first(std::uint32_t self, std::string_view key,
                std::unordered_set<std::string_view>& seen) {
    constexpr std::uint32_t small = 24;
    std::uint32_t child = node(self).first;
    if (node(self).count < small) {
      for (; child != 0; child = node(child).next) {
        if (node(child).key == key) return false;
      }
      return true;
    }
    if (seen.empty()) {
      for (; child != 0; child = node(child).next) seen.insert(node(child).key);
    }
    return seen.insert(key).second;
  }

  JsonTree& tree_;
  std::string_view text_;
  bool comments_;
  std::vector<JsonFinding>& findings_;
  std::size_t at_ = 0;
};

bool JsonTree::parse(bool comments_allowed, std::vector<JsonFinding>& findings) {
  return JsonScanner(*this, comments_allowed, findings).run();
}

}  // namespace weft
