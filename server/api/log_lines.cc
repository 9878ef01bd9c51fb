#include "server/api/log_lines.h"

#include <nlohmann/json.hpp>

#include "server/api/failure.h"

namespace weft::api {
namespace {

nlohmann::json message_of(const LogLine& line) {
  nlohmann::json message{{"event", std::string(line.text)}, {"timestamp", nullptr}};
  if (!line.timestamp.empty()) message["timestamp"] = std::string(line.timestamp);
  if (!line.stream.empty()) message["stream"] = std::string(line.stream);
  if (line.partial) message["partial"] = true;
  return message;
}

/// Takes the first word and the space behind it; "" when there is no space.
std::string_view take_word(std::string_view& text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return {};
  const auto word = text.substr(0, space);
  text.remove_prefix(space + 1);
  return word;
}

}  // namespace

LogLine parse_log_line(std::string_view line) {
  std::string_view rest = line;
  LogLine result;
  result.timestamp = take_word(rest);
  result.stream = take_word(rest);
  // The tag may be the end of the line when the text is empty and its space was trimmed.
  const auto tag = rest == "F" || rest == "P" ? std::exchange(rest, {}) : take_word(rest);
  const bool is_ours = result.timestamp.size() >= 20 && result.timestamp[4] == '-' &&
                       (result.stream == "stdout" || result.stream == "stderr") &&
                       (tag == "F" || tag == "P");
  if (!is_ours) return {.text = line};
  result.text = rest;
  result.partial = tag == "P";
  return result;
}

void append_log_line(std::string& out, LogFormat format, const LogLine& line,
                     std::int64_t next_offset) {
  switch (format) {
    case LogFormat::json: out += to_text(message_of(line)); return;
    case LogFormat::ndjson: out.append(to_text(message_of(line))).append("\n"); return;
    case LogFormat::text:
      out.append(line.text);
      if (!line.partial) out += '\n';
      return;
    case LogFormat::events:
      out.append("id: ").append(std::to_string(next_offset)).append("\nevent: log\ndata: ");
      out.append(to_text(message_of(line))).append("\n\n");
      return;
  }
}

Result<LogBlock> read_log_lines(const storage::LogStore& logs, const storage::LogKey& key,
                                std::int64_t offset, bool is_over) {
  TRY_ASSIGN(auto chunk, logs.read(key, offset, max_log_block));
  LogBlock block{.bytes = std::move(chunk.bytes), .offset = offset};
  const auto newline = block.bytes.rfind('\n');
  const bool reaches_end = offset + static_cast<std::int64_t>(block.bytes.size()) >= chunk.size;
  const bool takes_all = reaches_end && is_over;
  if (newline != std::string::npos && !takes_all)
    block.bytes.resize(newline + 1);
  else if (reaches_end && !is_over)
    block.bytes.clear();
  block.next_offset = offset + static_cast<std::int64_t>(block.bytes.size());
  block.at_end = reaches_end;
  return block;
}

Result<std::int64_t> next_line_start(const storage::LogStore& logs, const storage::LogKey& key,
                                     std::int64_t offset) {
  if (offset == 0) return 0;
  std::int64_t at = offset - 1;
  for (;;) {
    TRY_ASSIGN(const auto chunk, logs.read(key, at, max_log_block));
    if (chunk.bytes.empty()) return std::max(offset, chunk.size);
    const auto newline = chunk.bytes.find('\n');
    if (newline != std::string::npos) return at + static_cast<std::int64_t>(newline) + 1;
    at += static_cast<std::int64_t>(chunk.bytes.size());
  }
}

Result<std::int64_t> tail_offset(const storage::LogStore& logs, const storage::LogKey& key,
                                 std::int64_t lines) {
  TRY_ASSIGN(const auto size, logs.size(key));
  if (lines <= 0 || size == 0) return size;
  std::int64_t begin = size - 1;  // the last newline ends the last line, it starts none
  while (begin > 0) {
    const auto from = std::max<std::int64_t>(0, begin - max_log_block);
    TRY_ASSIGN(const auto chunk, logs.read(key, from, begin - from));
    for (auto i = static_cast<std::int64_t>(chunk.bytes.size()) - 1; i >= 0; --i)
      if (chunk.bytes[static_cast<std::size_t>(i)] == '\n' && --lines == 0) return from + i + 1;
    begin = from;
  }
  return 0;
}

}  // namespace weft::api
