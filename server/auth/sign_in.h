#pragma once

#include <functional>
#include <memory>
#include <string>

#include "server/auth/directory.h"
#include "server/auth/password.h"
#include "server/auth/throttle.h"
#include "server/engine/engine.h"
#include "server/net/http.h"
#include "server/net/loop.h"

namespace weft::auth {

/// All must outlive the SignIn, and the tasks that it hands on.
struct SignInDependencies {
  Directory& directory;
  Throttle& throttle;
  Engine& engine;
  Clock& clock;
  http::Loop& loop;
  /// Runs a task on another thread; false: too much to do.
  std::function<bool(std::function<void()>)> background;
  PasswordCost cost;
};

/// POST /auth/token {username, password} → 201 {access_token}, a session of 24 hours; 401; 422; 429
/// when too much was tried (throttle.h); 503 while other passwords are being looked at. An unknown
/// user, a disabled one and a wrong password cost the same work and get the same answer.
///
///   loop: throttle, user ─► background: Argon2id ─► loop: is it still so? ─► engine: session ─►
///   201
class SignIn {
 public:
  static constexpr Duration session_length = std::chrono::hours(24);

  explicit SignIn(SignInDependencies dependencies);

  /// Loop thread only.
  void handle(http::Request request, http::Respond respond);

 private:
  /// What is looked at.
  struct Try {
    std::string user, password, remote, path;
    std::string hash;  ///< of the user's password, or nobody's
    http::Respond respond;
  };
  void finish(const Try& attempt, bool is_right);
  void open_session(const UserRow& user, const Try& attempt);

  const SignInDependencies deps_;
  const std::string nobodys_hash_;
};

}  // namespace weft::auth
