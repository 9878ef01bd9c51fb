#include "server/net/request_head.h"

#include <string>

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
  facts.host = std::string(request.header("host"));
  if (request.headers.contains("transfer-encoding") &&
      (!is_chunked || lower(request.header("transfer-encoding")) != "chunked")) {
    return problem(501, "invalid_argument", "the only transfer coding understood is chunked");
  }
  const std::string expect = lower(request.header("expect"));
  facts.expects_continue = expect == "100-continue";
  if (!expect.empty() && !facts.expects_continue) {
    return problem(417, "invalid_argument", "the only expectation understood is 100-continue");
  }
  Result<Target> target = parse_target(request.raw_target);
  if (!target) return problem(target.error());
  request.path = std::move(target->path);
  request.query = std::move(target->query);
  return std::nullopt;
}

}  // namespace weft::http
