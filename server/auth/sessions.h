#pragma once

// Sessions: tokens that begin with a sign-in and end with a sign-out, after 24 hours, or with the
// user's password. The web page has one in a cookie, a script that signs in has one in its hands.

#include <functional>
#include <optional>
#include <string>

#include "server/auth/directory.h"
#include "server/engine/engine.h"

namespace weft::auth {

struct NewSession {
  std::string remote;              ///< from where
  std::string role;                ///< no more than this; "": all that the user may
  std::string maker;               ///< id of the token in whose stead it stands: it ends with that
  std::optional<Instant> at_most;  ///< it ends no later
  std::string replaces;            ///< id of a session that ends when this one begins
  std::string detail;              ///< for the audit
};

struct OpenedSession {
  std::string token, user;
  Instant expires_at{};
};

/// Loop thread only.
class Sessions {
 public:
  static constexpr Duration length = std::chrono::hours(24);

  /// All must outlive it.
  Sessions(Directory& directory, Engine& engine, Clock& clock)
      : directory_(directory), engine_(engine), clock_(clock) {}

  /// `done` is called after the commit, on the engine's thread. Ends some of the user's sessions
  /// that are over, and the oldest when there are too many.
  void open(const UserRow& user, const NewSession& wanted,
            std::function<void(Result<OpenedSession>)> done);

  /// Signs out. `done` as in open, or at once; a session that is gone already is well.
  void end(const Caller& session, const std::string& remote,
           std::function<void(Result<void>)> done);

 private:
  Directory& directory_;
  Engine& engine_;
  Clock& clock_;
};

}  // namespace weft::auth
