#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weft {

/// A number of bytes: digits, then B, KB, MB, GB, TB (powers of 1000) or KiB, MiB, GiB, TiB (of
/// 1024); without a unit, bytes. At most 2^53. Errors: invalid_argument with what was expected.
Result<std::int64_t> parse_size(std::string_view text);

/// In the largest binary unit that needs at most one decimal: "512 B", "1.5 KiB".
std::string format_size(std::int64_t bytes);

}  // namespace weft
