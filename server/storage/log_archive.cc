#include "server/storage/log_archive.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zstd.h>

#include <atomic>

namespace weft::storage {
namespace {

constexpr std::int64_t frame_text_bytes = 1 << 20;
constexpr int level = 3;

/// Beside the target, so that the rename is atomic; its own name, so that two writers of the same
/// target do not meet.
std::string temporary(const std::string& target) {
  static std::atomic<unsigned> count{0};
  return fmt::format("{}.{}-{}.tmp", target, getpid(), ++count);
}

Error damaged(const std::string& archive, std::string_view why) {
  return {ErrorCode::internal, fmt::format("the log {} is damaged: {}", archive, why)};
}

Result<File> open_existing(const std::string& path, int flags) {
  TRY_ASSIGN(auto file, File::open(path, flags));
  if (!file) return fail(ErrorCode::unavailable, fmt::format("no file {}", path));
  return std::move(*file);
}

Result<void> pack(const File& plain, const File& archive) {
  std::string frame(ZSTD_compressBound(frame_text_bytes), '\0');
  std::int64_t from = 0;
  std::int64_t to = 0;
  for (;;) {
    TRY_ASSIGN(const auto text, plain.read(from, frame_text_bytes));
    if (text.empty()) return archive.sync();
    const std::size_t size =
        ZSTD_compress(frame.data(), frame.size(), text.data(), text.size(), level);
    if (ZSTD_isError(size)) return fail(ErrorCode::internal, ZSTD_getErrorName(size));
    TRY(archive.write(to, std::string_view(frame).substr(0, size)));
    from += static_cast<std::int64_t>(text.size());
    to += static_cast<std::int64_t>(size);
  }
}

/// Calls `visit(frame, text offset, text size)` for each frame.
template <class Visit>
Result<std::int64_t> for_each_frame(const std::string& archive, std::string_view packed,
                                    Visit visit) {
  std::int64_t offset = 0;
  while (!packed.empty()) {
    const std::size_t size = ZSTD_findFrameCompressedSize(packed.data(), packed.size());
    if (ZSTD_isError(size)) return tl::unexpected(damaged(archive, ZSTD_getErrorName(size)));
    const auto text_size = ZSTD_getFrameContentSize(packed.data(), packed.size());
    if (text_size > static_cast<unsigned long long>(frame_text_bytes))
      return tl::unexpected(damaged(archive, "a frame without its size"));
    TRY(visit(packed.substr(0, size), offset, static_cast<std::int64_t>(text_size)));
    offset += static_cast<std::int64_t>(text_size);
    packed.remove_prefix(size);
  }
  return offset;
}

Result<std::string> unpack_frame(const std::string& archive, std::string_view frame,
                                 std::int64_t text_size) {
  std::string text(static_cast<std::size_t>(text_size), '\0');
  const std::size_t got = ZSTD_decompress(text.data(), text.size(), frame.data(), frame.size());
  if (ZSTD_isError(got)) return tl::unexpected(damaged(archive, ZSTD_getErrorName(got)));
  text.resize(got);
  return text;
}

Result<std::string> read_whole(const File& file) {
  TRY_ASSIGN(const auto size, file.size());
  return file.read(0, size);
}

}  // namespace

Result<void> pack_log(const std::string& plain, const std::string& archive) {
  TRY_ASSIGN(const auto from, open_existing(plain, O_RDONLY));
  const std::string target = temporary(archive);
  TRY_ASSIGN(const auto to, open_existing(target, O_WRONLY | O_CREAT | O_TRUNC));
  auto done = pack(from, to);
  if (done) done = rename_file(target, archive);
  if (!done) remove_file(target);
  return done;
}

Result<void> unpack_log(const std::string& archive, const std::string& plain) {
  TRY_ASSIGN(const auto from, open_existing(archive, O_RDONLY));
  TRY_ASSIGN(const auto packed, read_whole(from));
  const std::string target = temporary(plain);
  TRY_ASSIGN(const auto to, open_existing(target, O_WRONLY | O_CREAT | O_TRUNC));
  const auto copy = [&](std::string_view frame, std::int64_t offset,
                        std::int64_t size) -> Result<void> {
    TRY_ASSIGN(const auto text, unpack_frame(archive, frame, size));
    return to.write(offset, text);
  };
  Result<void> done;
  if (auto copied = for_each_frame(archive, packed, copy); !copied)
    done = tl::unexpected(std::move(copied).error());
  else
    done = to.sync();
  if (done) done = rename_file(target, plain);
  if (!done) remove_file(target);
  return done;
}

Result<ArchivePart> read_archive(const File& archive, std::int64_t offset, std::int64_t limit) {
  TRY_ASSIGN(const auto packed, read_whole(archive));
  ArchivePart part;
  const auto take = [&](std::string_view frame, std::int64_t at,
                        std::int64_t size) -> Result<void> {
    const auto wanted = limit - static_cast<std::int64_t>(part.bytes.size());
    if (wanted <= 0 || at + size <= offset) return {};
    TRY_ASSIGN(const auto text, unpack_frame(archive.path(), frame, size));
    const auto skip = static_cast<std::size_t>(std::max<std::int64_t>(0, offset - at));
    part.bytes.append(text, skip, static_cast<std::size_t>(wanted));
    return {};
  };
  TRY_ASSIGN(part.size, for_each_frame(archive.path(), packed, take));
  return part;
}

}  // namespace weft::storage
