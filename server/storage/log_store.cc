#include "server/storage/log_store.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <optional>

#include "server/storage/file.h"
#include "server/storage/log_archive.h"

namespace weft::storage {
namespace {

std::string archive_of(const std::string& plain) {
  return plain + ".zst";
}

/// The text's size in an archive; nullopt when there is none.
Result<std::optional<std::int64_t>> archived_size(const std::string& archive) {
  TRY_ASSIGN(const auto file, File::open(archive, O_RDONLY));
  if (!file) return std::nullopt;
  TRY_ASSIGN(const auto part, read_archive(archive, 0, 0));
  return part.size;
}

Result<LogChunk> read_plain(const File& file, std::int64_t offset, std::int64_t limit) {
  LogChunk chunk;
  TRY_ASSIGN(chunk.size, file.size());
  TRY_ASSIGN(chunk.bytes, file.read(offset, limit));
  chunk.next_offset = std::min(offset, chunk.size) + static_cast<std::int64_t>(chunk.bytes.size());
  return chunk;
}

/// The plain file, locked against finish(); made, or unpacked, if it isn't there.
Result<File> open_for_append(const std::string& folder, const std::string& plain) {
  for (;;) {
    TRY_ASSIGN(auto file, File::open(plain, O_RDWR));
    if (!file) {
      TRY_ASSIGN(const auto packed, archived_size(archive_of(plain)));
      if (packed) {
        TRY(unpack_log(archive_of(plain), plain));
        remove_file(archive_of(plain));
        continue;
      }
      TRY(make_folders(folder));
      TRY_ASSIGN(file, File::open(plain, O_RDWR | O_CREAT));
      if (!file) continue;  // the folder went away in between
    }
    TRY_ASSIGN(const bool has_name, file->lock(false));
    if (has_name) return std::move(*file);
  }
}

}  // namespace

LogStore::LogStore(std::string root, LogStoreOptions options)
    : root_(std::move(root)), options_(options) {}

std::string LogStore::folder(const LogKey& key) const {
  return fmt::format("{}/{}/{}/{}", root_, key.dag.value, key.run.value, key.instance.value);
}

std::string LogStore::path(const LogKey& key) const {
  return fmt::format("{}/{}.log", folder(key), key.attempt.value);
}

Result<std::int64_t> LogStore::append(const LogKey& key, std::int64_t offset,
                                      std::string_view bytes) const {
  if (offset < 0) return fail(ErrorCode::invalid_argument, "a log's offset is never negative");
  const auto end = offset + static_cast<std::int64_t>(bytes.size());
  if (end > options_.max_bytes)
    return fail(ErrorCode::too_large,
                fmt::format("the log of attempt {} would be longer than {} bytes",
                            key.attempt.value, options_.max_bytes));
  const std::string plain = path(key);
  TRY_ASSIGN(const auto there, size(key));
  if (end <= there || offset > there) return there;
  TRY_ASSIGN(const auto file, open_for_append(folder(key), plain));
  TRY_ASSIGN(const auto now, file.size());
  if (end <= now || offset > now) return now;
  TRY(file.write(now, bytes.substr(static_cast<std::size_t>(now - offset))));
  return end;
}

Result<void> LogStore::finish(const LogKey& key) const {
  const std::string plain = path(key);
  TRY_ASSIGN(const auto file, File::open(plain, O_RDWR));
  if (!file) return {};
  TRY_ASSIGN(const auto bytes, file->size());
  if (bytes < options_.compress_from_bytes) return {};
  TRY_ASSIGN(const bool has_name, file->lock(true));
  if (!has_name) return {};
  TRY(pack_log(plain, archive_of(plain)));
  remove_file(plain);
  return {};
}

Result<LogChunk> LogStore::read(const LogKey& key, std::int64_t offset, std::int64_t limit) const {
  if (offset < 0 || limit < 0)
    return fail(ErrorCode::invalid_argument, "a log's offset and limit are never negative");
  const std::string plain = path(key);
  Result<ArchivePart> part;
  // Twice, since it may change its form in between.
  for (int i = 0; i < 2; ++i) {
    TRY_ASSIGN(const auto file, File::open(plain, O_RDONLY));
    if (file) return read_plain(*file, offset, limit);
    TRY_ASSIGN(const auto packed, File::open(archive_of(plain), O_RDONLY));
    if (!packed) continue;
    part = read_archive(archive_of(plain), offset, limit);
    if (!part) continue;
    const auto read_bytes = static_cast<std::int64_t>(part->bytes.size());
    return LogChunk{.bytes = std::move(part->bytes),
                    .next_offset = std::min(offset, part->size) + read_bytes,
                    .size = part->size};
  }
  if (!part) return tl::unexpected(std::move(part).error());
  return LogChunk{};
}

Result<std::int64_t> LogStore::size(const LogKey& key) const {
  TRY_ASSIGN(const auto chunk, read(key, 0, 0));
  return chunk.size;
}

}  // namespace weft::storage
