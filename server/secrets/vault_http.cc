#include "server/secrets/vault_http.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <memory>

#include "base/check.h"
#include "server/secrets/vault_settings.h"

namespace weft::secrets {
namespace {

constexpr std::size_t max_idle_handles = 4;
constexpr long connect_timeout_ms = 3'000;

struct Body {
  std::string text;
  bool is_too_large = false;
};

std::size_t on_vault_body(char* data, std::size_t, std::size_t size, void* to) {
  Body& body = *static_cast<Body*>(to);
  body.is_too_large = body.text.size() + size > VaultHttp::max_answer_bytes;
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

}  // namespace

VaultHttp::VaultHttp(Options options)
    : options_(std::move(options)), is_local_(is_loopback_url(options_.addr)) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
}

VaultHttp::~VaultHttp() {
  for (void* handle : idle_) curl_easy_cleanup(handle);
}

void* VaultHttp::take_handle() {
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

void VaultHttp::give_back(void* handle) {
  // Forgets the token, keeps the connection.
  curl_easy_reset(handle);
  {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < max_idle_handles) return idle_.push_back(handle);
  }
  curl_easy_cleanup(handle);
}

Result<VaultAnswer> VaultHttp::call(const std::string& path, const std::string& token,
                                    const std::string& body) {
  Headers headers(nullptr, &curl_slist_free_all);
  add(headers, "X-Vault-Request: true");
  add(headers, "Accept: application/json");
  add(headers, "Expect:");
  if (!token.empty()) add(headers, "X-Vault-Token: " + token);
  if (!options_.name_space.empty()) add(headers, "X-Vault-Namespace: " + options_.name_space);
  if (!body.empty()) add(headers, "Content-Type: application/json");

  Body answer;
  std::array<char, CURL_ERROR_SIZE> why{};
  const std::string url = options_.addr + path;
  void* easy = take_handle();
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
  if (!body.empty()) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
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
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_vault_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, why.data());
  if (is_local_) curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  const CURLcode code = curl_easy_perform(easy);
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  give_back(easy);
  if (answer.is_too_large)
    return fail(ErrorCode::too_large, fmt::format("what Vault at {} answers has more than {} KiB",
                                                  options_.addr, max_answer_bytes >> 10));
  if (code != CURLE_OK)
    return fail(ErrorCode::unavailable,
                fmt::format("Vault at {} does not answer: {}", options_.addr,
                            why.front() != '\0' ? why.data() : curl_easy_strerror(code)));
  return VaultAnswer{static_cast<int>(status), std::move(answer.text)};
}

std::string VaultHttp::escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool is_unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                               (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
                               c == '~';
    if (is_unreserved)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace weft::secrets
