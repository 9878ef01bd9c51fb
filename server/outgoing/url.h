#pragma once

#include <string>
#include <string_view>

namespace weft::outgoing {

/// Does this URL lead to the same machine?
bool is_loopback_url(std::string_view url);

/// https, or http to the same machine; without a user, a query or a fragment.
bool is_safe_url(std::string_view url);

/// `text` as one segment of a path, or one value of a query or a form.
std::string escaped(std::string_view text);

}  // namespace weft::outgoing
