#include "worker/runner/log_sink.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "proto/wire/worker.h"

namespace weft::worker {
namespace {

constexpr std::int64_t marker_room = 512;

std::string tail_path(const std::string& path) {
  return path + ".tail";
}

std::string marker(std::string_view clock_text, std::string_view text) {
  return fmt::format("{} stderr F {}\n", clock_text, text);
}

}  // namespace

LogSink::LogSink(std::string path, std::int64_t max_bytes)
    : path_(std::move(path)),
      head_limit_(std::max<std::int64_t>(max_bytes / 2, 1)),
      tail_limit_(std::max<std::int64_t>(max_bytes - max_bytes / 2 - marker_room, 1)) {}

LogSink::~LogSink() {
  if (tail_) unlink(tail_path(path_).c_str());
}

void LogSink::append(std::string_view lines) {
  if (!in_file_) {
    if (memory_.size() + lines.size() <= static_cast<std::size_t>(wire::max_inline_log_bytes)) {
      memory_.append(lines);
      return;
    }
    spill();
  }
  write_head(lines);
}

void LogSink::spill() {
  if (in_file_) return;
  in_file_ = true;
  file_.reset(open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file_) write_error_ = errno;
  const std::string lines = std::move(memory_);
  memory_ = {};
  if (!lines.empty()) write_head(lines);
}

bool LogSink::write_all(int fd, std::string_view bytes, std::int64_t offset) {
  while (!bytes.empty()) {
    const ssize_t wrote = pwrite(fd, bytes.data(), bytes.size(), offset);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      write_error_ = errno;
      return false;
    }
    offset += wrote;
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

/// Whole lines go to the head until one does not fit; from then on all go to the tail.
void LogSink::write_head(std::string_view lines) {
  std::size_t fits = 0;
  if (tail_bytes_ == 0) {
    const auto room =
        static_cast<std::size_t>(std::max<std::int64_t>(head_limit_ - file_bytes_, 0));
    fits = lines.size() <= room ? lines.size() : lines.rfind('\n', room == 0 ? 0 : room - 1) + 1;
  }
  const std::string_view head = lines.substr(0, fits);
  if (file_ && write_all(file_.get(), head, file_bytes_))
    file_bytes_ += static_cast<std::int64_t>(head.size());
  else
    lost_bytes_ += static_cast<std::int64_t>(head.size());
  if (fits < lines.size()) write_tail(lines.substr(fits));
}

void LogSink::write_tail(std::string_view lines) {
  if (!tail_) {
    tail_.reset(
        open(tail_path(path_).c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!tail_) write_error_ = errno;
  }
  while (!lines.empty()) {
    const std::int64_t at = tail_bytes_ % tail_limit_;
    const auto length = std::min(lines.size(), static_cast<std::size_t>(tail_limit_ - at));
    if (!tail_ || !write_all(tail_.get(), lines.substr(0, length), at))
      lost_bytes_ += static_cast<std::int64_t>(length);
    tail_bytes_ += static_cast<std::int64_t>(length);
    lines.remove_prefix(length);
  }
}

/// Copies the ring, oldest byte first, behind the head. Of a ring that wrapped, the first line is
/// cut and therefore left out.
void LogSink::append_tail() {
  const std::int64_t kept = std::min(tail_bytes_, tail_limit_);
  std::int64_t from = tail_bytes_ - kept;
  bool in_cut_line = from > 0;
  std::string buffer(256 << 10, '\0');
  while (from < tail_bytes_) {
    const std::int64_t at = from % tail_limit_;
    const auto want =
        std::min({static_cast<std::int64_t>(buffer.size()), tail_limit_ - at, tail_bytes_ - from});
    const ssize_t got = pread(tail_.get(), buffer.data(), static_cast<std::size_t>(want), at);
    if (got <= 0) break;
    from += got;
    std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
    if (in_cut_line) {
      const std::size_t end = bytes.find('\n');
      if (end == std::string_view::npos) continue;
      bytes.remove_prefix(end + 1);
      in_cut_line = false;
    }
    if (!write_all(file_.get(), bytes, file_bytes_)) {
      lost_bytes_ += static_cast<std::int64_t>(bytes.size());
      break;
    }
    file_bytes_ += static_cast<std::int64_t>(bytes.size());
  }
}

void LogSink::finish(std::string_view clock_text) {
  if (!in_file_) return;
  const auto mark = [&](const std::string& text) {
    const std::string line = marker(clock_text, text);
    if (file_ && write_all(file_.get(), line, file_bytes_))
      file_bytes_ += static_cast<std::int64_t>(line.size());
  };
  if (tail_bytes_ > tail_limit_)
    mark(
        fmt::format("[weft: about {} bytes of log are left out here; max_log_bytes keeps the "
                    "first {} and the last {}]",
                    tail_bytes_ - tail_limit_, head_limit_, tail_limit_));
  if (file_ && tail_) append_tail();
  if (lost_bytes_ > 0) mark(loss());
  if (tail_) unlink(tail_path(path_).c_str());
  tail_.reset();
  file_.reset();
  if (file_bytes_ == 0) take_back(clock_text);
}

/// The disk took nothing: there is no file, and what happened goes with the result.
void LogSink::take_back(std::string_view clock_text) {
  unlink(path_.c_str());
  in_file_ = false;
  if (lost_bytes_ > 0) memory_ = marker(clock_text, loss());
}

std::string LogSink::loss() const {
  return fmt::format("[weft: {} bytes of log were lost: {}]", lost_bytes_,
                     std::strerror(write_error_));
}

}  // namespace weft::worker
