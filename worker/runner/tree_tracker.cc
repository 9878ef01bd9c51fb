#include "worker/runner/tree_tracker.h"

namespace weft::worker {
namespace {

constexpr std::size_t max_line = 10'000;  // the table is no single moment: parents may form a ring

}  // namespace

void TreeTracker::add(std::int64_t attempt, pid_t main, std::uint64_t start_ticks) {
  active_[attempt] = {main, start_ticks};
  by_main_[main] = attempt;
}

void TreeTracker::remove(std::int64_t attempt) {
  const auto found = active_.find(attempt);
  if (found == active_.end()) return;
  const auto main = by_main_.find(found->second.main);
  if (main != by_main_.end() && main->second == attempt) by_main_.erase(main);
  active_.erase(found);
}

std::vector<const Process*> TreeTracker::line_of(const ProcessTable& table,
                                                 const Process& process) const {
  std::vector<const Process*> line;
  for (const Process* at = &process; line.size() < max_line; at = table.find(at->parent)) {
    // A parent that ended while the table was read: the child is an orphan by now, maybe ours.
    if (at == nullptr) return attempt_of_environment_(process.pid) ? line : decltype(line){};
    if (at->pid == runner_ || at->pid <= 1) return {};
    line.push_back(at);
    if (at->parent == runner_) return line;
  }
  return {};
}

std::optional<std::int64_t> TreeTracker::owner_of(const std::vector<const Process*>& line) const {
  for (const Process* process : line) {
    for (const pid_t id : {process->pid, process->session, process->group})
      if (const auto main = by_main_.find(id); main != by_main_.end()) return main->second;
    const auto seen = seen_.find({process->pid, process->start_ticks});
    if (seen != seen_.end()) return seen->second;
  }
  return attempt_of_environment_(line.back()->pid);
}

/// The active attempts that are older than the process.
std::vector<std::int64_t> TreeTracker::possible_owners(const Process& process) const {
  std::vector<std::int64_t> owners;
  for (const auto& [attempt, active] : active_)
    if (active.start_ticks <= process.start_ticks) owners.push_back(attempt);
  return owners;
}

TreeView TreeTracker::look(const ProcessTable& table) {
  TreeView view;
  std::map<ProcessName, std::int64_t> seen_now;
  for (const Process& process : table.processes()) {
    if (!process.is_alive()) continue;
    const auto line = line_of(table, process);
    if (line.empty()) continue;
    auto owner = owner_of(line);
    if (owner) {
      seen_now[{process.pid, process.start_ticks}] = *owner;
    } else {
      const auto owners = possible_owners(*line.back());
      if (owners.size() > 1) continue;  // somebody's who still runs: wait until it is clear
      if (owners.size() == 1) owner = owners.front();
    }
    if (owner && active_.contains(*owner))
      view.of_attempt[*owner].push_back(process.pid);
    else
      view.strays.push_back(process.pid);
  }
  seen_ = std::move(seen_now);
  return view;
}

}  // namespace weft::worker
