#pragma once

// Hashes and texts of bytes for what is sent to and fro: ETags, cursors. Not for passwords.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weft {

/// BLAKE2b of the bytes, `size` (16 to 64) bytes long, in hex.
std::string hex_digest(std::string_view bytes, std::size_t size);

/// SHA-256: the 32 bytes.
std::string sha256(std::string_view bytes);

/// Two small digits a byte.
std::string to_hex(const unsigned char* bytes, std::size_t size);

/// RFC 4648, section 5, without padding.
std::string to_base64url(std::string_view bytes);
/// Null for what is none, is padded, or has bits behind its end.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace weft
