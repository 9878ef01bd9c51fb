#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "server/net/http.h"

namespace weft::http {

enum class BodyForm : std::uint8_t { sized, chunked, until_close };

/// What a head says beside the response's own headers.
struct HeadStyle {
  BodyForm form = BodyForm::sized;
  bool keep_alive = true;
  bool is_http_10 = false;
  bool is_https = false;       ///< the caller may be told to speak TLS from now on
  std::string_view base_path;  ///< put before a Location on this server
};

/// Appends status line, headers and the empty line to `out`: the response's own headers without
/// those that could break the message, Date, the security headers, and what frames the body. A
/// response with a content-security-policy of its own is sent with that one alone.
void append_head(const Response& response, const HeadStyle& style, std::string& out);

}  // namespace weft::http
