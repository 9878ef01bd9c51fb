#pragma once

#include <cstddef>

namespace weft::daemon {

/// Lets this process have `wanted` open files, as far as the hard limit goes; never fewer than
/// before. Returns how many it may have now.
std::size_t raise_open_files(std::size_t wanted);

}  // namespace weft::daemon
