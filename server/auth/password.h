#pragma once

// Passwords: Argon2id by libsodium. Each hash or check takes its memory for about a tenth of a
// second, so that at most two are at work in the whole process.

#include <atomic>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace weft::auth {

/// Long rather than strange.
inline constexpr std::size_t min_password = 12;
/// More is no safer, and costs us.
inline constexpr std::size_t max_password = 512;

struct PasswordCost {
  std::size_t memory = 64 << 20;  ///< bytes
  unsigned long long passes = 2;
};

/// The right to hash or check one password now. Thread safe.
class PasswordSlot {
 public:
  static constexpr int most = 2;
  /// nullopt: too many are at work, try again in a second.
  static std::optional<PasswordSlot> take();
  ~PasswordSlot();
  PasswordSlot(PasswordSlot&& other) noexcept : is_taken_(std::exchange(other.is_taken_, false)) {}
  PasswordSlot& operator=(PasswordSlot&&) = delete;

 private:
  PasswordSlot() = default;
  bool is_taken_ = true;
};

/// `$argon2id$…` with a salt of its own. Blocks.
std::string hash_password(std::string_view password, PasswordCost cost);
/// Blocks for as long as the hash says.
bool is_password(const std::string& hash, std::string_view password);

/// The form of a hash of this cost that no password fits: checking it takes as long as any.
std::string nobodys_hash(PasswordCost cost);

}  // namespace weft::auth
