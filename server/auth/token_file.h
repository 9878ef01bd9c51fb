#pragma once

#include <string>

#include "base/result.h"

namespace weft::auth {

/// A new token: `weft_` and 256 random bits in hex.
std::string make_token();

/// Reads the token in a file of mode 0600; makes file and token when it is missing. Errors:
/// conflict when others may read it or what stands in it is no token, unavailable when it cannot be
/// read or written; each names the file and the fix.
Result<std::string> load_or_make_token(const std::string& path);

}  // namespace weft::auth
