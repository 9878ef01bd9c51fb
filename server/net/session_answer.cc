// The second half of a Session: from a complete request to the last byte of its answer.

#include <fmt/format.h>

#include <atomic>
#include <utility>

#include "server/net/awaitable.h"
#include "server/net/problem.h"
#include "server/net/response_head.h"
#include "server/net/session.h"

namespace weft::http {
namespace {

/// Below this, head and body leave in one write.
constexpr std::size_t small_body = 32 << 10;

/// What a Respond holds: answers at most once, and never not at all.
class Ticket {
 public:
  Ticket(std::weak_ptr<Session> session, std::uint64_t number, IoLoop& loop)
      : session_(std::move(session)), number_(number), loop_(loop) {}
  ~Ticket() {
    if (!used_) answer(problem(500, "internal", "the server dropped this request unanswered"));
  }

  void answer(Response response) {
    if (used_.exchange(true)) return;
    if (loop_.is_current_thread()) {
      deliver(session_, number_, std::move(response));
      return;
    }
    loop_.post([session = session_, number = number_, response = std::move(response)]() mutable {
      deliver(session, number, std::move(response));
    });
  }

 private:
  static void deliver(const std::weak_ptr<Session>& session, std::uint64_t number,
                      Response response) {
    if (const auto alive = session.lock()) alive->deliver(number, std::move(response));
  }

  const std::weak_ptr<Session> session_;
  const std::uint64_t number_;
  IoLoop& loop_;
  std::atomic<bool> used_{false};
};

Response not_any_more() {
  return problem(401, "unauthenticated", "the token is not valid here any more");
}

Response broken(const char* what) {
  return problem(500, "internal", std::string("an error inside the server: ") + what);
}

}  // namespace

Respond Session::make_respond() {
  auto ticket = std::make_shared<Ticket>(weak_from_this(), exchange_, server_->loop);
  return [ticket = std::move(ticket)](Response response) { ticket->answer(std::move(response)); };
}

void Session::deliver(std::uint64_t number, Response response) {
  if (number != exchange_ || response_ || closed_) return;
  route_ = response.route;  // also of a pending one, whose answer does not know it
  response_ = std::move(response);
  wake();
}

Awaitable<void> Session::answer() {
  ++exchange_;
  begun_ = Clock::now();
  if (response_) co_return;  // refused
  no_deadline();
  Respond respond = make_respond();
  try {
    server_->handler(std::move(request_), std::move(respond));
  } catch (const std::exception& error) {
    if (!response_) response_ = broken(error.what());
  }
  constexpr Clock::time_point forever = Clock::time_point::max();
  while (!response_ && !must_end()) co_await wait_woken(forever);
  if (response_ && response_->pending) co_await resolve_pending();
}

template <class Poll, class Take>
bool Session::submit_poll(Poll poll, Take take) {
  changed_ = false;
  polled_ = false;
  return server_->pool.submit([weak = weak_from_this(), loop = &server_->loop,
                               poll = std::move(poll), take = std::move(take)]() mutable {
    auto value = poll();
    loop->post([weak, value = std::move(value), take = std::move(take)]() mutable {
      const auto self = weak.lock();
      if (!self) return;
      take(*self, std::move(value));
      self->polled_ = true;
      self->wake();
    });
  });
}

/// Until the pending answer is there, the caller is gone or the server stops.
Awaitable<void> Session::resolve_pending() {
  constexpr Clock::time_point forever = Clock::time_point::max();
  const std::shared_ptr<Pending> pending = std::exchange(response_->pending, nullptr);
  const std::function<bool()> may_go_on = std::move(response_->may_go_on);
  response_.reset();
  server_->follow(this);
  while (!response_ && !must_end() && !server_->stopping) {
    watch_peer();
    const auto ask = [pending]() -> std::optional<Response> {
      try {
        return pending->poll();
      } catch (const std::exception& error) {
        return broken(error.what());
      }
    };
    const auto keep = [](Session& self, std::optional<Response> value) {
      self.response_ = std::move(value);
    };
    const bool asked = submit_poll(ask, keep);
    while (asked && !polled_ && !must_end()) co_await wait_woken(forever);
    if (may_go_on && !may_go_on()) response_ = not_any_more();
    if (response_ || must_end() || server_->stopping) break;
    if (asked && changed_) continue;
    const Clock::time_point next = Clock::now() + server_->options.limits.max_wait;
    co_await wait_woken(next);
  }
  server_->unfollow(this);
  if (!response_) response_ = problem(503, "unavailable", "the server is stopping");
}

void Session::count_answer(int status) {
  const auto took = std::chrono::duration_cast<Duration>(Clock::now() - begun_);
  const std::string_view method = is_head_ ? "GET" : std::string_view(method_);
  server_->traffic.answered(method, route_, status, took);
}

Awaitable<bool> Session::write_response() {
  if (server_->stopping) keep_alive_ = false;
  const std::shared_ptr<Stream> stream = response_->stream;
  const BodyForm form =
      !stream ? BodyForm::sized : (is_http_10_ ? BodyForm::until_close : BodyForm::chunked);
  if (form == BodyForm::until_close) keep_alive_ = false;
  out_.clear();
  const HeadStyle style{.form = form,
                        .keep_alive = keep_alive_,
                        .is_http_10 = is_http_10_,
                        .is_https = is_https_,
                        .base_path = server_->options.base_path};
  append_head(*response_, style, out_);
  const int status = response_->status;
  count_answer(status);
  const bool has_body = !is_head_ && status != 204 && status != 304;
  if (stream && has_body) {
    const bool streamed = co_await write_stream(stream);
    co_return streamed;
  }
  const bool is_small = response_->body.size() <= small_body;
  if (has_body && is_small) out_ += response_->body;
  const bool sent = co_await write(out_);
  if (!sent) co_return false;
  if (has_body && !is_small) {
    const bool sent_body = co_await write(response_->body);
    co_return sent_body;
  }
  co_return true;
}

/// Sends the head that stands in out_, then pieces as they come.
Awaitable<bool> Session::write_stream(std::shared_ptr<Stream> stream) {
  constexpr Clock::time_point forever = Clock::time_point::max();
  const bool is_chunked = !is_http_10_;
  const std::function<bool()> may_go_on = std::move(response_->may_go_on);
  const bool sent_head = co_await write(out_);
  if (!sent_head) co_return false;
  server_->follow(this);
  // Shared: a poll may come back after this frame is gone.
  const auto last = std::make_shared<std::optional<Stream::Piece>>(Stream::Piece());
  while (*last && !(*last)->done && !must_end() && !server_->stopping) {
    watch_peer();
    (*last)->bytes.clear();
    const auto ask = [stream]() -> std::optional<Stream::Piece> {
      try {
        return stream->poll();
      } catch (const std::exception&) {
        return std::nullopt;
      }
    };
    const auto keep = [last](Session&, std::optional<Stream::Piece> value) {
      *last = std::move(value);
    };
    no_deadline();
    const bool asked = submit_poll(ask, keep);
    while (asked && !polled_ && !must_end()) co_await wait_woken(forever);
    if (must_end() || !*last) break;
    if (may_go_on && !may_go_on()) break;
    const std::string& bytes = (*last)->bytes;
    if (!bytes.empty()) {
      out_.clear();
      if (is_chunked) out_ += fmt::format("{:x}\r\n", bytes.size());
      out_ += bytes;
      if (is_chunked) out_ += "\r\n";
      const bool sent = co_await write(out_);
      if (!sent) break;
      continue;
    }
    if ((*last)->done || (asked && changed_) || server_->stopping) continue;
    const Clock::time_point next = Clock::now() + server_->options.limits.max_wait;
    no_deadline();
    co_await wait_woken(next);
  }
  server_->unfollow(this);
  if (must_end() || !*last) co_return false;
  if (!is_chunked) co_return true;
  const bool ended = co_await write("0\r\n\r\n");
  co_return ended;
}

}  // namespace weft::http
