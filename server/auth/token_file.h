#pragma once

#include <string>

#include "base/result.h"

namespace weft::auth {

/// The token in a file of mode 0600; "" when there is no such file. Errors: conflict when others
/// may read it or what stands in it is no token, unavailable when it cannot be read; each names the
/// file and the fix.
Result<std::string> load_token(const std::string& path);

/// Writes a new token into the file, also over one that is there. Errors: unavailable.
Result<std::string> make_token_file(const std::string& path);

/// The first, or the second when there is no file.
Result<std::string> load_or_make_token(const std::string& path);

}  // namespace weft::auth
