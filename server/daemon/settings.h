#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "server/auth/oidc_settings.h"
#include "server/auth/password.h"
#include "server/core/scheduler/change.h"
#include "server/loader/loader.h"
#include "server/secrets/vault_settings.h"

namespace weft::daemon {

/// For how long what is over is kept; what has no time is kept for good.
struct RetentionSettings {
  std::optional<Duration> runs;    ///< since their end, with task instances, outputs and logs
  int keep_last = 10;              ///< runs of each DAG that stay, however old they are
  std::optional<Duration> events;  ///< of the event stream
};

/// What `weft server` and `weft dev` are told: by options, then by weft.json.
struct Settings {
  std::string listen = "127.0.0.1:8080";
  std::string data = "weft-data";
  std::string dags;               ///< one bundle named "dags"; "" = only those of weft.json
  std::string config;             ///< path of weft.json, "" = none
  std::string tls_cert, tls_key;  ///< PEM files, both or none
  bool behind_proxy = false;
  std::string base_path;   ///< under which everything is served, e.g. /weft
  std::string public_url;  ///< by which the server is called from elsewhere
  std::string log_level = "info";
  bool public_metrics = false;       ///< /metrics wants no token
  bool reset_admin = false;          ///< make the account "admin" anew
  auth::PasswordCost password_cost;  ///< less for tests only
  std::string secrets_key;           ///< path of the key file; "" = secrets::default_key_path()
  std::string secrets_file;          ///< variables and connections in JSON; "" = none
  secrets::VaultSettings vault;
  auth::OidcSettings oidc;

  RetentionSettings retention;  ///< of weft.json
  std::int64_t low_disk = 0;    ///< of weft.json: bytes; 0: as DiskWatch says
  std::vector<Bundle> bundles;  ///< of weft.json, with absolute paths
  std::vector<PoolRow> pools;   ///< of weft.json
};

/// Reads `settings.config`, if there is one, into the rest: what an option said stays. Adds the
/// bundle of `dags`. Errors: not_found, invalid_argument naming the file, the key and what was
/// expected; invalid_argument when there is no bundle at all.
Result<Settings> with_config(Settings settings);

}  // namespace weft::daemon
