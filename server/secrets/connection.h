#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace weft::secrets {

/// Where something outside is, and how one signs in there. Everything is in the clear here.
struct Connection {
  std::string conn_type, host, login, password, schema;
  std::optional<std::int32_t> port;
  std::string extra;  ///< "" or JSON text, an object as a rule
};

/// `type://login:password@host:port/schema?key=value`, each part percent-encoded; the query becomes
/// `extra`, or its `__extra__` is that text. `-` in the type reads as `_`. As Airflow writes them.
/// Errors: unprocessable, without showing the text.
Result<Connection> connection_from_uri(std::string_view uri);
std::string connection_uri(const Connection& connection);

/// The URI, or a JSON object with the fields' names. Errors: unprocessable, as above.
Result<Connection> connection_from_text(std::string_view text);

/// What templates read as conn.ID: its fields, `extra` parsed, and `uri`.
nlohmann::json template_value(const Connection& connection);

/// Does a name say that its value is a secret ("api_key", "db_password" …)? As in Airflow.
bool is_sensitive_name(std::string_view name);

/// What must not be seen of it: the password, and the texts in `extra` beneath sensitive names.
std::vector<std::string> secrets_of(const Connection& connection);

/// `extra` with `***` for what sensitive names hold; text that is no JSON is `***` as a whole.
std::string redacted_extra(std::string_view extra);
/// `written` with every `***` that redacted_extra would have put there replaced by what `stored`
/// has in its place. A `***` elsewhere stays.
std::string unredacted_extra(std::string_view written, std::string_view stored);

}  // namespace weft::secrets
