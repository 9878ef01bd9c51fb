#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace weft::worker {

/// One line of /proc.
struct Process {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  char state = '?';
  std::uint64_t start_ticks = 0;  ///< since the machine started; with pid it names a process

  bool is_alive() const { return state != 'Z' && state != 'X'; }
  /// By a signal or a debugger: it does nothing until somebody lets it go on.
  bool is_stopped() const { return state == 'T' || state == 't'; }
};

/// Parses the text of /proc/PID/stat; nullopt when it is not one.
std::optional<Process> parse_stat(std::string_view text);

/// What /proc says of one process; nullopt when there is none.
std::optional<Process> read_process(pid_t pid);

/// All processes at one moment, or nearly so: /proc is read one after the other.
class ProcessTable {
 public:
  /// Reads /proc.
  static ProcessTable snapshot();

  /// For tests of what looks at it.
  explicit ProcessTable(std::vector<Process> processes);

  const std::vector<Process>& processes() const { return processes_; }
  /// nullptr when there is none.
  const Process* find(pid_t pid) const;

 private:
  std::vector<Process> processes_;
  std::unordered_map<pid_t, std::size_t> by_pid_;
};

/// The value of `name` in the environment with which `pid` was started; nullopt when there is none
/// or it cannot be read.
std::optional<std::string> environment_of(pid_t pid, std::string_view name);

}  // namespace weft::worker
