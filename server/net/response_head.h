#pragma once

#include <string>

#include "server/net/http.h"

namespace weft::http {

enum class BodyForm : std::uint8_t { sized, chunked, until_close };

/// Appends status line, headers and the empty line to `out`: the response's own headers without
/// those that could break the message, Date, the security headers, and what frames the body.
void append_head(const Response& response, BodyForm form, bool keep_alive, bool is_http_10,
                 std::string& out);

}  // namespace weft::http
