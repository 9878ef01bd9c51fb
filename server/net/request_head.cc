#include "server/net/request_head.h"

#include <arpa/inet.h>

#include "server/net/problem.h"
#include "server/net/target.h"

namespace weft::http {
namespace {

namespace beast_http = boost::beast::http;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

Response bad_request(std::string_view detail) {
  return problem(400, "invalid_argument", detail);
}

/// The last of a list with commas: what the nearest hop wrote.
std::string_view last_of(std::string_view list) {
  const std::size_t comma = list.rfind(',');
  if (comma != std::string_view::npos) list.remove_prefix(comma + 1);
  while (!list.empty() && (list.front() == ' ' || list.front() == '\t')) list.remove_prefix(1);
  while (!list.empty() && (list.back() == ' ' || list.back() == '\t')) list.remove_suffix(1);
  return list;
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80` → the address; "" for the rest.
std::string address_of(std::string_view text) {
  if (!text.empty() && text.front() == '[') {
    text = text.substr(1, text.find(']') - 1);
  } else if (text.find(':') == text.rfind(':')) {
    text = text.substr(0, text.find(':'));
  }
  std::string address(text);
  in6_addr six{};
  in_addr four{};
  const bool is_right = inet_pton(AF_INET, address.c_str(), &four) == 1 ||
                        inet_pton(AF_INET6, address.c_str(), &six) == 1;
  return is_right ? address : std::string();
}

}  // namespace

std::optional<Response> read_head(const beast_http::header<true, beast_http::fields>& head,
                                  bool is_chunked, Request& request, HeadFacts& facts) {
  request = Request();
  request.method = std::string(head.method_string());
  request.raw_target = std::string(head.target());
  int hosts = 0;
  for (const auto& field : head) {
    std::string name = lower(field.name_string());
    const std::string_view value(field.value().data(), field.value().size());
    if (name == "host") ++hosts;
    const auto [place, is_new] = request.headers.try_emplace(std::move(name), value);
    if (!is_new) place->second.append(", ").append(value);
  }
  if (hosts > 1 || (hosts == 0 && head.version() >= 11)) {
    return bad_request("the request must have exactly one Host header");
  }
  request.host = std::string(request.header("host"));
  facts.hosts.push_back(request.host);
  if (request.headers.contains("transfer-encoding")) {
    if (head.version() < 11) return bad_request("HTTP/1.0 has no Transfer-Encoding");
    if (!is_chunked || lower(request.header("transfer-encoding")) != "chunked") {
      return problem(501, "invalid_argument", "the only transfer coding understood is chunked");
    }
  }
  const std::string expect = lower(request.header("expect"));
  facts.expects_continue = expect == "100-continue";
  if (!expect.empty() && !facts.expects_continue) {
    return problem(417, "invalid_argument", "the only expectation understood is 100-continue");
  }
  return std::nullopt;
}

void trust_proxy(Request& request, HeadFacts& facts) {
  std::string address = address_of(last_of(request.header("x-forwarded-for")));
  if (!address.empty()) request.remote = std::move(address);
  if (lower(last_of(request.header("x-forwarded-proto"))) == "https") request.is_https = true;
  const std::string_view host = last_of(request.header("x-forwarded-host"));
  if (host.empty()) return;
  request.host = std::string(host);
  facts.hosts.push_back(request.host);
}

std::optional<Response> read_target(std::string_view base_path, Request& request) {
  std::string_view raw = request.raw_target;
  if (!base_path.empty() && raw.starts_with('/')) {
    const bool is_under = raw.starts_with(base_path);
    if (is_under) raw.remove_prefix(base_path.size());
    if (is_under && (raw.empty() || raw.front() == '?')) {
      Response there;
      there.status = 308;
      there.headers.emplace_back("location", "/" + std::string(raw));
      return there;
    }
    if (!is_under || raw.front() != '/') {
      return problem(404, "not_found",
                     "this server answers under " + std::string(base_path) + "/ only");
    }
    request.raw_target = std::string(raw);
  }
  Result<Target> target = parse_target(request.raw_target);
  if (!target) return problem(target.error());
  request.path = std::move(target->path);
  request.query = std::move(target->query);
  return std::nullopt;
}

}  // namespace weft::http
