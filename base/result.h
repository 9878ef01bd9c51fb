#pragma once

// What can fail for a user's reason returns Result<T>; the Error in it is returned, answered or
// logged exactly once. Exceptions come only from libraries and are caught at the borders.

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace weft {

/// Stable codes: scripts and the API's `code` field rely on their names (error_code_name).
enum class ErrorCode {
  invalid_argument,     ///< the input can never be right: 400
  unprocessable,        ///< well-formed, but a field is wrong: 422
  unauthenticated,      ///< no or a wrong token: 401
  permission_denied,    ///< known caller, not allowed: 403
  not_found,            ///< 404
  method_not_allowed,   ///< 405
  not_acceptable,       ///< 406
  conflict,             ///< the state of the thing forbids it: 409
  precondition_failed,  ///< If-Match: 412
  too_large,            ///< 413
  resource_exhausted,   ///< a limit or a full queue: 429
  unavailable,          ///< try again later (storage down, restarting, queue full): 503
  internal,             ///< a bug of ours: 500
};

/// The name used in JSON, e.g. "not_found". Never null, static storage.
std::string_view error_code_name(ErrorCode code);

/// What went wrong, in words that name the thing, the place and the fix.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

/// `return fail(ErrorCode::not_found, "no DAG \"x\"");`
inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace weft

#define WEFT_CONCAT_INNER(a, b) a##b
#define WEFT_CONCAT(a, b) WEFT_CONCAT_INNER(a, b)

/// Returns the error of a Result<…> expression from this function, if it has one.
#define TRY(expression)                                                   \
  do {                                                                    \
    if (auto weft_try_ = (expression); !weft_try_)                        \
      return tl::unexpected<::weft::Error>(std::move(weft_try_).error()); \
  } while (false)

/// `TRY_ASSIGN(auto dag, parse(text));`: the value, or returns the error from this function.
#define TRY_ASSIGN(target, expression)                                                         \
  auto WEFT_CONCAT(weft_try_, __LINE__) = (expression);                                        \
  if (!WEFT_CONCAT(weft_try_, __LINE__))                                                       \
    return tl::unexpected<::weft::Error>(std::move(WEFT_CONCAT(weft_try_, __LINE__)).error()); \
  target = std::move(*WEFT_CONCAT(weft_try_, __LINE__))
