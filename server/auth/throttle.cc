#include "server/auth/throttle.h"

#include <arpa/inet.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace weft::auth {
namespace {

constexpr std::size_t table_size = 4096;
constexpr std::size_t max_networks = 8;
constexpr std::size_t max_known_users = 10'000;

std::string pair_of(std::string_view user, std::string_view network) {
  return std::string(user).append("\n").append(network);
}

/// Who has one address of IPv6 has all of its network.
std::string single(std::string_view address) {
  const std::string network = network_of(address);
  return network.ends_with("/64") ? network : std::string(address);
}

}  // namespace

std::string network_of(std::string_view address) {
  constexpr std::string_view mapped = "::ffff:";
  if (address.starts_with(mapped) && address.find('.') != std::string_view::npos)
    address.remove_prefix(mapped.size());
  const std::string text(address);
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1)
    return text.substr(0, text.rfind('.')) + ".0/24";
  if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  std::array<char, INET6_ADDRSTRLEN> out{};
  ::inet_ntop(AF_INET6, bytes.data(), out.data(), out.size());
  return std::string(out.data()) + "/64";
}

Counter::Counter(int most, Duration window) : most_(most), window_(window), table_(table_size) {
  WEFT_CHECK(sodium_init() >= 0);
  randombytes_buf(secret_.data(), secret_.size());
}

std::size_t Counter::place_of(std::string_view key) const {
  static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES == 8);
  std::array<unsigned char, 8> hash{};
  crypto_shorthash(hash.data(), reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                   secret_.data());
  std::uint64_t number = 0;
  std::memcpy(&number, hash.data(), sizeof number);
  return number % table_size;
}

bool Counter::is_full(std::string_view key, Duration now) const {
  const Tries& tries = table_[place_of(key)];
  return tries.count >= most_ && now < tries.since + window_;
}

void Counter::add(std::string_view key, Duration now) {
  Tries& tries = table_[place_of(key)];
  if (tries.count == 0 || now >= tries.since + window_) tries = {now, 0};
  ++tries.count;
}

Throttle::Throttle()
    : addresses_(20, std::chrono::minutes(1)),
      pairs_(30, std::chrono::minutes(10)),
      names_(100, std::chrono::minutes(10)) {}

bool Throttle::is_known(std::string_view user, std::string_view network) const {
  const auto found = known_.find(user);
  return found != known_.end() &&
         std::find(found->second.begin(), found->second.end(), network) != found->second.end();
}

bool Throttle::is_full(std::string_view user, std::string_view address, Duration now) const {
  const std::lock_guard lock(mutex_);
  const std::string network = network_of(address);
  if (addresses_.is_full(single(address), now) || pairs_.is_full(pair_of(user, network), now))
    return true;
  return names_.is_full(user, now) && !is_known(user, network);
}

void Throttle::add_wrong(std::string_view user, std::string_view address, Duration now) {
  const std::lock_guard lock(mutex_);
  addresses_.add(single(address), now);
  pairs_.add(pair_of(user, network_of(address)), now);
  names_.add(user, now);
}

void Throttle::add_right(const std::string& user, std::string_view address) {
  const std::lock_guard lock(mutex_);
  if (known_.size() >= max_known_users && !known_.contains(user)) return;
  auto& networks = known_[user];
  const std::string network = network_of(address);
  std::erase(networks, network);
  networks.insert(networks.begin(), network);
  if (networks.size() > max_networks) networks.pop_back();
}

}  // namespace weft::auth
