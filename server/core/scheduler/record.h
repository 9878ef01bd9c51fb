#pragma once

// What people keep here and the scheduler never looks into: variables, connections, users, tokens.
// It passes through the engine because that is the one writer; what a value means is known at the
// borders (api, auth, secrets). Secrets come sealed: nothing here can read them.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/instant.h"

namespace weft {

/// Table `variable`.
struct VariableRow {
  std::string key;
  std::string value;       ///< sealed
  bool is_secret = false;  ///< no role can read it back
  std::string description;
  Instant updated_at{};
};

/// Table `connection`.
struct ConnectionRow {
  std::string connection_id;
  std::string conn_type, description, host, login, schema;
  std::optional<std::int32_t> port;
  std::string password, extra;            ///< sealed; "": none
  std::vector<std::string> allowed_dags;  ///< only their tasks may read it; empty: all
  Instant updated_at{};
};

/// Table `user`.
struct UserRow {
  std::string name;
  std::string display_name;
  std::string password_hash;  ///< Argon2id as libsodium writes it; "": no sign-in by password
  std::string role;           ///< over everything: viewer, operator, editor, admin; "": none
  nlohmann::json grants;      ///< [{"role", "dag_id"} or {"role", "tag"}, …]
  bool is_disabled = false;
  std::string provider;    ///< "": this server's own; else the OIDC issuer that made it
  std::int64_t epoch = 0;  ///< sessions of an older one are over
  Instant created_at{}, updated_at{};
};

/// Table `token`: what a caller shows instead of a password. A session of the UI is one, too.
struct TokenRow {
  enum class Kind : std::uint8_t { api = 0, session = 1 };
  std::string id;    ///< public
  std::string hash;  ///< SHA-256 in hex of the token itself, which is nowhere
  Kind kind = Kind::api;
  std::string user;
  std::string name;  ///< what it is for, in its owner's words
  std::string role;  ///< no more than this, whatever the user may do; "": all that the user may
  std::int64_t epoch = 0;  ///< of a session: the user's when it began
  Instant created_at{};
  std::optional<Instant> expires_at, last_used_at;
};

/// Named by their key: VariableRow::key, ConnectionRow::connection_id, UserRow::name, TokenRow::id.
using Record = std::variant<VariableRow, ConnectionRow, UserRow, TokenRow>;
enum class RecordKind : std::uint8_t { variable = 0, connection = 1, user = 2, token = 3 };

inline RecordKind kind_of(const Record& record) {
  return static_cast<RecordKind>(record.index());
}
const std::string& key_of(const Record& record);
/// "variable" …
const char* name_of(RecordKind kind);

/// The record is gone; of a user: its tokens, too.
struct RecordDeleted {
  RecordKind kind = RecordKind::variable;
  std::string key;
};

}  // namespace weft
