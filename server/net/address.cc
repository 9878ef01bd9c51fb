#include "server/net/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "server/net/target.h"

namespace weft::http {
namespace {

Error bad_address(std::string_view text) {
  return Error{ErrorCode::invalid_argument, "cannot listen on \"" + std::string(text) +
                                                "\": expected ADDRESS:PORT, for example "
                                                "127.0.0.1:8080 or [::1]:8080"};
}

bool is_numeric(const std::string& host) {
  in6_addr six{};
  in_addr four{};
  return inet_pton(AF_INET, host.c_str(), &four) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &six) == 1;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// Without port, brackets and a final dot.
std::string bare_host(std::string_view text) {
  if (!text.empty() && text.front() == '[') {
    const std::size_t close = text.find(']');
    return lower(close == std::string_view::npos ? text : text.substr(1, close - 1));
  }
  const std::size_t colon = text.find(':');
  // More than one colon and no brackets: an IPv6 address alone.
  if (colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos) {
    text = text.substr(0, colon);
  }
  if (!text.empty() && text.back() == '.') text.remove_suffix(1);
  return lower(text);
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) {
    return tl::unexpected<Error>(bad_address(text));
  }
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return tl::unexpected<Error>(bad_address(text));
  }
  ListenAddress address;
  address.host = lower(host);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size() ||
      (address.host != "localhost" && !is_numeric(address.host))) {
    return tl::unexpected<Error>(bad_address(text));
  }
  return address;
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  in_addr four{};
  return inet_pton(AF_INET, std::string(host).c_str(), &four) == 1 &&
         (ntohl(four.s_addr) >> 24) == 127;
}

std::string http_url(std::string_view host, std::uint16_t port, std::string_view scheme) {
  const bool is_six = host.find(':') != std::string_view::npos;
  return std::string(scheme) + "://" +
         (is_six ? "[" + std::string(host) + "]" : std::string(host)) + ":" + std::to_string(port);
}

Result<std::string> parse_base_path(std::string_view text) {
  std::string path(text);
  while (!path.empty() && path.back() == '/') path.pop_back();
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/_.~-").find(c) != std::string_view::npos;
  };
  const bool is_right = path.empty() || (path.front() == '/' && !has_odd_segment(path) &&
                                         std::all_of(path.begin(), path.end(), is_plain));
  if (is_right) return path;
  return fail(ErrorCode::invalid_argument,
              "the base path \"" + std::string(text) + "\" must be a plain path such as /weft");
}

HostAllowList::HostAllowList(std::string_view listen_host) {
  if (listen_host != "0.0.0.0" && listen_host != "::") hosts_.insert(lower(listen_host));
}

void HostAllowList::add(std::string_view host_or_url) {
  const std::size_t scheme = host_or_url.find("://");
  if (scheme != std::string_view::npos) host_or_url.remove_prefix(scheme + 3);
  hosts_.insert(bare_host(host_or_url.substr(0, host_or_url.find('/'))));
}

bool HostAllowList::allows(std::string_view host) const {
  const std::string bare = bare_host(host);
  return is_loopback(bare) || hosts_.contains(bare);
}

}  // namespace weft::http
