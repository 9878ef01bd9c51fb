#pragma once

// What a task writes becomes lines in the CRI log format:
//   2026-01-01T00:00:00.000000Z stdout F the text of the line
// F is a full line or the last part of one, P a part whose line goes on.

#include <cstdint>
#include <string>
#include <string_view>

namespace weft::worker {

/// RFC 3339 in UTC with microseconds. Keeps the last second's text: most calls cost six digits.
class LogClock {
 public:
  /// Valid until the next call.
  std::string_view format(std::int64_t walltime_us);

 private:
  std::int64_t second_ = -1;
  char text_[28] = {};
};

/// Splits one stream of one attempt. Holds at most one part of a line.
class LineSplitter {
 public:
  static constexpr std::size_t max_part = 16 << 10;

  /// `stream` is "stdout" or "stderr" and must outlive the splitter.
  explicit LineSplitter(std::string_view stream) : stream_(stream) {}

  /// Appends to `out` all lines and parts that `bytes` completes. Invalid UTF-8 becomes U+FFFD.
  void feed(std::string_view bytes, std::string_view time, std::string& out);

  /// Appends what was written without a newline at the end of the stream.
  void finish(std::string_view time, std::string& out);

 private:
  void line(std::string_view text, std::string_view time, std::string& out);
  std::string_view parts(std::string_view text, std::string_view time, std::string& out);
  void emit(std::string_view text, char tag, std::string_view time, std::string& out);

  std::string_view stream_;
  std::string pending_;
};

}  // namespace weft::worker
