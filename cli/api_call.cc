#include "cli/api_call.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

#include "cli/exit_code.h"
#include "cli/remote_print.h"

namespace weft::cli {
namespace {

constexpr std::string_view api_root = "/api/v2";

/// What the server has beside its API.
bool is_outside_the_api(std::string_view path) {
  constexpr std::array<std::string_view, 7> places{"/api/",   "/auth/",   "/docs",    "/healthz",
                                                   "/readyz", "/metrics", "/schemas/"};
  return path.starts_with("/openapi.json") ||
         std::any_of(places.begin(), places.end(),
                     [&](std::string_view place) { return path.starts_with(place); });
}

Result<std::string> full_path(const std::string& path) {
  if (path.find("://") < path.find_first_of("/?"))
    return fail(ErrorCode::invalid_argument,
                "PATH: without the server, such as /dags; name the server with --server");
  for (const unsigned char c : path)
    if (c <= ' ' || c == 0x7F)
      return fail(ErrorCode::invalid_argument,
                  "PATH: has a blank or a control character; write %20 for a blank");
  std::string from_root = path.starts_with('/') ? path : "/" + path;
  return is_outside_the_api(from_root) ? from_root : std::string(api_root) + from_root;
}

Result<void> check_header(const std::string& line) {
  const auto colon = line.find(':');
  const bool is_fine = colon != std::string::npos && colon > 0 &&
                       line.find_first_of(" \t") > colon &&
                       line.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
  if (is_fine) return {};
  return fail(ErrorCode::invalid_argument,
              fmt::format("-H \"{}\": write \"Name: value\"", line.substr(0, colon)));
}

std::string all_of(std::istream& from) {
  return {std::istreambuf_iterator<char>(from), std::istreambuf_iterator<char>()};
}

Result<std::string> data_of(const std::string& data) {
  if (data == "-") return all_of(std::cin);
  if (!data.starts_with('@')) return data;
  const std::string path = data.substr(1);
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::not_found, "--data: " + path + " can't be read");
  return all_of(file);
}

/// The body as it is, or as `form` says when it is JSON.
int print_body(const ServerOptions& server, const std::string& body) {
  const auto value = nlohmann::json::parse(body, nullptr, false);
  if (!value.is_discarded()) return print_data(server, value);
  std::fwrite(body.data(), 1, body.size(), stdout);
  return exit_code::ok;
}

}  // namespace

Result<Request> api_request(const ApiOptions& options) {
  Request request{.method = options.method, .accept = "*/*", .headers = options.headers};
  TRY_ASSIGN(request.path, full_path(options.path));
  for (const std::string& line : options.headers) TRY(check_header(line));
  for (char& c : request.method)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c & ~0x20);
  request.timeout = std::chrono::seconds(0);  // an event stream has no end
  return request;
}

int call_api(const ServerOptions& server, const ApiOptions& options) {
  auto request = api_request(options);
  if (!request) return complain(request.error(), exit_code::usage);
  auto data = data_of(options.data);
  if (!data) return complain(data.error(), exit_code::usage);
  request->body = std::move(*data);
  const auto to_stdout = [](std::string_view bytes) {
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
    std::fflush(stdout);
  };
  char last = '\n';
  if (options.include) request->header_sink = to_stdout;
  if (!server.is_data())
    request->sink = [&](std::string_view bytes) {
      to_stdout(bytes);
      if (!bytes.empty()) last = bytes.back();
    };
  const auto body = Client(server).call(*request);
  if (!body) return complain(body.error());
  if (server.is_data() && !body->empty()) return print_body(server, *body);
  if (last != '\n' && ::isatty(STDOUT_FILENO) != 0) std::fputc('\n', stdout);
  return exit_code::ok;
}

}  // namespace weft::cli
