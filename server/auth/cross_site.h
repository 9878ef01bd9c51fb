#pragma once

// Where a browser's request comes from. A cookie is sent with whatever any page asks for, so what
// comes with one has to come from this server's own pages; a token in a header proves that by
// itself.

#include <optional>
#include <string>
#include <string_view>

#include "server/net/http.h"

namespace weft::auth {

/// `https://weft.example.com:8443`: of a URL, in small letters, without the scheme's usual port and
/// without a path; "" for what is none.
std::string origin_of(std::string_view url);

/// By which the caller calls this server.
std::string own_origin(const http::Request& request);

/// Does the header Origin, if there is one, name this server? `public_origin`: another one of its
/// origins, "" for none.
bool is_from_here(const http::Request& request, std::string_view public_origin);

/// A type that no page can send elsewhere without being asked: JSON, or nothing with no body.
bool has_json_type(const http::Request& request);

/// Why a request with a cookie that is no GET or HEAD is refused; nullopt when it comes from a page
/// of this server: by Origin, or, when that is missing, by Sec-Fetch-Site.
std::optional<std::string> cross_site_fault(const http::Request& request,
                                            std::string_view public_origin);

}  // namespace weft::auth
