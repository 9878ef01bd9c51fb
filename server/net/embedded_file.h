#pragma once

#include <string_view>
#include <vector>

namespace weft {

/// A file that was put into the binary when it was built (embed.cmake).
struct EmbeddedFile {
  std::string_view path;   ///< relative to the folder that was embedded
  std::string_view bytes;  ///< gzip (without a name) when the folder was embedded with GZIP
  std::string_view hash;   ///< of the original, for ETags
};

using EmbeddedFiles = std::vector<EmbeddedFile>;

}  // namespace weft
