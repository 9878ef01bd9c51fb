#pragma once

#include <chrono>
#include <string>

#include "base/result.h"

namespace weft::secrets {

/// Where a HashiCorp Vault with a KV engine of version 2 is, and how the server signs in there:
/// by a token, from a file or from the environment, or by AppRole. The paths are Airflow's.
struct VaultSettings {
  std::string addr;  ///< "https://vault.example.com:8200"; "": there is none
  std::string mount = "secret";
  std::string variables_path = "variables";      ///< beneath the mount; "": it has none
  std::string connections_path = "connections";  ///< the same
  std::string name_space;                        ///< "": none
  std::string ca_file;                           ///< "": the system's
  std::string token_file, token;
  std::string role_id, secret_id_file;
  std::chrono::milliseconds timeout{5'000};  ///< of a whole call
};

/// The settings in their final form: paths without slashes at their ends, a token only where it is
/// the way to sign in. Reads the files once; asks nobody. Errors: invalid_argument naming the
/// option and the fix, unavailable for a file.
Result<VaultSettings> checked(VaultSettings settings);

/// Beneath which no other path can be reached: no empty segment, no `.`, no `..`.
bool is_plain_path(std::string_view path);

}  // namespace weft::secrets
