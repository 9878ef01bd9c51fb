#pragma once

// How workers prove who they are: rows that no rule of the scheduler reads, so they are no Change.
// Written by Writer, inside of Engine::write.

#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "server/storage/database.h"

namespace weft::storage {

/// Table `join_token`.
struct JoinTokenRow {
  std::string id;                   ///< public
  std::string hash;                 ///< SHA-256 in hex of the token itself, which is nowhere
  std::string worker;               ///< the only name that it lets in; "": any that is free
  std::vector<std::string> queues;  ///< the only ones that it lets serve; empty: any
  bool is_once = true;
  std::string created_by;
  Instant created_at{}, expires_at{};
  std::optional<Instant> used_at;  ///< the last time
  std::string used_by;             ///< the worker of that time
};

/// Table `worker_key`, by the worker's name.
struct WorkerKeyRow {
  std::string worker;
  std::string hash;                 ///< as above; "": revoked before it had a key
  std::vector<std::string> queues;  ///< as above
  std::string join_token;           ///< id of the one that brought it; "": the file worker-token
  std::string session;              ///< that joined
  Instant created_at{};
  std::optional<Instant> revoked_at;
  std::string revoked_by;
};

namespace columns {
inline constexpr const char* join_token =
    "id, hash, worker, queues, is_once, created_by, created_at, expires_at, used_at, used_by";
inline constexpr const char* worker_key =
    "worker, hash, queues, join_token, session, created_at, revoked_at, revoked_by";
}  // namespace columns

JoinTokenRow join_token_row(const Statement& row, int first = 0);
WorkerKeyRow worker_key_row(const Statement& row, int first = 0);

}  // namespace weft::storage
