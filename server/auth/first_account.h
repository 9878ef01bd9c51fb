#pragma once

#include <string>

#include "base/result.h"
#include "server/auth/password.h"
#include "server/engine/engine.h"
#include "server/storage/readers.h"

namespace weft::auth {

/// The account of the first start.
inline constexpr std::string_view admin_name = "admin";

struct FirstAccountOptions {
  std::string token_path;  ///< of the file admin-token
  bool reset = false;      ///< make the account anew, whoever there is
  PasswordCost cost;
};

/// Without any user, or for a reset: the user "admin" with the role admin, whose password stands in
/// the file at token_path (made when it is missing, for a reset anew), and an API token of the same
/// text. Else nothing changes. Returns the token if it is valid, "" when there is none (its file
/// was deleted, or it was revoked). Before the loop runs. Errors: as load_token; the engine's.
Result<std::string> set_up_first_account(const FirstAccountOptions& options, Engine& engine,
                                         storage::Readers& readers, Instant now);

}  // namespace weft::auth
