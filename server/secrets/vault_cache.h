#pragma once

// What was read from a Vault stays known for a moment, and is asked for once however many want it.

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "server/secrets/vault_client.h"

namespace weft::secrets {

/// Thread safe. Keeps at most max_entries; a value is never used beyond its time, whether or not
/// there is a newer one.
class VaultCache {
 public:
  using Fields = std::optional<nlohmann::json>;
  using Fetch = std::function<Result<Fields>(const std::string& path)>;

  static constexpr std::chrono::seconds found_time{30};
  /// So long a secret that has just been made may stay unknown.
  static constexpr std::chrono::seconds missing_time{5};
  /// After `unavailable` nobody is asked for so long: all who want something are told the same.
  static constexpr std::chrono::seconds outage_time{1};
  static constexpr std::size_t max_entries = 1'000;

  explicit VaultCache(Fetch fetch, SteadyClock now = &std::chrono::steady_clock::now)
      : fetch_(std::move(fetch)), now_(std::move(now)) {}

  /// Errors: as fetch's, which are not kept but for `unavailable`.
  Result<Fields> get(const std::string& path);

  /// How many wait at this moment for what another one has asked for.
  int waiting() const;
  std::size_t size() const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Entry {
    Fields fields;
    Time until;
  };
  struct Flight {
    std::optional<Result<Fields>> outcome;
  };
  void keep(const std::string& path, const Result<Fields>& outcome);

  const Fetch fetch_;
  const SteadyClock now_;
  mutable std::mutex mutex_;
  std::condition_variable landed_;
  // All guarded by mutex_.
  std::map<std::string, Entry> entries_;
  std::map<std::string, std::shared_ptr<Flight>> flights_;
  std::optional<Error> outage_;
  Time outage_until_{};
  int waiting_ = 0;
};

}  // namespace weft::secrets
