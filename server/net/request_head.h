#pragma once

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <optional>

#include "server/net/http.h"

namespace weft::http {

/// What a parsed head says about the message, beside the Request.
struct HeadFacts {
  bool expects_continue = false;
  std::string host;
};

/// Fills `request` (but for body and remote) from Beast's fields. A Response instead refuses the
/// message: several or no Host, a transfer coding other than chunked, a broken target, an unknown
/// expectation.
std::optional<Response> read_head(
    const boost::beast::http::header<true, boost::beast::http::fields>& head, bool is_chunked,
    Request& request, HeadFacts& facts);

}  // namespace weft::http
