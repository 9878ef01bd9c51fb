#pragma once

// A compressed log: zstd frames of 1 MiB of text each, so that a read in the middle unpacks only
// what it needs, and `zstd -dc` reads it too.

#include <cstdint>
#include <string>

#include "base/result.h"
#include "server/storage/file.h"

namespace weft::storage {

/// Compresses the file `plain` into `archive`, which appears whole or not at all.
/// Errors: unavailable.
Result<void> pack_log(const std::string& plain, const std::string& archive);

/// The reverse.
Result<void> unpack_log(const std::string& archive, const std::string& plain);

struct ArchivePart {
  std::string bytes;
  std::int64_t size = 0;  ///< of the whole text
};

/// Bytes [offset, offset + limit) of the text. Reads the frames in which they stand, and of the
/// others the headers. Errors: unavailable, internal (damaged).
Result<ArchivePart> read_archive(const File& archive, std::int64_t offset, std::int64_t limit);

}  // namespace weft::storage
