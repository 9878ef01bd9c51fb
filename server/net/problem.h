#pragma once

// RFC 9457: every error leaves the server in this form, whichever part of it found the fault.

#include <string>
#include <string_view>

#include "base/result.h"
#include "server/net/http.h"

namespace weft::http {

/// The reason phrase of a status, e.g. "Not Found"; "Unknown" for one that is not used here.
std::string_view reason_phrase(int status);

/// The status that a code of the project means.
int status_of(ErrorCode code);

/// `application/problem+json` with type, title, status, detail, instance (when given) and code.
Response problem(int status, std::string_view code, std::string_view detail,
                 std::string_view instance = {});

/// The same from an Error: its code gives the status. `unavailable` carries a Retry-After.
Response problem(const Error& error, std::string_view instance = {});

/// A plain 200 with a JSON text.
Response json_response(std::string body, int status = 200);

}  // namespace weft::http
