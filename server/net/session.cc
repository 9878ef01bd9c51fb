#include "server/net/session.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "server/net/awaitable.h"
#include "server/net/problem.h"
#include "server/net/request_head.h"
#include "server/net/tls_stream.h"

// g++ 12 miscompiles much of what may stand beside a co_await in one full expression: everything
// is named on the line before (see docs/development).

namespace weft::http {

using boost::system::error_code;
namespace beast_http = boost::beast::http;

namespace {

/// Of all chunks of a body together: nothing here reads them.
constexpr std::size_t max_chunk_extensions = 4 << 10;

Response head_too_large() {
  return problem(431, "too_large", "the request's headers are larger than the server allows");
}

Response refusal_of(const error_code& error) {
  if (error == beast_http::error::header_limit) {
    return head_too_large();
  }
  if (error == beast_http::error::body_limit) {
    return problem(413, "too_large", "the request's body is larger than the server allows here");
  }
  return problem(400, "invalid_argument", "not a valid HTTP/1.1 request: " + error.message());
}

}  // namespace

void Session::start() {
  set_deadline(server_->options.limits.header_timeout);
  asio::co_spawn(server_->loop.context().get_executor(), run(shared_from_this()), asio::detached);
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
    bool is_ready = true;
    if (tls_) is_ready = co_await shake_hands();
    if (is_ready) co_await converse();
    if (unread_body_ && !must_end()) {
      co_await linger();
    } else if (tls_ && tls_->is_ready && !must_end()) {
      co_await say_goodbye();
    }
  } catch (const std::exception&) {
    // Out of memory at the worst: this connection ends, the others go on.
  }
  end_waiting();
  error_code ignored;
  socket_.close(ignored);
  server_->remove(this);
}

Awaitable<void> Session::converse() {
  while (!must_end()) {
    const bool complete = co_await read_request();
    if (!complete) break;
    co_await answer();
    if (must_end()) break;
    const bool sent = co_await write_response();
    if (!sent || !keep_alive_) break;
  }
}

Awaitable<bool> Session::read_request() {
  response_.reset();
  is_head_ = false;
  is_http_10_ = false;
  is_https_ = tls_ != nullptr;
  route_ = {};
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
  HeadScan scan(limits.header_lines);
  idle_ = buffer_.size() == 0;
  // A fresh connection must speak up sooner than one that has proved itself.
  set_deadline(idle_ && exchange_ > 0 ? limits.idle_timeout : limits.header_timeout);
  begin_waiting();
  for (;;) {
    if (buffer_.size() > 0) {
      const auto bytes = buffer_.cdata();
      const std::string_view head(static_cast<const char*>(bytes.data()), bytes.size());
      const HeadScan::Verdict verdict = scan.look(head);
      std::optional<Response> refusal = refusal_of_head(verdict);
      error_code error;
      if (!refusal && verdict == HeadScan::Verdict::complete) {
        buffer_.consume(parser_->put(buffer_.data(), error));
        if (error && error != beast_http::error::need_more) refusal = refusal_of(error);
      }
      if (refusal) refuse(std::move(*refusal));
      if (response_ || parser_->is_header_done()) {
        end_waiting();
        co_return true;
      }
    }
    const bool more = co_await fill(head_piece);
    if (!more) co_return false;
    if (std::exchange(idle_, false)) {
      set_deadline(limits.header_timeout);
      begin_waiting();
    }
  }
}

std::optional<Response> Session::refusal_of_head(const HeadScan::Verdict& verdict) const {
  switch (verdict) {
    case HeadScan::Verdict::complete: return std::nullopt;
    case HeadScan::Verdict::more:
      if (buffer_.size() < server_->options.limits.header_bytes) return std::nullopt;
      return head_too_large();
    case HeadScan::Verdict::bare_line_end:
      return problem(400, "invalid_argument", "the lines of a request's head end with CR LF");
    case HeadScan::Verdict::folded_line:
      return problem(400, "invalid_argument", "a header may not go on in a second line");
    case HeadScan::Verdict::too_many_lines:
      return problem(431, "too_large", "the request has more headers than the server allows");
  }
  return std::nullopt;
}

void Session::refuse(Response response) {
  response_ = std::move(response);
  keep_alive_ = false;
  unread_body_ = true;
}

/// Everything that can be said before the body is read.
void Session::check_head() {
  const auto& head = parser_->get();
  const ServerOptions& options = server_->options;
  is_http_10_ = head.version() < 11;
  keep_alive_ = head.keep_alive() && !server_->stopping && exchange_ + 1 < options.limits.requests;
  HeadFacts facts;
  std::optional<Response> refusal = http::read_head(head, parser_->chunked(), request_, facts);
  // Then nobody knows where the message ends.
  const bool is_broken = refusal.has_value();
  request_.remote = remote_;
  request_.is_https = tls_ != nullptr;
  if (options.behind_proxy) trust_proxy(request_, facts);
  is_head_ = request_.method == "HEAD";
  method_ = request_.method;
  is_https_ = request_.is_https;
  if (!refusal) refusal = check_hosts(facts.hosts);
  if (!refusal) refusal = read_target(options.base_path, request_);
  if (!refusal && options.admit) refusal = options.admit(request_);
  if (refusal) {
    // A refused request without a body leaves the connection usable.
    const bool has_body = !parser_->is_done();
    response_ = std::move(refusal);
    if (is_broken || has_body || response_->status == 400) refuse(std::move(*response_));
    return;
  }
  const std::size_t limit = options.limits.body_limit(request_.path);
  const boost::optional<std::uint64_t> length = parser_->content_length();
  if (length && *length > limit) {
    refuse(problem(
        413, "too_large",
        "the request's body is larger than the " + std::to_string(limit) + " bytes allowed here"));
    return;
  }
  parser_->body_limit(limit);
}

std::optional<Response> Session::check_hosts(const std::vector<std::string>& hosts) const {
  for (const std::string& host : hosts) {
    if (server_->hosts.allows(host)) continue;
    return problem(421, "invalid_argument",
                   "this server does not answer for the host \"" + host +
                       "\"; name it with --public-url if it should");
  }
  return std::nullopt;
}

/// Extensions count for no limit of the body's, and nothing here reads them.
void Session::watch_chunks() {
  chunk_watch_ = [used = std::size_t{0}](std::uint64_t, boost::beast::string_view extensions,
                                         error_code& error) mutable {
    used += extensions.size();
    if (used > max_chunk_extensions) error = beast_http::error::bad_chunk_extension;
  };
  parser_->on_chunk_header(chunk_watch_);
}

Awaitable<bool> Session::read_body() {
  const Limits& limits = server_->options.limits;
  if (!parser_->is_done() && !request_.header("expect").empty()) {
    const bool sent = co_await write("HTTP/1.1 100 Continue\r\n\r\n");
    if (!sent) co_return false;
  }
  if (parser_->chunked()) watch_chunks();
  parser_->eager(true);
  const Clock::time_point begun = Clock::now();
  std::uint64_t received = 0;
  while (!parser_->is_done()) {
    if (buffer_.size() > 0) {
      error_code error;
      buffer_.consume(parser_->put(buffer_.data(), error));
      if (error && error != beast_http::error::need_more) {
        refuse(refusal_of(error));
        co_return true;
      }
      if (!error) continue;
      // What stays is a chunk's header without end, or a trailer.
      if (buffer_.size() > limits.header_bytes) {
        refuse(head_too_large());
        co_return true;
      }
    }
    set_deadline(limits.body_timeout);
    const std::chrono::seconds earned(received / limits.body_bytes_per_second);
    deadline_ = std::min(deadline_, begun + limits.body_timeout + earned);
    const std::size_t before = buffer_.size();
    const bool more = co_await fill(body_piece);
    if (!more) co_return false;
    received += buffer_.size() - before;
  }
  request_.body = std::move(parser_->get().body());
  if (buffer_.size() == 0 && buffer_.capacity() > 2 * head_piece) buffer_.shrink_to_fit();
  co_return true;
}

}  // namespace weft::http
