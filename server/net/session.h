#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "server/net/head_scan.h"
#include "server/net/server_impl.h"

namespace weft::http {

template <class T>
using Awaitable = asio::awaitable<T, Executor>;

struct TlsStream;

/// One connection: requests one after another, each answered before the next is read, so that
/// pipelining is safe and bounded. Loop thread only. Lives in its coroutine's frame until that
/// ends.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(std::shared_ptr<Server::Impl> server, Socket socket);
  ~Session();

  void start();
  /// Ends it now, whatever it does.
  void close();
  /// Ends it at the next chance: now when idle, after the answer otherwise.
  void wind_down();
  /// For followers: poll again.
  void something_changed();
  bool is_closed() const { return closed_; }
  Clock::time_point deadline() const { return deadline_; }

  /// The answer to exchange `number` has come. A late one is dropped.
  void deliver(std::uint64_t number, Response response);

 private:
  static constexpr std::size_t head_piece = 4 << 10;
  static constexpr std::size_t body_piece = 64 << 10;

  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  /// What a chunk's header says beside its size; counted over all of a body's chunks.
  using ChunkWatch =
      std::function<void(std::uint64_t, boost::beast::string_view, boost::system::error_code&)>;

  Awaitable<void> run(std::shared_ptr<Session> self);
  Awaitable<void> converse();
  Awaitable<bool> shake_hands();
  Awaitable<void> say_goodbye();
  Awaitable<bool> read_request();
  Awaitable<bool> read_head();
  Awaitable<bool> read_body();
  Awaitable<bool> fill(std::size_t bytes);
  Awaitable<bool> write(std::string_view bytes);
  Awaitable<void> wait_woken(Clock::time_point until);
  Awaitable<void> answer();
  Awaitable<void> resolve_pending();
  Awaitable<bool> write_response();
  Awaitable<bool> write_stream(std::shared_ptr<Stream> stream);
  Awaitable<void> linger();

  void check_head();
  void count_answer(int status);
  std::optional<Response> refusal_of_head(const HeadScan::Verdict& verdict) const;
  std::optional<Response> check_hosts(const std::vector<std::string>& hosts) const;
  void watch_chunks();
  void refuse(Response response);
  Respond make_respond();
  /// Runs `poll` on the pool and lets `take` have its value on the loop; false: the pool is full.
  template <class Poll, class Take>
  bool submit_poll(Poll poll, Take take);
  void watch_peer();
  bool peer_hung_up();
  void begin_waiting();
  void end_waiting();
  void wake();
  void set_deadline(Duration from_now) { deadline_ = Clock::now() + from_now; }
  void no_deadline() { deadline_ = Clock::time_point::max(); }
  bool must_end() const { return closed_ || peer_gone_; }

  std::shared_ptr<Server::Impl> server_;
  Socket socket_;
  std::unique_ptr<TlsStream> tls_;  ///< nullptr: the bytes go over the socket as they are
  SteadyTimer wake_timer_;
  std::list<Session*> place_;           ///< its node of the server's list `waiting`, when not there
  std::list<Session*>::iterator node_;  ///< in either list
  bool is_waiting_ = false;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  ChunkWatch chunk_watch_;
  Request request_;
  std::optional<Response> response_;
  std::string out_;  ///< reused for each head
  std::string remote_;
  std::string method_;          ///< of the request that is being answered
  std::string_view route_;      ///< what its answer is counted under
  Clock::time_point begun_;     ///< when it was there as a whole
  std::uint64_t exchange_ = 0;  ///< which request is being answered
  Clock::time_point deadline_ = Clock::time_point::max();
  bool idle_ = true;  ///< between requests, nothing read yet
  bool keep_alive_ = true;
  bool is_head_ = false;
  bool is_https_ = false;
  bool is_http_10_ = false;
  bool unread_body_ = false;  ///< refused before its body was read
  bool closed_ = false;
  bool peer_gone_ = false;
  bool watching_ = false;
  bool changed_ = false;  ///< since the last poll began
  bool polled_ = false;   ///< a poll's value has come
};

}  // namespace weft::http
