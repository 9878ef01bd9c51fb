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

Result<LogChunk> read_plain(const File& file, std::int64_t offset, std::int64_t limit) {
  LogChunk chunk;
  TRY_ASSIGN(chunk.size, file.size());
  TRY_ASSIGN(chunk.bytes, file.read(offset, limit));
  chunk.next_offset = std::min(offset, chunk.size) + static_cast<std::int64_t>(chunk.bytes.size());
  return chunk;
}

/// nullopt: neither form of it is there.
Result<std::optional<LogChunk>> look(const std::string& plain, std::int64_t offset,
                                     std::int64_t limit) {
  TRY_ASSIGN(const auto file, File::open(plain, O_RDONLY));
  if (file) return read_plain(*file, offset, limit);
  TRY_ASSIGN(const auto packed, File::open(archive_of(plain), O_RDONLY));
  if (!packed) return std::nullopt;
  TRY_ASSIGN(auto part, read_archive(*packed, offset, limit));
  const auto read_bytes = static_cast<std::int64_t>(part.bytes.size());
  return LogChunk{.bytes = std::move(part.bytes),
                  .next_offset = std::min(offset, part.size) + read_bytes,
                  .size = part.size};
}

/// The folder's lock: a log grows and changes its form under it alone, so what one thread has
/// written is never in a file that another puts away. Nothing when there is no folder.
Result<std::optional<File>> lock(const std::string& folder, bool exclusive) {
  for (;;) {
    TRY_ASSIGN(auto file, File::open(folder, O_RDONLY | O_DIRECTORY));
    if (!file) return std::nullopt;
    TRY_ASSIGN(const bool has_name, file->lock(exclusive));
    if (has_name) return file;
  }
}

Result<File> lock_made(const std::string& folder) {
  for (;;) {
    TRY_ASSIGN(auto locked, lock(folder, true));
    if (locked) return std::move(*locked);
    TRY(make_folders(folder));
  }
}

/// The plain file; unpacked or made if it isn't there. Under the folder's lock.
Result<File> open_for_append(const std::string& plain) {
  TRY_ASSIGN(auto file, File::open(plain, O_RDWR));
  if (!file) {
    TRY_ASSIGN(const auto packed, File::open(archive_of(plain), O_RDONLY));
    if (packed) {
      TRY(unpack_log(archive_of(plain), plain));
      remove_file(archive_of(plain));
    }
    TRY_ASSIGN(file, File::open(plain, O_RDWR | O_CREAT));
  }
  if (!file) return fail(ErrorCode::unavailable, fmt::format("the folder of {} is gone", plain));
  return std::move(*file);
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
  const auto length = static_cast<std::int64_t>(bytes.size());
  if (offset > options_.max_bytes - length)
    return fail(ErrorCode::too_large,
                fmt::format("the log of attempt {} would be longer than {} bytes",
                            key.attempt.value, options_.max_bytes));
  const auto end = offset + length;
  TRY_ASSIGN(const auto locked, lock_made(folder(key)));
  TRY_ASSIGN(const auto found, look(path(key), 0, 0));
  const auto there = found ? found->size : 0;
  if (end <= there || offset > there) return there;
  TRY_ASSIGN(const auto file, open_for_append(path(key)));
  TRY(file.write(there, bytes.substr(static_cast<std::size_t>(there - offset))));
  appended_.fetch_add(1, std::memory_order_relaxed);
  return end;
}

/// One call for all files: a sync of each would cost a commit of the file system's journal each.
Result<void> LogStore::sync() {
  const std::uint64_t appended = appended_.load(std::memory_order_relaxed);
  if (appended == synced_) return {};
  TRY_ASSIGN(const auto folder, File::open(root_, O_RDONLY | O_DIRECTORY));
  if (folder) TRY(folder->sync_file_system());
  synced_ = appended;
  return {};
}

Result<void> LogStore::finish(const LogKey& key) const {
  const std::string plain = path(key);
  TRY_ASSIGN(const auto locked, lock(folder(key), true));
  if (!locked) return {};
  TRY_ASSIGN(const auto file, File::open(plain, O_RDONLY));
  if (!file) return {};
  TRY_ASSIGN(const auto bytes, file->size());
  if (bytes < options_.compress_from_bytes) return {};
  TRY(pack_log(plain, archive_of(plain)));
  remove_file(plain);
  return {};
}

Result<LogChunk> LogStore::read(const LogKey& key, std::int64_t offset, std::int64_t limit) const {
  if (offset < 0 || limit < 0)
    return fail(ErrorCode::invalid_argument, "a log's offset and limit are never negative");
  TRY_ASSIGN(auto found, look(path(key), offset, limit));
  if (found) return std::move(*found);
  // Not there, or it changed its form between the two looks: under the lock it cannot.
  TRY_ASSIGN(const auto locked, lock(folder(key), false));
  if (!locked) return LogChunk{};
  TRY_ASSIGN(found, look(path(key), offset, limit));
  return std::move(found).value_or(LogChunk{});
}

Result<std::int64_t> LogStore::size(const LogKey& key) const {
  TRY_ASSIGN(const auto chunk, read(key, 0, 0));
  return chunk.size;
}

}  // namespace weft::storage
