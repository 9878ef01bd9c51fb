#include "tests/unit/worker/fake_server.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>

namespace weft::worker {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

struct FakeServer::Impl {
  explicit Impl(FakeServer& server)
      : server(server), acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    accepting = std::thread([this] { accept(); });
  }

  ~Impl() {
    stopping = true;
    {
      const std::lock_guard lock(server.mutex_);
      server.changed_.notify_all();
      for (auto& connection : connections) shutdown(connection->socket.native_handle(), SHUT_RDWR);
    }
    shutdown(acceptor.native_handle(), SHUT_RDWR);
    accepting.join();
    for (auto& connection : connections) connection->thread.join();
  }

  struct Connection {
    explicit Connection(tcp::socket socket) : socket(std::move(socket)) {}
    tcp::socket socket;
    std::thread thread;
  };

  void accept() {
    while (!stopping) {
      beast::error_code failed;
      tcp::socket socket(context);
      acceptor.accept(socket, failed);
      if (failed || stopping) return;
      const std::lock_guard lock(server.mutex_);
      auto& connection = connections.emplace_back(std::make_unique<Connection>(std::move(socket)));
      connection->thread = std::thread([this, at = connection.get()] { serve(at->socket); });
    }
  }

  void serve(tcp::socket& socket) {
    beast::error_code failed;
    beast::flat_buffer buffer;
    while (!stopping) {
      http::request_parser<http::string_body> parser;
      parser.body_limit(64 << 20);
      http::read(socket, buffer, parser, failed);
      if (failed) break;
      const auto& request = parser.get();
      const auto answer =
          server.handle(std::string(request.method_string()), std::string(request.target()),
                        std::string(request[http::field::authorization]), request.body());
      if (answer.status == 0) break;
      http::response<http::string_body> response(static_cast<http::status>(answer.status), 11);
      response.body() = answer.body;
      response.prepare_payload();
      http::write(socket, response, failed);
      if (failed) break;
    }
    socket.shutdown(tcp::socket::shutdown_both, failed);
  }

  FakeServer& server;
  asio::io_context context;
  tcp::acceptor acceptor;
  std::atomic<bool> stopping = false;
  std::thread accepting;
  std::list<std::unique_ptr<Connection>> connections;
};

FakeServer::FakeServer() : impl_(std::make_unique<Impl>(*this)) {}
FakeServer::~FakeServer() = default;

std::string FakeServer::url() const {
  return "http://127.0.0.1:" + std::to_string(impl_->acceptor.local_endpoint().port());
}

void FakeServer::lease(wire::Lease lease) {
  const std::lock_guard lock(mutex_);
  lease.after = last_lease_;
  last_lease_ = lease.attempt;
  leases_[lease.attempt] = std::move(lease);
  changed_.notify_all();
}

void FakeServer::cancel(std::int64_t attempt) {
  const std::lock_guard lock(mutex_);
  cancels_.push_back(attempt);
  changed_.notify_all();
}

void FakeServer::set_down(bool down) {
  const std::lock_guard lock(mutex_);
  down_ = down;
  changed_.notify_all();
}

void FakeServer::set_status(int status) {
  const std::lock_guard lock(mutex_);
  status_ = status;
  changed_.notify_all();
}

void FakeServer::set_log_status(int status) {
  const std::lock_guard lock(mutex_);
  log_status_ = status;
}

void FakeServer::hold_results(bool hold) {
  const std::lock_guard lock(mutex_);
  holding_ = hold;
  changed_.notify_all();
}

void FakeServer::forget_sessions() {
  const std::lock_guard lock(mutex_);
  session_.clear();
  changed_.notify_all();
}

void FakeServer::set_lease_ms(std::int64_t lease_ms) {
  const std::lock_guard lock(mutex_);
  lease_ms_ = lease_ms;
}

void FakeServer::set_database(const std::string& id) {
  const std::lock_guard lock(mutex_);
  database_ = id;
}

void FakeServer::set_key(const std::string& key) {
  const std::lock_guard lock(mutex_);
  key_ = key;
  has_keys_ = true;
  changed_.notify_all();
}

void FakeServer::spend_token() {
  const std::lock_guard lock(mutex_);
  is_spent_ = true;
}

bool FakeServer::takes(const std::string& shown, bool is_register) const {
  if (has_keys_ && !key_.empty() && shown == key_) return true;
  return shown == token && !is_spent_ && (is_register || !has_keys_);
}

FakeServer::Record FakeServer::record() {
  const std::lock_guard lock(mutex_);
  return record_;
}

bool FakeServer::wait(const std::function<bool(Record&)>& done) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return done(record_); });
}

FakeServer::Answer FakeServer::handle(const std::string& method, const std::string& target,
                                      const std::string& authorization, const std::string& body) {
  std::unique_lock lock(mutex_);
  ++record_.calls;
  changed_.notify_all();
  if (down_) return {0, ""};
  if (status_ != 0) return {status_, R"({"detail":"as the test wishes"})"};
  const bool is_register = target == "/api/worker/v1/register";
  const std::string shown = authorization.substr(std::min<std::size_t>(7, authorization.size()));
  if (!takes(shown, is_register))
    return {401, R"({"status":401,"code":"unauthenticated","detail":"wrong token"})"};
  if (method == "PUT") return on_log(target, body);
  if (is_register) return on_register(body, shown);
  if (target == "/api/worker/v1/sync") return on_sync(body, lock);
  if (target == "/api/worker/v1/results") return on_results(body, lock);
  return {404, ""};
}

FakeServer::Answer FakeServer::on_register(const std::string& body, const std::string& shown) {
  auto request = wire::register_request_from(body);
  if (!request) return {422, request.error().message};
  session_ = request->session;
  record_.registrations.push_back(*request);
  record_.registered_with.push_back(shown);
  wire::RegisterResponse response{.worker_id = 1, .database_id = database_, .lease_ms = lease_ms_};
  if (shown == token) response.key = key_;
  return {200, wire::to_json_text(response)};
}

std::vector<wire::Lease> FakeServer::unacked(std::int64_t acked) const {
  std::vector<wire::Lease> leases;
  for (auto at = leases_.upper_bound(acked); at != leases_.end(); ++at)
    leases.push_back(at->second);
  return leases;
}

FakeServer::Answer FakeServer::on_sync(const std::string& body,
                                       std::unique_lock<std::mutex>& lock) {
  auto request = wire::sync_request_from(body);
  if (!request) return {422, request.error().message};
  if (request->session != session_)
    return {404, R"({"status":404,"code":"not_found","detail":"unknown session"})"};
  record_.syncs.push_back(*request);
  for (std::size_t i = 0; i < request->started.size(); ++i)
    record_.started[request->started[i]] = request->started_at[i];
  changed_.notify_all();
  changed_.wait_for(lock, std::chrono::milliseconds(request->wait_ms), [&] {
    return !unacked(request->acked).empty() || !cancels_.empty() || impl_->stopping || down_ ||
           status_ != 0 || session_ != request->session;
  });
  if (down_ || impl_->stopping) return {0, ""};
  wire::SyncResponse response;
  if (!request->draining) response.leases = unacked(request->acked);
  response.cancels = cancels_;
  cancels_.clear();
  response.lease_ms = lease_ms_;
  return {200, wire::to_json_text(response)};
}

FakeServer::Answer FakeServer::on_results(const std::string& body,
                                          std::unique_lock<std::mutex>& lock) {
  auto request = wire::results_request_from(body);
  if (!request) return {422, request.error().message};
  if (holding_) {
    for (const auto& result : request->results) record_.held_results.insert(result.attempt);
    changed_.notify_all();
    changed_.wait(lock, [&] { return !holding_ || impl_->stopping; });
    return {0, ""};
  }
  ++record_.results_calls;
  for (std::size_t i = 0; i < request->started.size(); ++i)
    record_.started[request->started[i]] = request->started_at[i];
  wire::ResultsResponse response;
  for (const auto& result : request->results) {
    record_.result_sessions[result.attempt] = request->session;
    record_.results[result.attempt] = result;
    leases_.erase(result.attempt);
    response.verdicts.push_back(wire::Verdict::accepted);
  }
  if (request->session == session_ && !request->draining) response.leases = unacked(request->acked);
  response.lease_ms = lease_ms_;
  changed_.notify_all();
  return {200, wire::to_json_text(response)};
}

FakeServer::Answer FakeServer::on_log(const std::string& target, const std::string& body) {
  ++record_.log_calls;
  if (log_status_ != 0) return {log_status_, "<html>a page of the proxy's</html>"};
  constexpr std::string_view prefix = "/api/worker/v1/attempts/";
  const std::int64_t attempt = std::stoll(target.substr(prefix.size()));
  const auto offset = std::stoull(target.substr(target.find("offset=") + 7));
  std::string& log = record_.logs[attempt];
  if (offset <= log.size() && offset + body.size() > log.size())
    log += body.substr(log.size() - offset);
  changed_.notify_all();
  return {200, wire::to_json_text(
                   wire::LogResponse{.next_offset = static_cast<std::int64_t>(log.size())})};
}

}  // namespace weft::worker
