#include "server/net/session.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "server/net/awaitable.h"
#include "server/net/problem.h"
#include "server/net/request_head.h"

// g++ 12 miscompiles much of what may stand beside a co_await in one full expression: everything
// is named on the line before (see docs/development).

namespace weft::http {

using boost::system::error_code;
namespace beast_http = boost::beast::http;

namespace {

constexpr std::size_t head_piece = 4 << 10;
constexpr std::size_t body_piece = 64 << 10;
constexpr std::size_t write_piece = 256 << 10;
Response refusal_of(const error_code& error) {
  if (error == beast_http::error::header_limit) {
    return problem(431, "too_large", "the request's headers are larger than the server allows");
  }
  if (error == beast_http::error::body_limit) {
    return problem(413, "too_large", "the request's body is larger than the server allows here");
  }
  return problem(400, "invalid_argument", "not a valid HTTP/1.1 request: " + error.message());
}

}  // namespace

Session::Session(std::shared_ptr<Server::Impl> server, Socket socket)
    : server_(std::move(server)),
      socket_(std::move(socket)),
      wake_timer_(server_->loop.context().get_executor()),
      buffer_(server_->options.limits.header_bytes + body_piece) {
  error_code error;
  const asio::ip::tcp::endpoint peer = socket_.remote_endpoint(error);
  if (!error) remote_ = peer.address().to_string();
}

Session::~Session() = default;

void Session::start() {
  set_deadline(server_->options.limits.header_timeout);
  asio::co_spawn(server_->loop.context().get_executor(), run(shared_from_this()), asio::detached);
}

void Session::close() {
  closed_ = true;
  error_code ignored;
  socket_.close(ignored);
  wake_timer_.cancel();
}

void Session::wind_down() {
  keep_alive_ = false;
  if (idle_) {
    close();
  } else {
    wake();  // a follower ends its stream
  }
}

void Session::something_changed() {
  changed_ = true;
  wake();
}

void Session::wake() {
  wake_timer_.cancel();
}

/// `self` keeps the session alive in the coroutine's frame.
Awaitable<void> Session::run([[maybe_unused]] std::shared_ptr<Session> self) {
  try {
    while (!must_end()) {
      const bool complete = co_await read_request();
      if (!complete) break;
      co_await answer();
      if (must_end()) break;
      const bool sent = co_await write_response();
      if (!sent || !keep_alive_) break;
    }
    if (unread_body_ && !must_end()) co_await linger();
  } catch (const std::exception&) {
    // Out of memory at the worst: this connection ends, the others go on.
  }
  error_code ignored;
  socket_.close(ignored);
  server_->remove(this);
}

Awaitable<bool> Session::fill(std::size_t bytes) {
  const std::size_t room = buffer_.max_size() - buffer_.size();
  if (room == 0) co_return false;
  const auto space = buffer_.prepare(std::min(bytes, room));
  const auto result = co_await socket_.async_read_some(space, token);
  const error_code& error = std::get<0>(result);
  if (error) co_return false;
  buffer_.commit(std::get<1>(result));
  co_return true;
}

Awaitable<bool> Session::read_request() {
  response_.reset();
  const bool has_head = co_await read_head();
  if (!has_head) co_return false;
  if (!response_) check_head();
  if (response_) co_return true;
  const bool has_body = co_await read_body();
  co_return has_body;
}

/// True when there is a head or a refusal in response_; false when the connection is over.
Awaitable<bool> Session::read_head() {
  const Limits& limits = server_->options.limits;
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(limits.header_bytes));
  parser_->body_limit(boost::none);
  idle_ = buffer_.size() == 0;
  // A fresh connection must speak up sooner than one that has proved itself.
  set_deadline(idle_ && exchange_ > 0 ? limits.idle_timeout : limits.header_timeout);
  for (;;) {
    if (buffer_.size() > 0) {
      error_code error;
      const std::size_t used = parser_->put(buffer_.data(), error);
      buffer_.consume(used);
      if (error && error != beast_http::error::need_more) {
        refuse(refusal_of(error));
        co_return true;
      }
      if (parser_->is_header_done()) co_return true;
    }
    const bool more = co_await fill(head_piece);
    if (!more) co_return false;
    if (std::exchange(idle_, false)) set_deadline(limits.header_timeout);
  }
}

void Session::refuse(Response response) {
  response_ = std::move(response);
  keep_alive_ = false;
  unread_body_ = true;
}

/// Everything that can be said before the body is read.
void Session::check_head() {
  const auto& head = parser_->get();
  is_http_10_ = head.version() < 11;
  keep_alive_ = head.keep_alive() && !server_->stopping;
  HeadFacts facts;
  std::optional<Response> refusal = http::read_head(head, parser_->chunked(), request_, facts);
  request_.remote = remote_;
  is_head_ = request_.method == "HEAD";
  if (!refusal && !server_->hosts.allows(facts.host)) {
    refusal = problem(421, "invalid_argument",
                      "this server does not answer for the host \"" + facts.host +
                          "\"; name it with --public-url if it should");
  }
  if (!refusal && server_->options.admit) refusal = server_->options.admit(request_);
  if (refusal) {
    // A refused request without a body leaves the connection usable.
    const bool has_body = !parser_->is_done();
    response_ = std::move(refusal);
    if (has_body || response_->status == 400) refuse(std::move(*response_));
    return;
  }
  const std::size_t limit = server_->options.limits.body_limit(request_.path);
  const boost::optional<std::uint64_t> length = parser_->content_length();
  if (length && *length > limit) {
    refuse(problem(
        413, "too_large",
        "the request's body is larger than the " + std::to_string(limit) + " bytes allowed here"));
    return;
  }
  parser_->body_limit(limit);
}

Awaitable<bool> Session::read_body() {
  if (!parser_->is_done() && !request_.header("expect").empty()) {
    const bool sent = co_await write("HTTP/1.1 100 Continue\r\n\r\n");
    if (!sent) co_return false;
  }
  parser_->eager(true);
  while (!parser_->is_done()) {
    if (buffer_.size() > 0) {
      error_code error;
      const std::size_t used = parser_->put(buffer_.data(), error);
      buffer_.consume(used);
      if (error && error != beast_http::error::need_more) {
        refuse(refusal_of(error));
        co_return true;
      }
      if (!error) continue;
    }
    set_deadline(server_->options.limits.body_timeout);
    const bool more = co_await fill(body_piece);
    if (!more) co_return false;
  }
  request_.body = std::move(parser_->get().body());
  if (buffer_.size() == 0 && buffer_.capacity() > 2 * head_piece) buffer_.shrink_to_fit();
  co_return true;
}

Awaitable<bool> Session::write(std::string_view bytes) {
  while (!bytes.empty()) {
    set_deadline(server_->options.limits.write_timeout);
    const asio::const_buffer piece(bytes.data(), std::min(bytes.size(), write_piece));
    const auto result = co_await asio::async_write(socket_, piece, token);
    const error_code& error = std::get<0>(result);
    if (error) co_return false;
    bytes.remove_prefix(piece.size());
  }
  co_return true;
}

Awaitable<void> Session::wait_woken(Clock::time_point until) {
  wake_timer_.expires_at(until);
  co_await wake_timer_.async_wait(token);
}

/// Half-closes and reads on for a moment: closing with unread bytes would reset the connection and
/// could take the answer with it.
Awaitable<void> Session::linger() {
  error_code ignored;
  socket_.shutdown(asio::socket_base::shutdown_send, ignored);
  set_deadline(std::chrono::seconds(2));
  std::size_t budget = 8 << 20;
  buffer_.clear();
  while (budget > 0 && !must_end()) {
    const bool more = co_await fill(body_piece);
    if (!more) break;
    budget -= std::min(budget, buffer_.size());
    buffer_.clear();
  }
}

}  // namespace weft::http
