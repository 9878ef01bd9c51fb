#include "server/outgoing/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <memory>

#include "base/check.h"
#include "server/outgoing/url.h"

namespace weft::outgoing {
namespace {

constexpr std::size_t max_idle_handles = 4;
constexpr long connect_timeout_ms = 3'000;

struct Body {
  std::string text;
  bool is_too_large = false;
};

std::size_t on_body(char* data, std::size_t, std::size_t size, void* to) {
  Body& body = *static_cast<Body*>(to);
  body.is_too_large = body.text.size() + size > HttpClient::max_answer_bytes;
  if (body.is_too_large) return 0;
  body.text.append(data, size);
  return size;
}

using Headers = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

void add(Headers& headers, const std::string& line) {
  curl_slist* longer = curl_slist_append(headers.get(), line.c_str());
  WEFT_CHECK(longer != nullptr);
  (void)headers.release();
  headers.reset(longer);
}

Headers headers_of(const Call& call) {
  Headers headers(nullptr, &curl_slist_free_all);
  add(headers, "Accept: application/json");
  add(headers, "Expect:");
  for (const std::string& line : call.headers) add(headers, line);
  if (!call.body.empty()) add(headers, "Content-Type: " + call.content_type);
  return headers;
}

}  // namespace

HttpClient::HttpClient(Options options) : options_(std::move(options)) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
}

HttpClient::~HttpClient() {
  for (void* handle : idle_) curl_easy_cleanup(handle);
}

void* HttpClient::take_handle() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      void* handle = idle_.back();
      idle_.pop_back();
      return handle;
    }
  }
  void* handle = curl_easy_init();
  WEFT_CHECK(handle != nullptr);
  return handle;
}

void HttpClient::give_back(void* handle) {
  // Forgets what was sent, keeps the connection.
  curl_easy_reset(handle);
  {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < max_idle_handles) return idle_.push_back(handle);
  }
  curl_easy_cleanup(handle);
}

Result<Answer> HttpClient::call(const Call& call) {
  const Headers headers = headers_of(call);
  Body answer;
  std::array<char, CURL_ERROR_SIZE> why{};
  void* easy = take_handle();
  curl_easy_setopt(easy, CURLOPT_URL, call.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
  if (!call.body.empty()) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call.body.data());
  }
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options_.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect_timeout_ms);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, why.data());
  if (is_loopback_url(call.url)) curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  const CURLcode code = curl_easy_perform(easy);
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  give_back(easy);
  if (answer.is_too_large)
    return fail(ErrorCode::too_large, fmt::format("what {} answers has more than {} KiB",
                                                  options_.peer, max_answer_bytes >> 10));
  if (code != CURLE_OK)
    return fail(ErrorCode::unavailable,
                fmt::format("{} does not answer: {}", options_.peer,
                            why.front() != '\0' ? why.data() : curl_easy_strerror(code)));
  return Answer{static_cast<int>(status), std::move(answer.text)};
}

}  // namespace weft::outgoing
