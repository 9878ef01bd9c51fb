#pragma once

// Who refused a call, and what: the server itself, or something between (a proxy, a firewall, a
// front end whose server restarts). Only the server's own word may end a result.

#include <cstdint>
#include <string>
#include <string_view>

namespace weft::worker {

enum class Refusal : std::uint8_t {
  passing,               ///< nothing that the call carried is to blame: try it again later
  unknown_session,       ///< the server has given the session up
  unknown_token,         ///< the server does not take the key or token that was shown
  not_ours,              ///< what the call speaks of is another worker's
  malformed,             ///< the server never takes something that the call carried
  too_large,             ///< the server takes it only in smaller calls
  too_large_on_the_way,  ///< something between takes it only in smaller calls
};

/// Judges an answer that is not 2xx. The server's own word is a problem (RFC 9457) with the
/// answer's own status and the code that belongs to it; any other body came from elsewhere.
Refusal refusal_of(int status, std::string_view body);

/// What the answer says, for people: the problem's detail when the body is one, else its beginning.
std::string words_of(const std::string& body);

}  // namespace weft::worker
