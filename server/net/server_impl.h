#pragma once

// Inside of net/: what server.cc and session.cc share. Includes Asio.

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <list>
#include <memory>
#include <unordered_set>

#include "server/net/server.h"
#include "server/net/tls_keeper.h"

namespace weft::http {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using SteadyTimer =
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, Executor>;
using Clock = std::chrono::steady_clock;

class Session;

/// Loop thread only, but for wake_requested.
struct Server::Impl : std::enable_shared_from_this<Server::Impl> {
  Impl(ServerOptions options_in, IoLoop& loop_in, WorkerPool& pool_in, Handler handler_in);

  ServerOptions options;
  IoLoop& loop;
  WorkerPool& pool;
  Handler handler;
  HostAllowList hosts;
  Acceptor acceptor;
  std::uint16_t port = 0;
  std::shared_ptr<TlsKeeper> tls;  ///< nullptr: none is spoken

  telemetry::Traffic traffic;

  std::unordered_set<Session*> sessions;  ///< each keeps itself alive until remove()
  std::list<Session*>
      waiting;              ///< for a request's head, the longest first; nodes are the sessions'
  std::size_t closing = 0;  ///< of `sessions`, those that are closed but not yet gone
  std::unordered_set<Session*> followers;  ///< those that wait for something to change
  SteadyTimer sweep_timer;
  bool sweeping = false;
  SteadyTimer wake_timer;
  bool wake_waiting = false;
  Clock::time_point last_wake{};
  std::atomic<bool> wake_requested{false};  ///< set by any thread, cleared on the loop
  bool stopping = false;
  std::function<void()> stopped;
  std::unique_ptr<Loop::Timer> grace_timer;

  void accept_next();
  void admit_connection(Socket socket);
  bool make_room();
  void remove(Session* session);
  void sweep();
  void follow(Session* session);
  void unfollow(Session* session);
  void wake_on_loop();
  void wake_followers();
  void stop_on_loop(Duration grace);
  void finish_stop();
};

}  // namespace weft::http
