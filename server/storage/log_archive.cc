#include "server/storage/log_archive.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <atomic>
#include <optional>

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

/// Where a frame stands in the archive, and what it holds in the text.
struct Frame {
  std::int64_t from = 0;
  std::int64_t size = 0;
  std::int64_t text_from = 0;
  std::int64_t text_size = 0;

  std::int64_t end() const { return from + size; }
  std::int64_t text_end() const { return text_from + text_size; }
};

/// Of a frame, by the byte behind its magic number (RFC 8878, 3.1.1.1.1).
std::int64_t header_size(unsigned char descriptor) {
  constexpr int dictionary_bytes[] = {0, 1, 2, 4};
  const bool is_single_segment = (descriptor & 0x20) != 0;
  const int size_code = descriptor >> 6;
  const int content_size_bytes = size_code == 0 ? (is_single_segment ? 1 : 0) : 1 << size_code;
  return 5 + (is_single_segment ? 0 : 1) + dictionary_bytes[descriptor & 3] + content_size_bytes;
}

/// The size of a block with its header of three bytes (3.1.1.2); nullopt: there is no such block.
std::optional<std::int64_t> block_size(std::uint32_t header) {
  constexpr std::uint32_t repeated_byte = 1, reserved = 3;
  const auto type = header >> 1 & 3;
  if (type == reserved) return std::nullopt;
  return 3 + (type == repeated_byte ? 1 : header >> 3);
}

/// The frame at `from`. Its blocks are stepped over by their headers, so that what they hold is
/// not read: zstd itself tells a frame's size only with the whole of it in memory.
Result<Frame> find_frame(const File& archive, std::int64_t from, std::int64_t text_from) {
  constexpr std::int64_t longest_header = 18;
  constexpr std::string_view magic = "\x28\xb5\x2f\xfd";
  TRY_ASSIGN(const auto head, archive.read(from, longest_header));
  const auto text_size = ZSTD_getFrameContentSize(head.data(), head.size());
  if (!head.starts_with(magic) || text_size > static_cast<unsigned long long>(frame_text_bytes))
    return tl::unexpected(damaged(archive.path(), "no frame, or one without its size"));
  const auto descriptor = static_cast<unsigned char>(head[magic.size()]);
  std::int64_t at = from + header_size(descriptor);
  for (bool is_last = false; !is_last;) {
    TRY_ASSIGN(const auto bytes, archive.read(at, 3));
    if (bytes.size() < 3) return tl::unexpected(damaged(archive.path(), "it ends too early"));
    std::uint32_t header = 0;
    for (int i = 2; i >= 0; --i)
      header = header << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
    const auto size = block_size(header);
    if (!size) return tl::unexpected(damaged(archive.path(), "a block of no known kind"));
    at += *size;
    is_last = (header & 1) != 0;
  }
  const bool has_checksum = (descriptor & 4) != 0;
  return Frame{from, at + (has_checksum ? 4 : 0) - from, text_from,
               static_cast<std::int64_t>(text_size)};
}

/// Calls `visit(frame)` for each; the size of the text.
template <class Visit>
Result<std::int64_t> for_each_frame(const File& archive, Visit visit) {
  TRY_ASSIGN(const auto end, archive.size());
  Frame frame;
  while (frame.end() < end) {
    TRY_ASSIGN(frame, find_frame(archive, frame.end(), frame.text_end()));
    if (frame.end() > end) return tl::unexpected(damaged(archive.path(), "it ends within a frame"));
    TRY(visit(frame));
  }
  return frame.text_end();
}

Result<std::string> unpack_frame(const File& archive, const Frame& frame) {
  TRY_ASSIGN(const auto packed, archive.read(frame.from, frame.size));
  std::string text(static_cast<std::size_t>(frame.text_size), '\0');
  const std::size_t got = ZSTD_decompress(text.data(), text.size(), packed.data(), packed.size());
  if (ZSTD_isError(got)) return tl::unexpected(damaged(archive.path(), ZSTD_getErrorName(got)));
  text.resize(got);
  return text;
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
  const std::string target = temporary(plain);
  TRY_ASSIGN(const auto to, open_existing(target, O_WRONLY | O_CREAT | O_TRUNC));
  const auto copy = [&](const Frame& frame) -> Result<void> {
    TRY_ASSIGN(const auto text, unpack_frame(from, frame));
    return to.write(frame.text_from, text);
  };
  Result<void> done;
  if (auto copied = for_each_frame(from, copy); !copied)
    done = tl::unexpected(std::move(copied).error());
  else
    done = to.sync();
  if (done) done = rename_file(target, plain);
  if (!done) remove_file(target);
  return done;
}

Result<ArchivePart> read_archive(const File& archive, std::int64_t offset, std::int64_t limit) {
  ArchivePart part;
  const auto take = [&](const Frame& frame) -> Result<void> {
    const auto wanted = limit - static_cast<std::int64_t>(part.bytes.size());
    if (wanted <= 0 || frame.text_end() <= offset) return {};
    TRY_ASSIGN(const auto text, unpack_frame(archive, frame));
    const auto skip = static_cast<std::size_t>(std::max<std::int64_t>(0, offset - frame.text_from));
    part.bytes.append(text, skip, static_cast<std::size_t>(wanted));
    return {};
  };
  TRY_ASSIGN(part.size, for_each_frame(archive, take));
  return part;
}

}  // namespace weft::storage
