#pragma once

// One request inside of a handler: what was asked, and what the handler may use.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/api/api.h"
#include "server/api/body.h"
#include "server/api/failure.h"
#include "server/api/query.h"
#include "server/storage/readers.h"

namespace weft::api {

struct Call {
  const http::Request& request;
  const ApiDependencies& deps;
  const std::shared_ptr<Shared>& shared;  ///< shared.h
  const auth::Caller& caller;
  Need need;  ///< the route's; granted for what the path names
  std::vector<std::pair<std::string_view, std::string>> path;  ///< values of the {names}

  /// A {name} of the route's pattern.
  const std::string& value(std::string_view name) const;
  /// The same as an integer. Errors: unprocessable.
  Outcome<std::int64_t> integer(std::string_view name) const;
  /// Who asks, for the records.
  Actor actor() const { return {caller.user, request.remote}; }

  /// One read transaction: f(Reader&) returns an Outcome or a Result.
  template <class F>
  auto read(F&& f) const {
    return deps.readers.with(std::forward<F>(f));
  }
  /// Applies a command and waits for its commit.
  Outcome<Answer> command(Command command) const;
};

using Handler = Outcome<http::Response> (*)(Call&);

/// Media types in the order of the caller's liking; an absent Accept is "*/*". Unknown qualities
/// count as 1; at most 16 are read.
std::vector<std::string> accepted_types(const http::Request& request);
/// The first of `offered` that the caller takes best; "" when none. Wildcards take the first.
std::string_view negotiate(const http::Request& request,
                           const std::vector<std::string_view>& offered);

}  // namespace weft::api
