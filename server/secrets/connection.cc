#include "server/secrets/connection.h"
#include "base/shallow_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace weft::secrets {
namespace {

using nlohmann::json;

constexpr std::string_view hidden = "***";
constexpr int max_depth = 32;

tl::unexpected<Error> bad_uri(std::string_view why) {
  return fail(ErrorCode::unprocessable,
              fmt::format("this is no connection: {}; expected type://login:password@host:port/"
                          "schema?key=value, each part percent-encoded, or a JSON object",
                          why));
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_plain(c))
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// A `%` that begins no escape stays as it is.
std::string decoded(std::string_view text, bool plus_is_space = false) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 &&
        digit(text[i + 2]) >= 0) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::optional<std::int32_t> port_from(std::string_view text) {
  std::int32_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port < 0 || port > 65'535)
    return std::nullopt;
  return port;
}

/// What stands before the first `mark`; `text` goes on behind it, or is empty.
std::string_view cut(std::string_view& text, char mark) {
  const auto at = std::min(text.find(mark), text.size());
  const std::string_view head = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return head;
}

std::string extra_from_query(std::string_view query) {
  json extra = json::object();
  while (!query.empty()) {
    std::string_view value = cut(query, '&');
    const std::string name = decoded(cut(value, '='), true);
    if (name == "__extra__") return decoded(value, true);
    if (!name.empty()) extra[name] = decoded(value, true);
  }
  return extra.empty() ? std::string() : extra.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Calls `visit(value)` with every text beneath a sensitive name, and with what is nested deeper
/// than anybody means it.
template <class Visit>
void each_secret(json& value, bool sensitive, int depth, const Visit& visit) {
  if (depth > max_depth) {
    visit(value);
  } else if (value.is_object()) {
    for (auto& [name, member] : value.items())
      each_secret(member, sensitive || is_sensitive_name(name), depth + 1, visit);
  } else if (value.is_array()) {
    for (auto& member : value) each_secret(member, sensitive, depth + 1, visit);
  } else if (sensitive && !value.is_null() && !value.is_boolean()) {
    visit(value);
  }
}

std::string text_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

void restore(json& written, const json* stored, bool sensitive, int depth) {
  if (stored == nullptr) return;
  if (depth > max_depth) {
    if (written == hidden) written = *stored;
  } else if (written.is_object()) {
    for (auto& [name, member] : written.items()) {
      const bool there = stored->is_object() && stored->contains(name);
      restore(member, there ? &stored->at(name) : nullptr, sensitive || is_sensitive_name(name),
              depth + 1);
    }
  } else if (written.is_array()) {
    for (std::size_t i = 0; i < written.size(); ++i) {
      const bool there = stored->is_array() && i < stored->size();
      restore(written[i], there ? &stored->at(i) : nullptr, sensitive, depth + 1);
    }
  } else if (sensitive && written.is_string() && written.get_ref<const std::string&>() == hidden) {
    written = *stored;
  }
}

}  // namespace

bool is_sensitive_name(std::string_view name) {
  constexpr std::array<std::string_view, 12> words = {
      "access_token", "api_key",     "apikey", "authorization", "passphrase",   "passwd",
      "password",     "private_key", "secret", "token",         "keyfile_dict", "service_account"};
  std::string lower(name);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

Result<Connection> connection_from_uri(std::string_view uri) {
  const auto colon = uri.find("://");
  if (colon == std::string_view::npos || colon == 0) return bad_uri("there is no type://");
  Connection connection;
  connection.conn_type = uri.substr(0, colon);
  std::replace(connection.conn_type.begin(), connection.conn_type.end(), '-', '_');
  if (!std::all_of(connection.conn_type.begin(), connection.conn_type.end(), is_plain))
    return bad_uri("its type has odd characters");
  uri.remove_prefix(colon + 3);
  uri = uri.substr(0, uri.find('#'));
  std::string_view rest = uri;
  std::string_view place = cut(rest, '?');
  connection.extra = extra_from_query(rest);
  std::string_view authority = cut(place, '/');
  connection.schema = decoded(place);
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    std::string_view password = authority.substr(0, at);
    connection.login = decoded(cut(password, ':'));
    connection.password = decoded(password);
    authority.remove_prefix(at + 1);
  }
  // An IPv6 address stands in brackets; a host may also be a percent-encoded URL.
  const auto bracket = authority.starts_with('[') ? authority.find(']') : std::string_view::npos;
  const auto last = authority.rfind(':');
  if (last != std::string_view::npos && (bracket == std::string_view::npos || last > bracket)) {
    const std::string_view port = authority.substr(last + 1);
    if (!port.empty()) {
      connection.port = port_from(port);
      if (!connection.port) return bad_uri("its port is no number up to 65535");
    }
    authority = authority.substr(0, last);
  }
  connection.host = decoded(authority);
  return connection;
}

std::string connection_uri(const Connection& connection) {
  std::string type = connection.conn_type;
  std::replace(type.begin(), type.end(), '_', '-');
  std::string uri = type + "://";
  if (!connection.login.empty() || !connection.password.empty()) {
    uri += encoded(connection.login);
    if (!connection.password.empty()) uri += ":" + encoded(connection.password);
    uri += "@";
  }
  const bool is_ipv6 = connection.host.starts_with('[') && connection.host.ends_with(']');
  uri += is_ipv6 ? connection.host : encoded(connection.host);
  if (connection.port) uri += ":" + std::to_string(*connection.port);
  uri += "/" + encoded(connection.schema);
  if (connection.extra.empty()) return uri;
  const auto extra = json::parse(connection.extra, nullptr, false);
  const bool is_flat =
      extra.is_object() && !extra.empty() &&
      std::all_of(extra.begin(), extra.end(), [](const json& value) { return value.is_string(); });
  if (!is_flat) return uri + "?__extra__=" + encoded(connection.extra);
  char mark = '?';
  for (const auto& [name, value] : extra.items()) {
    uri += mark + encoded(name) + "=" + encoded(value.get_ref<const std::string&>());
    mark = '&';
  }
  return uri;
}

Result<Connection> connection_from_text(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return bad_uri("it is empty");
  if (text[first] != '{') return connection_from_uri(text.substr(first));
  const ShallowJson parsed = parse_shallow(text);
  if (!parsed.good() || !parsed.value.is_object()) return bad_uri("it is no JSON object");
  Connection connection;
  for (const auto& [name, value] : parsed.value.items()) {
    if (value.is_null() || name == "description") continue;
    std::string* target = name == "conn_type"  ? &connection.conn_type
                          : name == "host"     ? &connection.host
                          : name == "login"    ? &connection.login
                          : name == "password" ? &connection.password
                          : name == "schema"   ? &connection.schema
                                               : nullptr;
    if (name == "extra") {
      connection.extra = value.is_string() ? value.get<std::string>() : text_of(value);
    } else if (name == "port") {
      const auto port = port_from(value.is_string() ? value.get<std::string>() : text_of(value));
      if (!port) return bad_uri("its port is no number up to 65535");
      connection.port = port;
    } else if (target != nullptr && value.is_string()) {
      *target = value.get<std::string>();
    } else {
      return bad_uri(target == nullptr ? "it has an unknown field" : "a field is no text");
    }
  }
  return connection;
}

json template_value(const Connection& connection) {
  json extra = json::object();
  if (!connection.extra.empty()) {
    ShallowJson parsed = parse_shallow(connection.extra);
    extra = parsed.good() ? std::move(parsed.value) : json(connection.extra);
  }
  return {{"conn_type", connection.conn_type},
          {"host", connection.host},
          {"login", connection.login},
          {"password", connection.password},
          {"schema", connection.schema},
          {"port", connection.port ? json(*connection.port) : json(nullptr)},
          {"extra", std::move(extra)},
          {"uri", connection_uri(connection)}};
}

std::vector<std::string> secrets_of(const Connection& connection) {
  std::vector<std::string> secrets;
  if (!connection.password.empty()) secrets.push_back(connection.password);
  if (connection.extra.empty()) return secrets;
  ShallowJson extra = parse_shallow(connection.extra);
  if (!extra.good()) {
    secrets.push_back(connection.extra);
    return secrets;
  }
  each_secret(extra.value, false, 0, [&](const json& value) {
    secrets.push_back(value.is_string() ? value.get<std::string>() : text_of(value));
  });
  return secrets;
}

std::string redacted_extra(std::string_view extra) {
  if (extra.empty()) return {};
  auto value = json::parse(extra, nullptr, false);
  if (value.is_discarded()) return std::string(hidden);
  each_secret(value, false, 0, [](json& secret) { secret = hidden; });
  return text_of(value);
}

std::string unredacted_extra(std::string_view written, std::string_view stored) {
  if (written == hidden) return std::string(stored);
  auto value = json::parse(written, nullptr, false);
  const auto before = json::parse(stored, nullptr, false);
  if (value.is_discarded() || before.is_discarded()) return std::string(written);
  restore(value, &before, false, 0);
  return text_of(value);
}

}  // namespace weft::secrets
