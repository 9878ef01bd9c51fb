#pragma once

#include "server/auth/role.h"

namespace weft::api {

/// What a route asks of its caller. There is no default: a route without one does not compile.
class Need {
 public:
  enum class Over : std::uint8_t {
    nothing,  ///< everyone, also without a token
    self,     ///< whoever has signed in: it is about the caller
    dag,      ///< the role over the DAG of {dag_id}; where the path has none, over everything
    some,     ///< as dag; where the path names no DAG, or `~`, the role over some of them: the
              ///< handler keeps to those (permission.h)
  };
  constexpr Need(auth::Role role, Over over) : role(role), over(over) {}

  auth::Role role;
  Over over;
};

inline constexpr Need everyone{auth::Role::none, Need::Over::nothing};
inline constexpr Need signed_in{auth::Role::none, Need::Over::self};
inline constexpr Need viewer{auth::Role::viewer, Need::Over::dag};
inline constexpr Need operator_{auth::Role::operator_, Need::Over::dag};
inline constexpr Need editor{auth::Role::editor, Need::Over::dag};
inline constexpr Need admin{auth::Role::admin, Need::Over::dag};
inline constexpr Need viewer_of_some{auth::Role::viewer, Need::Over::some};
inline constexpr Need operator_of_some{auth::Role::operator_, Need::Over::some};

}  // namespace weft::api
