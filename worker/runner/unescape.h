#pragma once

// One step of reading an escaped text whose end has perhaps not come yet.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weft::worker {

enum class Escaping : std::uint8_t {
  percent,  ///< %41 as in URLs
  form,     ///< percent, and + for a space
  json,     ///< \" \\ \/ \b \f \n \r \t \u00e9 \ud83d\ude00
};

/// Whether an escape may begin with `c`.
constexpr bool begins_escape(Escaping escaping, char c) {
  return escaping == Escaping::json ? c == '\\'
                                    : c == '%' || (escaping == Escaping::form && c == '+');
}

struct Unescaped {
  std::size_t length = 0;  ///< bytes of the escaped text; 0: its rest must come first
  std::string bytes;       ///< what they mean
};

/// What stands at the beginning of `text`, which is not empty: an escape, or a byte that means
/// itself, as each byte of a malformed escape does. `complete`: nothing more will come.
Unescaped unescape(Escaping escaping, std::string_view text, bool complete);

}  // namespace weft::worker
