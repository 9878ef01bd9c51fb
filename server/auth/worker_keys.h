#pragma once

// Who a worker is. It joins with a token and gets a key of its own, with which it makes all further
// calls; an admin may revoke that. Kept in memory, and written before it counts.
//
//   join token ─┐
//   worker-token ┴► join() ─► key ─► identify() ─► may it speak for this worker? (server/dispatch)
//
// A name has one key. Who holds the file worker-token is trusted with every name that was not
// revoked; a join token takes a name that has a key only if it was made for that name.

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "proto/wire/worker.h"
#include "server/core/scheduler/actor.h"
#include "server/engine/engine.h"
#include "server/storage/worker_keys.h"

namespace weft::auth {

/// Who makes a call of the worker protocol.
struct WorkerCaller {
  enum class By : std::uint8_t {
    worker_token,  ///< the file of the first start: any worker that has no key
    join_token,    ///< may register only
    key,
  };
  By by = By::worker_token;
  std::string worker;               ///< by key: whose it is
  std::vector<std::string> queues;  ///< by key: the only ones that it may serve; empty: any
  std::string token_id;             ///< by join token: its public name
};

/// Of a worker's name.
enum class Standing : std::uint8_t { no_key, has_key, revoked };

/// Thread safe. What writes waits for the commit: not from the event loop.
class WorkerKeys {
 public:
  /// How rows are written: Engine::write.
  using Store = std::function<Result<void>(const Engine::Write&)>;
  /// Told the name of a worker whose key counts no more, before anybody is answered.
  using Dropped = std::function<void(const std::string& worker)>;

  WorkerKeys(std::string_view worker_token, Store store, Dropped dropped);

  void load(std::vector<storage::JoinTokenRow> tokens, std::vector<storage::WorkerKeyRow> keys);

  /// Whose token it is. Errors: the words for the refusal; "" when no worker has or had this token.
  tl::expected<WorkerCaller, std::string> identify(std::string_view token, Instant now);
  Standing standing(const std::string& worker) const;
  /// A worker speaks for itself; who has the worker-token, for those without a key.
  bool may_speak_for(const WorkerCaller& caller, const std::string& worker) const;

  /// Lets a worker in that registers with a token: its key, or "" for one of protocol 1, which goes
  /// on with the worker-token. The same session may ask again until it has used its key: its
  /// answer may have got lost. Errors: unauthenticated (expired, used already, revoked),
  /// permission_denied (another name or queue), conflict (the name has a key), unavailable.
  Result<std::string> join(const WorkerCaller& caller, const wire::RegisterRequest& request,
                           const std::string& remote);

  /// Keeps a new join token; tidies up those that ended 30 days ago. Errors: conflict (too many),
  /// unavailable.
  Result<void> invite(const storage::JoinTokenRow& row, const Actor& actor);
  /// Errors: not_found, unavailable.
  Result<void> take_back(const std::string& token_id, const Actor& actor);
  /// Shuts the name until it is invited again; also one without a key. Errors: conflict (it is),
  /// unavailable.
  Result<void> revoke(const std::string& worker, const Actor& actor);

 private:
  struct Key {
    storage::WorkerKeyRow row;
    bool is_used = false;  ///< the worker has shown it, so it has it
  };
  /// What is known of a token and a name, as of one moment.
  struct Known {
    std::optional<storage::JoinTokenRow> token;
    std::optional<Key> key;
  };

  Known known_of(const std::string& token_id, const std::string& worker) const;
  void keep(storage::JoinTokenRow row);
  void keep(storage::WorkerKeyRow row);
  void forget_key(const std::string& worker);

  const std::string worker_token_;  ///< its hash
  const Store store_;
  const Dropped dropped_;
  std::mutex edits_;  ///< held from reading to writing: edits come one after the other
  mutable std::mutex mutex_;
  std::map<std::string, storage::JoinTokenRow, std::less<>> tokens_;  ///< by id
  std::map<std::string, Key, std::less<>> keys_;                      ///< by the worker's name
  std::map<std::string, std::string, std::less<>> tokens_by_hash_, keys_by_hash_;
};

}  // namespace weft::auth
