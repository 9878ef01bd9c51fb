#pragma once

// In which forms a secret may stand in what a task writes, besides those that merely escape some of
// its characters (see unescape.h).

#include <string>
#include <string_view>
#include <vector>

namespace weft::worker {

/// A shorter value, line or code would shred every log.
inline constexpr std::size_t least_masked_bytes = 4;

/// The texts to look for, each of at least least_masked_bytes: `value` itself, its lines (so that a
/// key printed line by line is found), and its base64 in both alphabets at each of the three
/// alignments, so that it is found inside of what was encoded together with it (`user:password`);
/// also in lines of 64 and 76 characters, as `openssl base64` and `base64` write. Has duplicates.
std::vector<std::string> forms_of_secret(std::string_view value);

/// RFC 4648, with padding; `url_safe` takes - and _ for + and /.
std::string base64(std::string_view bytes, bool url_safe);

}  // namespace weft::worker
