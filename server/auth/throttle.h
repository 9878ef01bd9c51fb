#pragma once

// Against guessing. The counters stand in a table of fixed size, found by a keyed hash: whatever is
// tried, it takes no more memory, and nobody can aim at somebody else's counter.

#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"

namespace weft::auth {

/// The network that an address is in: /24 of IPv4, /64 of IPv6; other text as it is.
std::string network_of(std::string_view address);

/// Counts wrong tries of a key; after `most` in a window it is full until the window has passed.
class Counter {
 public:
  Counter(int most, Duration window);
  bool is_full(std::string_view key, Duration now) const;
  void add(std::string_view key, Duration now);

 private:
  struct Tries {
    Duration since{};
    int count = 0;
  };
  std::size_t place_of(std::string_view key) const;

  const int most_;
  const Duration window_;
  std::array<unsigned char, 16> secret_{};
  std::vector<Tries> table_;
};

/// Who may try a password now. Thread safe; time is steady.
///
///   one address            20 wrong tries in a minute, whatever the names
///   one name, one network  30 in 10 minutes
///   one name               100 in 10 minutes, then only networks from which it was signed in
///
/// So nobody goes on trying one account from many addresses, and its owner, at the usual place, is
/// not kept out by that; at a new place for 10 minutes at most after the last hundred.
class Throttle {
 public:
  Throttle();
  bool is_full(std::string_view user, std::string_view address, Duration now) const;
  void add_wrong(std::string_view user, std::string_view address, Duration now);
  /// Signed in: this network is one of the user's.
  void add_right(const std::string& user, std::string_view address);

 private:
  bool is_known(std::string_view user, std::string_view network) const;

  mutable std::mutex mutex_;
  Counter addresses_, pairs_, names_;
  /// By user that exists, the latest few.
  std::map<std::string, std::vector<std::string>, std::less<>> known_;
};

}  // namespace weft::auth
