#include "worker/agent/http_client.h"

#include <sys/epoll.h>

#include <limits>

#include "worker/runner/clock.h"

namespace weft::worker {
namespace {

constexpr std::size_t max_response = 64 << 20;
constexpr std::size_t max_idle = 8;
constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

bool names_loopback(const std::string& url) {
  for (const char* host : {"://127.", "://localhost", "://[::1]"})
    if (url.find(host) != std::string::npos) return true;
  return false;
}

}  // namespace

HttpClient::HttpClient(std::string base_url, std::string ca_cert, const std::string& token,
                       int epoll_fd)
    : base_url_(std::move(base_url)),
      ca_cert_(std::move(ca_cert)),
      is_loopback_(names_loopback(base_url_)),
      epoll_fd_(epoll_fd),
      wakeup_(never) {
  set_token(token);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  while (!base_url_.empty() && base_url_.back() == '/') base_url_.pop_back();
  multi_ = curl_multi_init();
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &HttpClient::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &HttpClient::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
}

HttpClient::~HttpClient() {
  abort_all();
  discard_idle();
  curl_multi_cleanup(multi_);
}

void HttpClient::discard(Transfer& transfer) {
  curl_easy_cleanup(transfer.easy);
  curl_slist_free_all(transfer.headers);
}

void HttpClient::discard_idle() {
  for (auto& transfer : idle_) discard(*transfer);
  idle_.clear();
}

/// The idle ones have the old header.
void HttpClient::set_token(const std::string& token) {
  authorization_ = "Authorization: Bearer " + token;
  ++token_number_;
  discard_idle();
}

int HttpClient::on_socket(CURL*, curl_socket_t fd, int what, void* self, void* known) {
  auto& client = *static_cast<HttpClient*>(self);
  if (what == CURL_POLL_REMOVE) {
    epoll_ctl(client.epoll_fd_, EPOLL_CTL_DEL, fd, nullptr);
    return 0;
  }
  epoll_event event{.events = 0, .data = {.u64 = event_tag | static_cast<std::uint32_t>(fd)}};
  if (what & CURL_POLL_IN) event.events |= EPOLLIN;
  if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
  epoll_ctl(client.epoll_fd_, known != nullptr ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
  if (known == nullptr) curl_multi_assign(client.multi_, fd, &client);
  return 0;
}

int HttpClient::on_timer(CURLM*, long timeout_ms, void* self) {
  static_cast<HttpClient*>(self)->wakeup_ =
      timeout_ms < 0 ? never : boottime_us() + timeout_ms * 1'000;
  return 0;
}

std::size_t HttpClient::on_body(char* data, std::size_t, std::size_t size, void* transfer) {
  std::string& response = static_cast<Transfer*>(transfer)->response;
  if (response.size() + size > max_response) return 0;
  response.append(data, size);
  return size;
}

/// One that made the same kind of call before has nearly everything set.
std::unique_ptr<HttpClient::Transfer> HttpClient::idle_transfer(const HttpRequest& request) {
  for (auto& candidate : idle_) {
    if (candidate->request.method != request.method ||
        candidate->request.content_type != request.content_type)
      continue;
    auto transfer = std::move(candidate);
    candidate = std::move(idle_.back());
    idle_.pop_back();
    return transfer;
  }
  auto transfer = std::make_unique<Transfer>();
  transfer->easy = curl_easy_init();
  transfer->request.method = request.method;
  transfer->request.content_type = request.content_type;
  prepare(*transfer);
  return transfer;
}

void HttpClient::prepare(Transfer& transfer) {
  CURL* easy = transfer.easy;
  transfer.token_number = token_number_;
  const std::string type = std::string("Content-Type: ") + transfer.request.content_type;
  for (const char* header : {authorization_.c_str(), type.c_str(), "Expect:", "Accept:"})
    transfer.headers = curl_slist_append(transfer.headers, header);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers);
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, transfer.request.method);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 5'000L);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &HttpClient::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  if (is_loopback_) curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!ca_cert_.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, ca_cert_.c_str());
}

void HttpClient::start(HttpRequest request) {
  auto transfer = idle_transfer(request);
  transfer->request = std::move(request);
  transfer->response.clear();
  std::string url = base_url_ + transfer->request.path;
  CURL* easy = transfer->easy;
  if (url != transfer->url) {
    transfer->url = std::move(url);
    curl_easy_setopt(easy, CURLOPT_URL, transfer->url.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                   static_cast<curl_off_t>(transfer->request.body.size()));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer->request.body.data());
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(transfer->request.timeout_ms));
  active_.emplace(easy, std::move(transfer));
  curl_multi_add_handle(multi_, easy);
  // Starts it now: libcurl would ask for a timeout of 0 first.
  act(CURL_SOCKET_TIMEOUT, 0);
}

void HttpClient::act(curl_socket_t fd, int mask) {
  int running = 0;
  curl_multi_socket_action(multi_, fd, mask, &running);
  collect();
}

void HttpClient::on_event(std::uint64_t data, std::uint32_t events) {
  int mask = 0;
  if (events & (EPOLLIN | EPOLLHUP)) mask |= CURL_CSELECT_IN;
  if (events & EPOLLOUT) mask |= CURL_CSELECT_OUT;
  if (events & EPOLLERR) mask |= CURL_CSELECT_ERR;
  act(static_cast<curl_socket_t>(data & 0xFFFFFFFF), mask);
}

void HttpClient::on_timeout(std::int64_t now) {
  if (now < wakeup_) return;
  wakeup_ = never;
  act(CURL_SOCKET_TIMEOUT, 0);
}

void HttpClient::collect() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* easy = message->easy_handle;
    const CURLcode code = message->data.result;
    curl_multi_remove_handle(multi_, easy);
    const auto found = active_.find(easy);
    if (found == active_.end()) continue;
    auto transfer = std::move(found->second);
    active_.erase(found);
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    HttpAnswer& answer = answers_.emplace_back();
    answer.id = transfer->request.id;
    answer.status = code == CURLE_OK ? static_cast<int>(status) : 0;
    answer.body = code == CURLE_OK ? std::move(transfer->response) : curl_easy_strerror(code);
    transfer->response = {};
    if (idle_.size() < max_idle && transfer->token_number == token_number_)
      idle_.push_back(std::move(transfer));
    else
      discard(*transfer);
  }
}

void HttpClient::abort_all() {
  for (auto& [easy, transfer] : active_) {
    curl_multi_remove_handle(multi_, easy);
    discard(*transfer);
  }
  active_.clear();
  answers_.clear();
}

}  // namespace weft::worker
