#pragma once

// The log of an attempt as lines. In the files a line is `<timestamp> <stream> <F|P> <text>`, as
// container runtimes write it; P says that the line goes on in the next one.

#include <cstdint>
#include <string>
#include <string_view>

#include "server/storage/log_store.h"

namespace weft::api {

struct LogLine {
  std::string_view timestamp, stream, text;  ///< the first two are empty in a foreign line
  bool partial = false;
};

LogLine parse_log_line(std::string_view line);

/// How a line is shown.
enum class LogFormat : std::uint8_t { json, ndjson, text, events };

/// Appends one line; `next_offset` is where the log goes on behind it. For LogFormat::json the
/// message alone, without a comma.
void append_log_line(std::string& out, LogFormat format, const LogLine& line,
                     std::int64_t next_offset);

/// Whole lines from a log.
struct LogBlock {
  std::string bytes;             ///< ends with a newline, but for a cut or a last line
  std::int64_t offset = 0;       ///< of its first byte
  std::int64_t next_offset = 0;  ///< where to go on
  bool at_end = false;           ///< there is no more now
};

/// A line longer than this comes in parts.
inline constexpr std::int64_t max_log_block = 128 << 10;

/// Lines from `offset`, at most max_log_block bytes. `is_over`: nothing is written any more, so
/// that a last line without its end counts too. Errors: those of LogStore::read.
Result<LogBlock> read_log_lines(const storage::LogStore& logs, const storage::LogKey& key,
                                std::int64_t offset, bool is_over);

/// The first start of a line at or behind `offset`.
Result<std::int64_t> next_line_start(const storage::LogStore& logs, const storage::LogKey& key,
                                     std::int64_t offset);

/// Where the last `lines` lines begin. Reads backwards, no more than it needs.
Result<std::int64_t> tail_offset(const storage::LogStore& logs, const storage::LogKey& key,
                                 std::int64_t lines);

/// Calls f(line, next_offset) for each line of a block; f returns false to stop.
template <class F>
void for_each_line(const LogBlock& block, F&& f) {
  std::string_view rest = block.bytes;
  std::int64_t offset = block.offset;
  while (!rest.empty()) {
    const auto newline = rest.find('\n');
    const bool is_whole = newline != std::string_view::npos;
    const auto length = is_whole ? newline + 1 : rest.size();
    LogLine line = parse_log_line(rest.substr(0, is_whole ? newline : length));
    if (!is_whole && !block.at_end) line.partial = true;
    offset += static_cast<std::int64_t>(length);
    if (!f(line, offset)) return;
    rest.remove_prefix(length);
  }
}

}  // namespace weft::api
