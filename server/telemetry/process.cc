#include "server/telemetry/process.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace weft::telemetry {
namespace {

std::string first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// Seconds since 1970 at which the system was started.
double boot_time() {
  std::ifstream file("/proc/stat");
  std::string word;
  while (file >> word) {
    double seconds = 0;
    if (word == "btime" && file >> seconds) return seconds;
    std::getline(file, word);
  }
  return 0;
}

std::int64_t count_open_files() {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc/self/fd"), &::closedir);
  if (folder == nullptr) return 0;
  std::int64_t entries = 0;
  while (::readdir(folder.get()) != nullptr) ++entries;
  return entries - 3;  // ".", ".." and the folder itself
}

}  // namespace

std::optional<ProcessFacts> read_process() {
  const std::string stat = first_line("/proc/self/stat");
  // The name, in parentheses, may hold anything; proc(5) counts the state behind it as field 3.
  const auto behind_name = stat.rfind(')');
  if (behind_name == std::string::npos) return std::nullopt;
  std::istringstream words(stat.substr(behind_name + 1));
  std::vector<std::string> fields(3);
  for (std::string word; words >> word;) fields.push_back(word);
  if (fields.size() < 25) return std::nullopt;
  const auto ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
  const auto ticks = [&](std::size_t field) { return std::stod(fields[field]) / ticks_per_second; };
  ProcessFacts facts;
  facts.cpu_seconds = ticks(14) + ticks(15);
  facts.threads = std::stoll(fields[20]);
  facts.started_at = boot_time() + ticks(22);
  facts.virtual_bytes = std::stoll(fields[23]);
  facts.resident_bytes = std::stoll(fields[24]) * ::sysconf(_SC_PAGESIZE);
  facts.open_files = count_open_files();
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
    facts.max_files = static_cast<std::int64_t>(limit.rlim_cur);
  return facts;
}

}  // namespace weft::telemetry
