#pragma once

#include <array>
#include <string>
#include <string_view>

namespace weft::auth {

/// A new token: `weft_` and 256 random bits in hex.
std::string make_token();
/// Does it have a token's form?
bool is_token(std::string_view text);

/// The public name of a token: 64 random bits in hex.
std::string make_token_id();

/// What TokenRow::name says of a session that stands in the stead of another token.
std::string name_of_session(std::string_view maker_id);
/// The other way round: the token's id; "" for every other name.
std::string_view maker_of_session(std::string_view name);

/// SHA-256 in hex: what is kept of a token. Enough without salt and stretching, since nobody can
/// try 256 random bits.
std::string token_hash(std::string_view token);

/// In a time that does not depend on where they differ.
bool is_same(std::string_view a, std::string_view b);

}  // namespace weft::auth
