#include "worker/runner/line_splitter.h"

#include <time.h>

#include <cstdio>

#include "proto/wire/utf8.h"

namespace weft::worker {

std::string_view LogClock::format(std::int64_t walltime_us) {
  const std::int64_t second = walltime_us / 1'000'000;
  if (second != second_) {
    const time_t when = second;
    tm parts{};
    gmtime_r(&when, &parts);
    strftime(text_, sizeof text_, "%Y-%m-%dT%H:%M:%S.000000Z", &parts);
    second_ = second;
  }
  auto rest = static_cast<int>(walltime_us % 1'000'000);
  for (int i = 25; i >= 20; --i, rest /= 10) text_[i] = static_cast<char>('0' + rest % 10);
  return {text_, 27};
}

void LineSplitter::emit(std::string_view text, char tag, std::string_view time, std::string& out) {
  out.append(time);
  out += ' ';
  out.append(stream_);
  out += ' ';
  out += tag;
  out += ' ';
  wire::append_as_utf8(out, text);
  out += '\n';
}

/// Emits parts while `text` is longer than one part; returns the rest.
std::string_view LineSplitter::parts(std::string_view text, std::string_view time,
                                     std::string& out) {
  while (text.size() > max_part) {
    const std::string_view part = text.substr(0, max_part);
    const std::size_t length = max_part - wire::incomplete_utf8_suffix(part);
    emit(part.substr(0, length), 'P', time, out);
    text.remove_prefix(length);
  }
  return text;
}

void LineSplitter::line(std::string_view text, std::string_view time, std::string& out) {
  emit(parts(text, time, out), 'F', time, out);
}

void LineSplitter::feed(std::string_view bytes, std::string_view time, std::string& out) {
  for (std::size_t end; (end = bytes.find('\n')) != std::string_view::npos;
       bytes.remove_prefix(end + 1)) {
    if (pending_.empty()) {
      line(bytes.substr(0, end), time, out);
    } else {
      pending_.append(bytes.substr(0, end));
      line(pending_, time, out);
      pending_.clear();
    }
  }
  if (pending_.empty()) {
    pending_ = parts(bytes, time, out);
  } else {
    pending_.append(bytes);
    if (pending_.size() > max_part) pending_ = std::string(parts(pending_, time, out));
  }
}

void LineSplitter::finish(std::string_view time, std::string& out) {
  if (!pending_.empty()) line(pending_, time, out);
  pending_.clear();
}

}  // namespace weft::worker
