#include "worker/agent/spool.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "proto/wire/json_reader.h"
#include "proto/wire/json_writer.h"
#include "proto/wire/worker_fields.h"

namespace weft::worker {
namespace {

std::string line_of(const SpooledResult& entry) {
  std::string line;
  wire::ObjectWriter object(line);
  object.string("session", entry.session);
  wire::append_json(object.field("result"), entry.result);
  object.close();
  line += '\n';
  return line;
}

bool read_entry(std::string_view line, SpooledResult& entry) {
  wire::JsonReader in(line);
  const bool fields = in.object([&](std::string_view key) {
    if (key == "session") return in.read(entry.session);
    if (key == "result") return wire::read_attempt_result(in, entry.result);
    return in.skip();
  });
  return fields && in.finish() && !entry.session.empty() && entry.result.attempt > 0;
}

}  // namespace

std::vector<SpooledResult> Spool::load() const {
  std::vector<SpooledResult> entries;
  std::ifstream in(path_);
  for (std::string line; std::getline(in, line);) {
    SpooledResult entry;
    if (read_entry(line, entry)) entries.push_back(std::move(entry));
  }
  return entries;
}

Result<void> Spool::append(const std::vector<SpooledResult>& results) {
  const UniqueFd fd(open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  struct stat info {};
  if (!fd || fstat(fd.get(), &info) != 0)
    return fail(ErrorCode::unavailable,
                fmt::format("the spool {} cannot be opened: {}", path_, std::strerror(errno)));
  // A line that a crash cut short must not swallow the next one.
  std::string text = info.st_size > 0 ? "\n" : "";
  for (const SpooledResult& entry : results) text += line_of(entry);
  if (info.st_size + static_cast<std::int64_t>(text.size()) > max_bytes)
    return fail(ErrorCode::resource_exhausted, fmt::format("the spool {} is full", path_));
  errno = ENOSPC;  // what a short write means
  if (write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      fdatasync(fd.get()) == 0)
    return {};
  const int error = errno;
  // They are tried again: what is there of them by now would only take room.
  [[maybe_unused]] const int cut = ftruncate(fd.get(), info.st_size);
  return fail(ErrorCode::unavailable,
              fmt::format("the spool {} cannot be written: {}", path_, std::strerror(error)));
}

void Spool::clear() {
  unlink(path_.c_str());
}

}  // namespace weft::worker
