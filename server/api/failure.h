#pragma once

// What a handler answers when it cannot do what it was asked: an Error, and for a 422 the list of
// what is wrong. It becomes application/problem+json in one place, problem().

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "server/api/json_text.h"
#include "server/net/http.h"

namespace weft::api {

/// One wrong field or parameter. `loc` starts with "body", "query", "path" or "header"; `type` is
/// one of the names that callers of the Airflow API know, e.g. "int_parsing".
struct Issue {
  std::vector<std::string> loc;
  std::string msg, type;
};

struct Failure {
  Failure(Error e) : error(std::move(e)) {}  // NOLINT: an Error is a Failure
  Failure(ErrorCode code, std::string message) : error{code, std::move(message)} {}
  explicit Failure(std::vector<Issue> list)
      : error{ErrorCode::unprocessable, "the request is not right"}, issues(std::move(list)) {}

  Error error;
  std::vector<Issue> issues;  ///< not empty: the `detail` of a 422
  nlohmann::json extra;       ///< object or null: more members of the problem
};

template <class T>
using Outcome = tl::expected<T, Failure>;

inline tl::unexpected<Failure> refuse(ErrorCode code, std::string message) {
  return tl::unexpected<Failure>(Failure(code, std::move(message)));
}
inline tl::unexpected<Failure> refuse(Issue issue) {
  return tl::unexpected<Failure>(Failure(std::vector<Issue>{std::move(issue)}));
}

/// The status that a code means.
int status_of(ErrorCode code);

/// RFC 9457. An unprocessable Error without a list becomes a list of one.
http::Response problem(const Failure& failure, std::string_view instance);

http::Response json_response(const nlohmann::json& body, int status = 200);
http::Response json_response(JsonText&& body);

/// The text of a JSON value; bytes that are no UTF-8 are replaced.
std::string to_text(const nlohmann::json& value);

}  // namespace weft::api

/// As TRY and TRY_ASSIGN, for a Result as well as for an Outcome.
#define API_TRY(expression)                                                          \
  do {                                                                               \
    if (auto api_try_ = (expression); !api_try_)                                     \
      return tl::make_unexpected(::weft::api::Failure(std::move(api_try_).error())); \
  } while (false)

#define API_TRY_ASSIGN(target, expression)                                         \
  auto WEFT_CONCAT(api_try_, __LINE__) = (expression);                             \
  if (!WEFT_CONCAT(api_try_, __LINE__))                                            \
    return tl::make_unexpected(                                                    \
        ::weft::api::Failure(std::move(WEFT_CONCAT(api_try_, __LINE__)).error())); \
  target = std::move(*WEFT_CONCAT(api_try_, __LINE__))
