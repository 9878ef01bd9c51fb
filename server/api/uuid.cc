#include "server/api/uuid.h"

#include <fmt/format.h>

namespace weft::api {
namespace {

std::uint64_t hash_of(std::string_view text, char kind) {
  std::uint64_t hash = 0xcbf29ce484222325ULL ^ static_cast<unsigned char>(kind);
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash * 0x9e3779b97f4a7c15ULL;
}

}  // namespace

std::string row_uuid(Instant at, std::int64_t id, char kind, std::string_view database_id) {
  constexpr std::uint64_t variant = std::uint64_t{2} << 62;
  constexpr std::uint64_t low_bits = (std::uint64_t{1} << 62) - 1;
  const auto millis =
      static_cast<std::uint64_t>(to_micros(at) / 1000) & ((std::uint64_t{1} << 48) - 1);
  const std::uint64_t mask = hash_of(database_id, kind);
  const std::uint64_t high = millis << 16 | 0x7000 | (mask >> 52 & 0xfff);
  // The id is in it whole (XOR), hence no two rows of a table share one.
  const std::uint64_t low = variant | ((static_cast<std::uint64_t>(id) ^ mask) & low_bits);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, high >> 16 & 0xffff,
                     high & 0xffff, low >> 48, low & ((std::uint64_t{1} << 48) - 1));
}

}  // namespace weft::api
