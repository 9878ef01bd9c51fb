#include "cli/client.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <strings.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <thread>

#include "cli/exit_code.h"
#include "cli/text.h"

namespace weft::cli {
namespace {

constexpr std::size_t max_response = 64 << 20;

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, FreeHandle>;
using Headers = std::unique_ptr<curl_slist, FreeList>;

bool is_loopback(const std::string& url) {
  for (const char* host : {"://127.", "://localhost", "://[::1]"})
    if (url.find(host) != std::string::npos) return true;
  return false;
}

/// The token of a server that was started in this folder. Never sent to another machine.
std::string token_beside(const std::string& url) {
  if (!is_loopback(url)) return {};
  for (const char* path : {".weft/data/admin-token", "weft-data/admin-token"}) {
    std::ifstream file(path);
    std::string token;
    if (std::getline(file, token) && !token.empty()) return token;
  }
  return {};
}

/// What comes of a call: kept, or handed on when it is no error.
struct Incoming {
  CURL* handle = nullptr;
  const std::function<void(std::string_view)>* sink = nullptr;
  std::string kept;

  static std::size_t take(char* data, std::size_t, std::size_t size, void* self) {
    auto& in = *static_cast<Incoming*>(self);
    long status = 0;
    curl_easy_getinfo(in.handle, CURLINFO_RESPONSE_CODE, &status);
    if (in.sink != nullptr && *in.sink && status < 400) {
      (*in.sink)({data, size});
      return size;
    }
    if (in.kept.size() + size > max_response) return 0;
    in.kept.append(data, size);
    return size;
  }
};

std::size_t take_header(char* data, std::size_t, std::size_t size, void* sink) {
  (*static_cast<const std::function<void(std::string_view)>*>(sink))({data, size});
  return size;
}

/// Does one of `lines` have the name that `line` has?
bool names_header(const std::vector<std::string>& lines, const std::string& line) {
  const std::size_t size = line.find(':') + 1;
  for (const std::string& one : lines)
    if (::strncasecmp(one.c_str(), line.c_str(), size) == 0) return true;
  return false;
}

bool add_header(Headers& headers, const std::string& line) {
  curl_slist* const longer = curl_slist_append(headers.get(), line.c_str());
  if (longer == nullptr) return false;
  (void)headers.release();
  headers.reset(longer);
  return true;
}

}  // namespace

std::string escaped(std::string_view part) {
  std::string out;
  for (const char c : part) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte | 32) >= 'a' && (byte | 32) <= 'z' && byte < 0x80;
    if (plain || (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' || byte == '.' ||
        byte == '~')
      out += c;
    else
      out += fmt::format("%{:02X}", byte);
  }
  return out;
}

std::string api_path(const std::vector<std::string_view>& parts) {
  std::string path = "/api/v2";
  for (const std::string_view part : parts) path += "/" + escaped(part);
  return path;
}

std::string problem_text(int status, std::string_view body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  std::string words;
  if (json.is_object() && json.contains("detail")) {
    const auto& detail = json["detail"];
    if (detail.is_array()) {
      for (const auto& one : detail) {
        const bool has_message = one.is_object() && one.contains("msg");
        const auto loc = has_message ? one.value("loc", nlohmann::json::array()) : nlohmann::json();
        std::string place;
        for (const auto& part : loc) place += (place.empty() ? "" : ".") + cell(part);
        words += (words.empty() ? "" : "; ") + (place.empty() ? "" : place + ": ") +
                 (has_message ? cell(one["msg"]) : cell(one));
      }
    } else {
      words = cell(detail);
    }
  }
  if (words.empty()) words = printable(body.substr(0, 200));
  if (status == 401)
    words +=
        "; give one with --token, WEFT_TOKEN or weft context add: that of DATA/admin-token, or of "
        "weft tokens create";
  return fmt::format("the server says no ({}): {}", status, words);
}

Client::Client(ServerOptions options) : options_(std::move(options)) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  while (!options_.server.empty() && options_.server.back() == '/') options_.server.pop_back();
  if (options_.token.empty()) options_.token = token_beside(options_.server);
}

CallResult<std::string> Client::call(const Request& request) {
  const Handle handle(curl_easy_init());
  Headers headers;
  bool ready = handle != nullptr;
  const auto add = [&](const std::string& line) {
    if (!names_header(request.headers, line)) ready = ready && add_header(headers, line);
  };
  add("Accept: " + request.accept);
  add("X-Weft-Client: cli");
  add("Expect:");
  if (!options_.token.empty()) add("Authorization: Bearer " + options_.token);
  if (!request.body.empty()) add("Content-Type: application/json");
  for (const std::string& line : request.headers) ready = ready && add_header(headers, line);
  if (!ready) return tl::make_unexpected(CallFailure{exit_code::failed, "out of memory"});

  CURL* const easy = handle.get();
  Incoming incoming{.handle = easy, .sink = &request.sink, .kept = {}};
  std::array<char, CURL_ERROR_SIZE> reason{};
  const std::string url = options_.server + request.path;
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 5'000L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Incoming::take);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &incoming);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, reason.data());
  if (request.header_sink) {
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &take_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &request.header_sink);
  }
  if (is_loopback(options_.server)) curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options_.ca_cert.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_cert.c_str());
  if (request.method != "GET") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  const CURLcode code = curl_easy_perform(easy);
  if (code != CURLE_OK) {
    const std::string why = reason[0] != '\0' ? reason.data() : curl_easy_strerror(code);
    // Waiting makes nobody trustworthy.
    if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
      return tl::make_unexpected(CallFailure{
          exit_code::unreachable,
          fmt::format("{} is not trusted: {}; name the file of your own CA with --ca-cert or "
                      "WEFT_CA_CERT",
                      options_.server, why)});
    return tl::make_unexpected(CallFailure{
        exit_code::unreachable,
        fmt::format("{} can't be reached: {}; is the server running? Name it with --server, "
                    "WEFT_SERVER or weft context use",
                    options_.server, why),
        true});
  }
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  if (status >= 400)
    return tl::make_unexpected(CallFailure{exit_code::refused,
                                           problem_text(static_cast<int>(status), incoming.kept),
                                           status == 429 || (status >= 502 && status <= 504)});
  return std::move(incoming.kept);
}

CallResult<nlohmann::json> Client::call_json(const Request& request) {
  auto body = call(request);
  if (!body) return tl::make_unexpected(body.error());
  if (body->empty()) return nlohmann::json();  // 204
  auto json = nlohmann::json::parse(*body, nullptr, false);
  if (json.is_discarded())
    return tl::make_unexpected(CallFailure{
        exit_code::refused, options_.server + " is no weft server: it answers no JSON"});
  return json;
}

CallResult<nlohmann::json> Client::get(const std::string& path, std::chrono::seconds timeout) {
  return call_json({.path = path, .timeout = timeout});
}

CallResult<nlohmann::json> Client::get_until(
    const std::string& path, const std::function<bool(const nlohmann::json&)>& is_done) {
  auto heard_at = std::chrono::steady_clock::now();
  for (;;) {
    auto now = get(path);
    const auto time = std::chrono::steady_clock::now();
    if (now) {
      heard_at = time;
      if (is_done(*now)) return now;
    } else if (now.error().exit != exit_code::unreachable || time - heard_at > patience) {
      return now;
    }
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
}

CallResult<nlohmann::json> Client::send(const std::string& method, const std::string& path,
                                        const nlohmann::json& body) {
  return call_json({.method = method, .path = path, .body = body.dump()});
}

CallResult<void> Client::stream(const std::string& path, const std::string& accept,
                                const std::function<void(std::string_view)>& sink) {
  const auto done =
      call({.path = path, .accept = accept, .timeout = std::chrono::seconds(0), .sink = sink});
  if (!done) return tl::make_unexpected(done.error());
  return {};
}

int complain(const CallFailure& failure) {
  std::fprintf(stderr, "weft: %s\n", failure.message.c_str());
  return failure.exit;
}

}  // namespace weft::cli
