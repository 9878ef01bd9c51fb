#include "worker/runner/process_table.h"

#include <dirent.h>
#include <fcntl.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "worker/runner/unique_fd.h"

namespace weft::worker {
namespace {

constexpr std::size_t max_environment = 4 << 20;

template <class Number>
bool take_number(std::string_view& text, Number& number) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

std::optional<Process> read_process(const char* pid) {
  char path[32];
  *fmt::format_to_n(path, sizeof path - 1, "/proc/{}/stat", pid).out = '\0';
  const UniqueFd fd(open(path, O_RDONLY | O_CLOEXEC));
  if (!fd) return std::nullopt;
  std::array<char, 1024> text;
  const ssize_t got = read(fd.get(), text.data(), text.size());
  if (got <= 0) return std::nullopt;
  return parse_stat({text.data(), static_cast<std::size_t>(got)});
}

}  // namespace

std::optional<Process> read_process(pid_t pid) {
  return read_process(std::to_string(pid).c_str());
}

std::optional<Process> parse_stat(std::string_view text) {
  Process process;
  if (!take_number(text, process.pid)) return std::nullopt;
  // The name in parentheses may itself contain parentheses and spaces.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos || name_end + 3 > text.size()) return std::nullopt;
  process.state = text[name_end + 2];
  text.remove_prefix(name_end + 3);
  if (!take_number(text, process.parent) || !take_number(text, process.group) ||
      !take_number(text, process.session))
    return std::nullopt;
  std::int64_t passed_over = 0;
  for (int field = 7; field <= 21; ++field)
    if (!take_number(text, passed_over)) return std::nullopt;
  if (!take_number(text, process.start_ticks)) return std::nullopt;
  return process;
}

ProcessTable::ProcessTable(std::vector<Process> processes) : processes_(std::move(processes)) {
  by_pid_.reserve(processes_.size());
  for (std::size_t i = 0; i < processes_.size(); ++i) by_pid_[processes_[i].pid] = i;
}

ProcessTable ProcessTable::snapshot() {
  std::vector<Process> processes;
  DIR* folder = opendir("/proc");
  if (folder == nullptr) return ProcessTable({});
  while (const dirent* entry = readdir(folder)) {
    if (entry->d_name[0] < '0' || entry->d_name[0] > '9') continue;
    if (auto process = read_process(entry->d_name)) processes.push_back(*process);
  }
  closedir(folder);
  return ProcessTable(std::move(processes));
}

const Process* ProcessTable::find(pid_t pid) const {
  const auto found = by_pid_.find(pid);
  return found == by_pid_.end() ? nullptr : &processes_[found->second];
}

std::optional<std::string> environment_of(pid_t pid, std::string_view name) {
  const UniqueFd fd(open(fmt::format("/proc/{}/environ", pid).c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return std::nullopt;
  std::string text;
  std::array<char, 16384> chunk;
  ssize_t got = 0;
  while (text.size() < max_environment && (got = read(fd.get(), chunk.data(), chunk.size())) > 0)
    text.append(chunk.data(), static_cast<std::size_t>(got));
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\0'), rest.size());
    const std::string_view entry = rest.substr(0, end);
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=')
      return std::string(entry.substr(name.size() + 1));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return std::nullopt;
}

}  // namespace weft::worker
