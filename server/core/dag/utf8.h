#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft {

/// The offset of the first byte that is no UTF-8 (overlong forms, surrogates and NUL count as
/// broken); nullopt when all is well.
std::optional<std::size_t> first_invalid_utf8(std::string_view text);

void append_utf8(std::string& text, std::uint32_t code_point);

}  // namespace weft
