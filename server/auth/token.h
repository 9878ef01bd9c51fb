#pragma once

#include <array>
#include <string>
#include <string_view>

namespace weft::auth {

/// By which tokens of different use are told apart, also by who finds one: a user's (and the file
/// worker-token), what lets a worker join, a worker's key.
inline constexpr std::string_view token_prefix = "weft_", join_prefix = "weft_join_",
                                  key_prefix = "weft_key_";

/// A new token: the prefix and 256 random bits in hex.
std::string make_token(std::string_view prefix = token_prefix);
/// Does it have the form of one with this prefix?
bool is_token(std::string_view text, std::string_view prefix = token_prefix);

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
