#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/net/server_impl.h"

namespace weft::http {

/// Operations give (error, value…) and do not throw.
constexpr asio::as_tuple_t<asio::use_awaitable_t<Executor>> token{
    asio::use_awaitable_t<Executor>{}};

}  // namespace weft::http
