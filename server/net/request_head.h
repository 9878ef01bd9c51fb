#pragma once

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/net/http.h"

namespace weft::http {

/// What a parsed head says about the message, beside the Request.
struct HeadFacts {
  bool expects_continue = false;
  /// By which names the server was called: that of Host, and what the proxy in front was called.
  std::vector<std::string> hosts;
};

/// Fills `request` (but for the path, the query, the body and what concerns the connection) from
/// Beast's fields. A Response instead refuses the message, whose end is uncertain then: several or
/// no Host, a transfer coding other than chunked, an unknown expectation.
std::optional<Response> read_head(
    const boost::beast::http::header<true, boost::beast::http::fields>& head, bool is_chunked,
    Request& request, HeadFacts& facts);

/// Takes over what the proxy in front, the last hop, says of its caller: X-Forwarded-For, -Proto
/// and -Host. Without such a proxy, whoever calls can write them.
void trust_proxy(Request& request, HeadFacts& facts);

/// Takes the base path off the target and decodes the rest. A Response instead: a broken target,
/// one that is not under the base path, or a redirect from the base path to its `/`.
std::optional<Response> read_target(std::string_view base_path, Request& request);

}  // namespace weft::http
