#pragma once

#include <cstddef>
#include <string_view>

namespace weft::http {

/// Looks at a request's head as it comes in, before it is parsed: for what some readers of HTTP
/// forgive and others take for the end of a line or of a message. One per head.
class HeadScan {
 public:
  enum class Verdict : unsigned char {
    more,           ///< nothing wrong so far
    complete,       ///< the empty line has come
    bare_line_end,  ///< LF without CR, or CR without LF
    folded_line,    ///< a line that starts with a space goes on with the one before
    too_many_lines,
  };

  explicit HeadScan(std::size_t max_lines) : max_lines_(max_lines) {}

  /// `head` is all that has come, from the head's first byte: what it was at the last call, and
  /// more.
  Verdict look(std::string_view head);

 private:
  const std::size_t max_lines_;
  std::size_t line_start_ = 0;
  std::size_t lines_ = 0;
};

}  // namespace weft::http
