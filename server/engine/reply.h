#pragma once

#include <string>
#include <utility>

#include "server/engine/engine.h"

namespace weft {

inline Error unavailable(std::string message) {
  return {ErrorCode::unavailable, std::move(message)};
}

/// A command may come without anyone who waits for its answer.
inline void send(const Engine::Reply& reply, Result<Answer> answer) {
  if (reply) reply(std::move(answer));
}

}  // namespace weft
