#include "server/auth/token.h"

#include <sodium.h>

#include <algorithm>

#include "base/check.h"
#include "base/digest.h"

namespace weft::auth {
namespace {

constexpr std::string_view session_of = "session of the token ";
constexpr std::size_t random_bytes = 32;
constexpr std::size_t id_bytes = 8;

template <std::size_t size>
std::string random_hex() {
  WEFT_CHECK(sodium_init() >= 0);
  std::array<unsigned char, size> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return to_hex(bytes.data(), bytes.size());
}

}  // namespace

std::string make_token(std::string_view prefix) {
  return std::string(prefix) + random_hex<random_bytes>();
}

bool is_token(std::string_view text, std::string_view prefix) {
  if (text.size() != prefix.size() + 2 * random_bytes || !text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string make_token_id() {
  return random_hex<id_bytes>();
}

std::string name_of_session(std::string_view maker_id) {
  return std::string(session_of) + std::string(maker_id);
}

std::string_view maker_of_session(std::string_view name) {
  return name.starts_with(session_of) ? name.substr(session_of.size()) : std::string_view();
}

std::string token_hash(std::string_view token) {
  WEFT_CHECK(sodium_init() >= 0);
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(token.data()),
                     token.size());
  return to_hex(hash.data(), hash.size());
}

bool is_same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace weft::auth
