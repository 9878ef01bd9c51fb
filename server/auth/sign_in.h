#pragma once

#include <functional>
#include <memory>
#include <string>

#include "server/auth/directory.h"
#include "server/auth/password.h"
#include "server/auth/sessions.h"
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

/// {username, password} → a session of 24 hours; 401; 422; 429 when too much was tried
/// (throttle.h); 503 while other passwords are being looked at. An unknown user, a disabled one and
/// a wrong password cost the same work and get the same answer.
///
///   loop: throttle, user ─► background: Argon2id ─► loop: is it still so? ─► engine: session ─►
///   answer
class SignIn {
 public:
  /// What the caller gets for a session. Called on the engine's thread.
  using Tell = std::function<http::Response(const OpenedSession&)>;

  explicit SignIn(SignInDependencies dependencies);

  /// `replaces`: the id of a session that ends with success; "" for none. Loop thread only.
  void handle(http::Request request, http::Respond respond, Tell tell, std::string replaces = {});

 private:
  /// What is looked at.
  struct Try {
    std::string user, password, remote, path;
    std::string hash;  ///< of the user's password, or nobody's
    http::Respond respond;
    Tell tell;
    std::string replaces;
  };
  void finish(const Try& attempt, bool is_right);
  void open_session(const UserRow& user, const Try& attempt);

  const SignInDependencies deps_;
  const std::string nobodys_hash_;
  Sessions sessions_;
};

}  // namespace weft::auth
