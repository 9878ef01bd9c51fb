#pragma once

// Where the log of one attempt lives: in memory while it is small and young, then in a file that
// the agent streams to the server by offset. At most max_bytes are kept: the head in the file at
// once, the tail in a ring file that is appended, after a marker line, when the attempt ends.

#include <cstdint>
#include <string>
#include <string_view>

#include "worker/runner/unique_fd.h"

namespace weft::worker {

/// Owned by one attempt. A disk that refuses writes loses log bytes, never the task; the loss is
/// marked at the log's end. Of a log that it took nothing of, the mark alone is in memory.
class LogSink {
 public:
  /// Nothing is created before a file is needed. `path` is absolute.
  LogSink(std::string path, std::int64_t max_bytes);
  ~LogSink();
  LogSink(const LogSink&) = delete;
  LogSink& operator=(const LogSink&) = delete;

  /// Adds whole CRI lines.
  void append(std::string_view lines);

  /// Moves what is in memory to the file; from then on lines go there directly.
  void spill();

  /// The attempt ended: brings head, marker and tail together. `clock_text` stamps the marker.
  void finish(std::string_view clock_text);

  bool in_file() const { return in_file_; }
  bool empty() const { return memory_.empty() && !in_file_; }
  /// Bytes that can be read: from memory, or in the file.
  std::int64_t bytes() const {
    return in_file_ ? file_bytes_ : static_cast<std::int64_t>(memory_.size());
  }
  /// The whole log when it is in no file.
  std::string take_memory() { return std::move(memory_); }

 private:
  void write_head(std::string_view lines);
  void write_tail(std::string_view lines);
  void append_tail();
  void take_back(std::string_view clock_text);
  std::string loss() const;
  bool write_all(int fd, std::string_view bytes, std::int64_t offset);

  std::string path_;
  std::int64_t head_limit_;
  std::int64_t tail_limit_;
  std::string memory_;
  bool in_file_ = false;
  UniqueFd file_;
  std::int64_t file_bytes_ = 0;
  UniqueFd tail_;
  std::int64_t tail_bytes_ = 0;  ///< all that ever went to the ring
  std::int64_t lost_bytes_ = 0;
  int write_error_ = 0;
};

}  // namespace weft::worker
