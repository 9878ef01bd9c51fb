#include "server/auth/password.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

#include "base/check.h"

namespace weft::auth {
namespace {

std::atomic<int> at_work{0};

std::string random_base64(std::size_t size) {
  std::string bytes(size, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  constexpr int variant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
  std::string text(sodium_base64_encoded_len(size, variant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), variant);
  text.pop_back();
  return text;
}

}  // namespace

std::optional<PasswordSlot> PasswordSlot::take() {
  if (at_work.fetch_add(1) >= most) {
    at_work.fetch_sub(1);
    return std::nullopt;
  }
  return PasswordSlot();
}

PasswordSlot::~PasswordSlot() {
  if (is_taken_) at_work.fetch_sub(1);
}

std::string hash_password(std::string_view password, PasswordCost cost) {
  WEFT_CHECK(sodium_init() >= 0);
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  // It fails only for want of memory, as every other allocation here.
  WEFT_CHECK_MSG(crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), cost.passes,
                                       cost.memory, crypto_pwhash_ALG_ARGON2ID13) == 0,
                 "no memory to hash a password");
  return hash.data();
}

bool is_password(const std::string& hash, std::string_view password) {
  WEFT_CHECK(sodium_init() >= 0);
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

std::string nobodys_hash(PasswordCost cost) {
  WEFT_CHECK(sodium_init() >= 0);
  return fmt::format("$argon2id$v=19$m={},t={},p=1${}${}", cost.memory >> 10, cost.passes,
                     random_base64(16), random_base64(32));
}

}  // namespace weft::auth
