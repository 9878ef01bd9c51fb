#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weft::wire {

/// The length of the longest prefix of `text` that is valid UTF-8 (RFC 3629: no overlong forms, no
/// surrogates, nothing above U+10FFFF). Fast on ASCII.
std::size_t valid_utf8_prefix(std::string_view text);

inline bool is_valid_utf8(std::string_view text) {
  return valid_utf8_prefix(text) == text.size();
}

/// Appends `text` with each byte that is not part of valid UTF-8 replaced by U+FFFD.
void append_as_utf8(std::string& out, std::string_view text);

/// Appends one character. REQUIRES: no surrogate, at most U+10FFFF.
void append_code_point(std::string& out, unsigned code);

/// The bytes at the end of `text` that could be the beginning of a character whose rest has not
/// come yet: 0 to 3.
std::size_t incomplete_utf8_suffix(std::string_view text);

}  // namespace weft::wire
