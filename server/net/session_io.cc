// Where a Session touches its socket: bytes in, bytes out, with TLS or without.

#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <poll.h>

#include <boost/asio/write.hpp>
#include <utility>

#include "server/net/awaitable.h"
#include "server/net/session.h"
#include "server/net/tls_stream.h"

// g++ 12 miscompiles much of what may stand beside a co_await in one full expression: everything
// is named on the line before (see docs/development).

namespace weft::http {

using boost::system::error_code;

namespace {

constexpr std::size_t write_piece = 256 << 10;
constexpr Duration goodbye_timeout = std::chrono::seconds(2);
constexpr std::size_t linger_bytes = 8 << 20;

constexpr std::string_view needs_tls =
    "HTTP/1.1 400 Bad Request\r\n"
    "content-type: text/plain\r\n"
    "connection: close\r\n"
    "\r\n"
    "This port speaks TLS: use https://\n";

bool was_plain_http(const error_code& error) {
  return error.category() == asio::error::get_ssl_category() &&
         ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_HTTP_REQUEST;
}

}  // namespace

Session::Session(std::shared_ptr<Server::Impl> server, Socket socket)
    : server_(std::move(server)),
      socket_(std::move(socket)),
      wake_timer_(server_->loop.context().get_executor()),
      place_(1, this),
      node_(place_.begin()),
      buffer_(server_->options.limits.header_bytes + body_piece) {
  error_code error;
  const asio::ip::tcp::endpoint peer = socket_.remote_endpoint(error);
  if (!error) remote_ = peer.address().to_string();
  if (server_->tls) tls_ = std::make_unique<TlsStream>(socket_, server_->tls->identity());
}

Session::~Session() = default;

void Session::close() {
  if (std::exchange(closed_, true)) return;
  ++server_->closing;
  end_waiting();
  error_code ignored;
  socket_.close(ignored);
  wake_timer_.cancel();
}

/// It may give way to another connection until a request's head is there.
void Session::begin_waiting() {
  if (closed_) return;
  std::list<Session*>& from = std::exchange(is_waiting_, true) ? server_->waiting : place_;
  server_->waiting.splice(server_->waiting.end(), from, node_);
}

void Session::end_waiting() {
  if (std::exchange(is_waiting_, false)) place_.splice(place_.end(), server_->waiting, node_);
}

Awaitable<bool> Session::shake_hands() {
  set_deadline(server_->options.limits.header_timeout);
  begin_waiting();
  const auto result = co_await tls_->stream.async_handshake(asio::ssl::stream_base::server, token);
  const error_code& error = std::get<0>(result);
  tls_->is_ready = !error;
  if (error && was_plain_http(error)) {
    error_code ignored;
    const asio::const_buffer answer(needs_tls.data(), needs_tls.size());
    socket_.write_some(answer, ignored);
  }
  co_return tls_->is_ready;
}

/// The word of TLS that nothing is missing at the end.
Awaitable<void> Session::say_goodbye() {
  set_deadline(goodbye_timeout);
  co_await tls_->stream.async_shutdown(token);
}

Awaitable<bool> Session::fill(std::size_t bytes) {
  const std::size_t room = buffer_.max_size() - buffer_.size();
  if (room == 0) co_return false;
  const auto space = buffer_.prepare(std::min(bytes, room));
  std::size_t got = 0;
  if (tls_) {
    const auto result = co_await tls_->stream.async_read_some(space, token);
    const error_code& error = std::get<0>(result);
    if (error) co_return false;
    got = std::get<1>(result);
  } else {
    const auto result = co_await socket_.async_read_some(space, token);
    const error_code& error = std::get<0>(result);
    if (error) co_return false;
    got = std::get<1>(result);
  }
  buffer_.commit(got);
  co_return true;
}

Awaitable<bool> Session::write(std::string_view bytes) {
  while (!bytes.empty()) {
    set_deadline(server_->options.limits.write_timeout);
    const asio::const_buffer piece(bytes.data(), std::min(bytes.size(), write_piece));
    error_code error;
    if (tls_) {
      const auto result = co_await asio::async_write(tls_->stream, piece, token);
      error = std::get<0>(result);
    } else {
      const auto result = co_await asio::async_write(socket_, piece, token);
      error = std::get<0>(result);
    }
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
/// could take the answer with it. Below TLS: what comes is not looked at.
Awaitable<void> Session::linger() {
  error_code ignored;
  socket_.shutdown(asio::socket_base::shutdown_send, ignored);
  set_deadline(goodbye_timeout);
  std::size_t budget = linger_bytes;
  buffer_.clear();
  const auto space = buffer_.prepare(body_piece);
  while (budget > 0 && !must_end()) {
    const auto result = co_await socket_.async_read_some(space, token);
    const error_code& error = std::get<0>(result);
    if (error) break;
    budget -= std::min(budget, std::get<1>(result));
  }
}

/// Also when bytes that nobody has read stand before the end.
bool Session::peer_hung_up() {
  pollfd peer{.fd = socket_.native_handle(), .events = POLLRDHUP, .revents = 0};
  return ::poll(&peer, 1, 0) > 0;
}

/// While an answer follows something, nothing is read: a caller that hung up is noticed by this, at
/// the latest when the answer is asked for the next time.
void Session::watch_peer() {
  if (peer_hung_up()) peer_gone_ = true;
  if (std::exchange(watching_, true)) return;
  socket_.async_wait(asio::socket_base::wait_read, [weak = weak_from_this()](error_code error) {
    const auto self = weak.lock();
    if (!self || error) return;
    self->watching_ = false;
    if (!self->peer_hung_up()) return;
    self->peer_gone_ = true;
    self->wake();
  });
}

}  // namespace weft::http
