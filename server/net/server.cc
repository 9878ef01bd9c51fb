#include "server/net/server.h"

#include <netinet/tcp.h>

#include <boost/asio/post.hpp>
#include <utility>
#include <vector>

#include "server/net/server_impl.h"
#include "server/net/session.h"

namespace weft::http {

using asio::ip::tcp;
using boost::system::error_code;

std::size_t Limits::body_limit(std::string_view path) const {
  std::size_t best = body_bytes;
  std::size_t best_length = 0;
  for (const auto& [prefix, limit] : body_bytes_under) {
    if (prefix.size() >= best_length && path.starts_with(prefix)) {
      best = limit;
      best_length = prefix.size();
    }
  }
  return best;
}

namespace {

Error cannot_listen(const ListenAddress& address, const error_code& error) {
  const std::string where = http_url(address.host, address.port).substr(7);
  std::string message = "cannot listen on " + where + ": " + error.message();
  if (error == boost::asio::error::address_in_use) {
    message = "cannot listen on " + where +
              ": the port is in use by another program (is a server running already?); stop it or "
              "choose another with --listen";
  }
  return Error{ErrorCode::unavailable, std::move(message)};
}

Result<std::uint16_t> open_acceptor(Acceptor& acceptor, const ListenAddress& address) {
  const std::string numeric = address.host == "localhost" ? "127.0.0.1" : address.host;
  error_code error;
  const asio::ip::address ip = asio::ip::make_address(numeric, error);
  if (error) return tl::unexpected<Error>(cannot_listen(address, error));
  const tcp::endpoint endpoint(ip, address.port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return tl::unexpected<Error>(cannot_listen(address, error));
  const tcp::endpoint bound = acceptor.local_endpoint(error);
  if (error) return tl::unexpected<Error>(cannot_listen(address, error));
  return bound.port();
}

/// While an answer follows something there is no deadline: a peer that vanished without a word (a
/// laptop that sleeps) is found by the kernel, within about two minutes.
void find_dead_peers(Socket& socket) {
  using Idle = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>;
  using Interval = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>;
  using Probes = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPCNT>;
  // Of bytes that nobody acknowledges, in ms: while some are on their way no probe is sent.
  using Unheard = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;
  error_code ignored;
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  socket.set_option(Idle(60), ignored);
  socket.set_option(Interval(15), ignored);
  socket.set_option(Probes(4), ignored);
  socket.set_option(Unheard(120'000), ignored);
}

constexpr std::string_view too_many_connections =
    "HTTP/1.1 503 Service Unavailable\r\n"
    "content-type: application/problem+json\r\n"
    "content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n"
    "x-content-type-options: nosniff\r\n"
    "cache-control: no-store\r\n"
    "retry-after: 1\r\n"
    "connection: close\r\n"
    "\r\n"
    "{\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503,"
    "\"detail\":\"the server has too many open connections\",\"code\":\"unavailable\"}\n";

}  // namespace

Server::Impl::Impl(ServerOptions options_in, IoLoop& loop_in, WorkerPool& pool_in,
                   Handler handler_in)
    : options(std::move(options_in)),
      loop(loop_in),
      pool(pool_in),
      handler(std::move(handler_in)),
      hosts(options.listen.host),
      acceptor(loop_in.context().get_executor()),
      traffic(options.routes),
      sweep_timer(loop_in.context().get_executor()),
      wake_timer(loop_in.context().get_executor()) {
  for (const std::string& host : options.public_hosts) hosts.add(host);
}

void Server::Impl::accept_next() {
  acceptor.async_accept([self = shared_from_this()](const error_code& error, Socket socket) {
    if (self->stopping || error == asio::error::operation_aborted) return;
    if (!error) {
      self->admit_connection(std::move(socket));
      self->accept_next();
      return;
    }
    // Out of file descriptors or memory: let some go before the next try.
    self->grace_timer = self->loop.after(std::chrono::milliseconds(100), [self] {
      if (!self->stopping) self->accept_next();
    });
  });
}

void Server::Impl::admit_connection(Socket socket) {
  error_code ignored;
  socket.non_blocking(true, ignored);
  traffic.accepted.add();
  if (sessions.size() - closing >= options.limits.connections && !make_room()) {
    const asio::const_buffer answer(too_many_connections.data(), too_many_connections.size());
    traffic.turned_away.add();
    if (!tls) socket.write_some(answer, ignored);
    socket.close(ignored);
    return;
  }
  socket.set_option(tcp::no_delay(true), ignored);
  find_dead_peers(socket);
  const auto session = std::make_shared<Session>(shared_from_this(), std::move(socket));
  sessions.insert(session.get());
  traffic.connections.set(static_cast<std::int64_t>(sessions.size()));
  session->start();
  if (!sweeping) sweep();
}

/// Callers that ask for nothing, be they kept alive or slow on purpose, keep nobody out who does.
bool Server::Impl::make_room() {
  if (waiting.empty()) return false;
  waiting.front()->close();  // takes itself off the list
  return true;
}

void Server::Impl::remove(Session* session) {
  if (session->is_closed()) --closing;
  sessions.erase(session);
  traffic.connections.set(static_cast<std::int64_t>(sessions.size()));
  unfollow(session);
  if (stopping && sessions.empty()) finish_stop();
}

void Server::Impl::sweep() {
  sweeping = !sessions.empty();
  if (!sweeping) return;
  sweep_timer.expires_after(options.limits.sweep_every);
  sweep_timer.async_wait([self = shared_from_this()](const error_code& error) {
    if (error) return;
    const Clock::time_point now = Clock::now();
    const std::vector<Session*> all(self->sessions.begin(), self->sessions.end());
    for (Session* session : all) {
      if (self->sessions.contains(session) && session->deadline() <= now) session->close();
    }
    self->sweep();
  });
}

void Server::Impl::follow(Session* session) {
  followers.insert(session);
  traffic.following.set(static_cast<std::int64_t>(followers.size()));
}

void Server::Impl::unfollow(Session* session) {
  followers.erase(session);
  traffic.following.set(static_cast<std::int64_t>(followers.size()));
}

void Server::Impl::wake_on_loop() {
  wake_requested.store(false, std::memory_order_release);
  if (followers.empty() || wake_waiting) return;
  const Clock::time_point next = last_wake + options.limits.wake_every;
  if (Clock::now() >= next) {
    wake_followers();
    return;
  }
  wake_waiting = true;
  wake_timer.expires_at(next);
  wake_timer.async_wait([self = shared_from_this()](const error_code& error) {
    self->wake_waiting = false;
    if (!error) self->wake_followers();
  });
}

void Server::Impl::wake_followers() {
  last_wake = Clock::now();
  for (Session* session : followers) session->something_changed();
}

void Server::Impl::stop_on_loop(Duration grace) {
  if (std::exchange(stopping, true)) return;
  error_code ignored;
  acceptor.close(ignored);
  if (tls) tls->stop();
  const std::vector<Session*> all(sessions.begin(), sessions.end());
  for (Session* session : all) {
    if (sessions.contains(session)) session->wind_down();
  }
  if (sessions.empty()) {
    finish_stop();
    return;
  }
  grace_timer = loop.after(grace, [self = shared_from_this()] {
    const std::vector<Session*> late(self->sessions.begin(), self->sessions.end());
    for (Session* session : late) {
      if (self->sessions.contains(session)) session->close();
    }
  });
}

void Server::Impl::finish_stop() {
  const std::function<void()> call = std::exchange(stopped, nullptr);
  if (call) call();
}

Result<std::unique_ptr<Server>> Server::listen(ServerOptions options, IoLoop& loop,
                                               WorkerPool& pool, Handler handler) {
  if (!is_loopback(options.listen.host) && !options.behind_proxy && !options.tls) {
    return fail(
        ErrorCode::invalid_argument,
        "cannot listen on " + options.listen.host +
            ": without TLS only loopback addresses are allowed; give --tls-cert and --tls-key, "
            "listen on 127.0.0.1, or put a proxy that speaks TLS in front and say --behind-proxy");
  }
  auto impl = std::make_shared<Impl>(std::move(options), loop, pool, std::move(handler));
  if (impl->options.tls) {
    TRY_ASSIGN(impl->tls, TlsKeeper::open(*impl->options.tls, loop, pool));
  }
  TRY_ASSIGN(impl->port, open_acceptor(impl->acceptor, impl->options.listen));
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

std::string Server::url() const {
  return http_url(impl_->options.listen.host, impl_->port, impl_->tls ? "https" : "http") +
         impl_->options.base_path;
}
std::uint16_t Server::port() const {
  return impl_->port;
}
const telemetry::Traffic& Server::traffic() const {
  return impl_->traffic;
}

void Server::start() {
  impl_->loop.post([impl = impl_] {
    if (impl->tls) impl->tls->start();
    impl->accept_next();
  });
}

void Server::reload_certificate() {
  if (!impl_->tls) return;
  impl_->loop.post([impl = impl_] { impl->tls->refresh(); });
}

void Server::wake_streams() {
  if (impl_->wake_requested.exchange(true, std::memory_order_acq_rel)) return;
  impl_->loop.post([impl = impl_] { impl->wake_on_loop(); });
}

void Server::stop(Duration grace, std::function<void()> stopped) {
  impl_->loop.post([impl = impl_, grace, stopped = std::move(stopped)]() mutable {
    impl->stopped = std::move(stopped);
    impl->stop_on_loop(grace);
  });
}

}  // namespace weft::http
